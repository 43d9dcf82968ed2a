import type { ArtefactFormatId, LayerName, PlacementArtefact } from './artefact';
import { listed, type Problems } from './problems';

/** Where a builder's rows come from. */
export interface BuildContext {
  readonly file: string;
  readonly format: ArtefactFormatId;
  readonly title: string;
  readonly problems: Problems;
}

/** Collects the slots of one layer after the other, checks them and makes the artefact. */
export class PlacementBuilder {
  private readonly layers: LayerName[] = [];
  private readonly rows: Int32Array[] = [];
  private readonly lines: number[] = [];

  constructor(private readonly context: BuildContext) {}

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** Adds the first `length` of `values`: the logical expert of each slot of a layer. */
  add(layer: number, values: ArrayLike<number>, length: number, line: number): void {
    const row = new Int32Array(length);
    for (let slot = 0; slot < length; slot++) {
      const expert = values[slot]!;
      // Every expert has a slot, so there are no more experts than slots.
      const isUsable = Number.isInteger(expert) && expert >= 0 && expert < length;
      row[slot] = isUsable ? expert : -1;
      if (!isUsable) {
        this.context.problems.add('id', 'error', line, () => badId(layer, slot, expert, length));
      }
    }
    this.layers.push({ number: layer });
    this.rows.push(row);
    this.lines.push(line);
  }

  finish(slots = Math.max(0, ...this.rows.map((row) => row.length))): PlacementArtefact {
    const experts = this.rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, b + 1), most), 0);
    this.rows.forEach((row, i) => {
      this.checkSlots(i, slots);
      this.checkReplicas(i, row, experts);
    });
    const { file, format, title, problems } = this.context;
    return {
      kind: 'placement',
      file,
      format,
      title,
      layers: this.layers,
      experts,
      slots,
      physicalToLogical: this.rows,
      problems: problems.list(),
    };
  }

  private checkSlots(i: number, slots: number): void {
    const length = this.rows[i]!.length;
    if (length === slots) return;
    this.context.problems.add('slots', 'error', this.lines[i]!, () => {
      const layer = this.layers[i]!.number;
      return `Layer ${layer} has ${length} slots where there are ${slots}: every layer needs the same number.`;
    });
  }

  private checkReplicas(i: number, row: Int32Array, experts: number): void {
    const seen = new Uint8Array(experts);
    for (const expert of row) if (expert >= 0) seen[expert] = 1;
    const missing = [...seen.keys()].filter((expert) => seen[expert] === 0);
    if (missing.length === 0) return;
    this.context.problems.add('missing', 'error', this.lines[i]!, () => {
      const layer = this.layers[i]!.number;
      const have = missing.length > 1 ? 'Experts' : 'Expert';
      return `${have} ${listed(missing)} of ${experts} ${missing.length > 1 ? 'have' : 'has'} no slot in layer ${layer}: tokens for ${missing.length > 1 ? 'them' : 'it'} have nowhere to go.`;
    });
  }
}

function badId(layer: number, slot: number, expert: number, slots: number): string {
  const place = `Slot ${slot} of layer ${layer} holds ${expert}`;
  if (!Number.isInteger(expert) || expert < 0) return `${place}, which is no expert's number.`;
  return `${place}: with ${slots} slots, of which every expert has one, the largest number is ${slots - 1}.`;
}
