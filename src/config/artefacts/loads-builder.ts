import type { LoadsArtefact } from './artefact';
import type { BuildContext } from './placement-builder';

/** No model has this many experts: a number beyond it is a mistake, and must not cost memory. */
export const MAX_EXPERTS = 65_536;
/** Layers × experts that are counted at most. */
export const MAX_CELLS = 16_000_000;

/** Sums tokens per layer and expert over steps and rows, checks them and makes the artefact. */
export class LoadsBuilder {
  private readonly rows = new Map<number, { counts: Float64Array; length: number; line: number }>();
  private experts = 0;

  constructor(private readonly context: BuildContext) {}

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  /** Adds the first `length` of `values` to a layer. @returns whether there was any token among them */
  addRow(layer: number, values: ArrayLike<number>, length: number, line: number): boolean {
    let any = false;
    for (let expert = 0; expert < length; expert++) {
      const count = values[expert]!;
      if (count > 0) any = true;
      // The last one first: a row grows once.
      if (expert === 0) this.add(layer, length - 1, 0, line);
      this.add(layer, expert, count, line);
    }
    return any;
  }

  /** Adds tokens of one expert. */
  add(layer: number, expert: number, count: number, line: number): void {
    const { problems } = this.context;
    if (!Number.isInteger(layer) || layer < 0) {
      problems.add('layer', 'error', line, () => `${layer} is no layer's number.`);
      return;
    }
    if (!Number.isInteger(expert) || expert < 0 || expert >= MAX_EXPERTS) {
      problems.add('id', 'error', line, () => `${expert} is no expert's number.`);
      return;
    }
    const row = this.row(layer, expert, line);
    if (Number.isFinite(count) && count >= 0) {
      if (row !== undefined) row[expert]! += count;
      return;
    }
    const place = `Expert ${expert} of layer ${layer}`;
    problems.add('count', 'error', line, () => `${place} has ${count} tokens: a count is 0 or more.`);
  }

  finish(steps: number | null): LoadsArtefact {
    const sorted = [...this.rows].sort(([a], [b]) => a - b);
    const { file, format, title, problems } = this.context;
    for (const [layer, { length, line }] of sorted) {
      if (length === this.experts) continue;
      problems.add('ragged', 'warning', line, () => {
        return `Layer ${layer} has counts of ${length} experts where others have ${this.experts}: the rest counts as 0.`;
      });
    }
    return {
      kind: 'loads',
      file,
      format,
      title,
      layers: sorted.map(([number]) => ({ number })),
      experts: this.experts,
      counts: sorted.map(([, { counts }]) => resized(counts, this.experts)),
      steps,
      problems: problems.list(),
    };
  }

  private row(layer: number, expert: number, line: number): Float64Array | undefined {
    let row = this.rows.get(layer);
    if (row === undefined) {
      if ((this.rows.size + 1) * Math.max(this.experts, expert + 1) > MAX_CELLS) {
        const say = () => `Layer ${layer} is left out: there are more layers and experts than any model has.`;
        this.context.problems.add('cells', 'error', line, say);
        return undefined;
      }
      row = { counts: new Float64Array(Math.max(this.experts, expert + 1)), length: 0, line };
      this.rows.set(layer, row);
    }
    if (expert >= row.length) row.length = expert + 1;
    if (expert >= row.counts.length)
      row.counts = resized(row.counts, Math.max(expert + 1, row.counts.length * 2));
    this.experts = Math.max(this.experts, expert + 1);
    return row.counts;
  }
}

/** The first `length` counts, with zeros behind them where there are fewer. */
export function resized(counts: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const other = new Float64Array(length);
  other.set(counts.subarray(0, length));
  return other;
}
