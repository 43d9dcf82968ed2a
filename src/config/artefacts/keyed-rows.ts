import type { Artefact, ArtefactFormatId } from './artefact';
import type { ArtefactDocument } from './format';
import { JsonCursor, MalformedJson, OPEN_LIST, OPEN_OBJECT } from './json-cursor';
import { LineCounter } from './line-counter';
import { LoadsBuilder } from './loads-builder';
import { type NumberRow, numberRows } from './number-rows';
import { type BuildContext, PlacementBuilder } from './placement-builder';
import { Problems } from './problems';

export interface RowsSpec {
  /** What the rows under a key are; the first of these keys that has rows is read. */
  readonly keys: Readonly<Record<string, 'placement' | 'loads'>>;
  /** Keys that mean the same in a file that is said to be an artefact, and anything elsewhere. */
  readonly looseKeys?: Readonly<Record<string, 'placement' | 'loads'>>;
  /** A key beside which the file's reader takes no other. */
  readonly alone?: { readonly key: string; readonly because: string };
  /** What a list of lists without a key around it is, in a file that is said to be an artefact. */
  readonly bare?: 'loads';
}

/** A row of fewer numbers is a pair or a point, not a layer. */
const MIN_ROW = 2;
/** Without a key that says so, fewer columns than this are coordinates and the like. */
const MIN_BARE_ROW = 4;

/** Reads a JSON file whose rows are layers: `[layers][n]` under a known key, for loads also `[steps][layers][n]`. */
export function readKeyedRows(
  document: ArtefactDocument,
  format: { readonly id: ArtefactFormatId; readonly title: string },
  spec: RowsSpec,
): Artefact | null {
  const context = { file: document.file, format: format.id, title: format.title, problems: new Problems() };
  const reading = new Reading(document, context, spec);
  reading.run();
  return reading.artefact();
}

class Reading {
  private readonly cursor: JsonCursor;
  private readonly lines: LineCounter;
  private readonly placement: PlacementBuilder;
  private readonly loads: LoadsBuilder;
  private readonly busySteps = new Set<number>();
  private isOther = false;
  private hasSteps = false;
  private isBare = false;

  constructor(
    private readonly document: ArtefactDocument,
    private readonly context: BuildContext,
    private readonly spec: RowsSpec,
  ) {
    this.cursor = new JsonCursor(document.bytes);
    this.lines = new LineCounter(document.bytes);
    this.placement = new PlacementBuilder(context);
    this.loads = new LoadsBuilder(context);
  }

  run(): void {
    try {
      this.root();
      if (this.cursor.peek() !== -1) throw this.cursor.malformed();
    } catch (error) {
      if (!(error instanceof MalformedJson)) throw error;
      const line = this.lines.at(error.offset);
      this.context.problems.add('json', 'error', line, () =>
        error.endsEarly
          ? 'The file breaks off here: what comes before is read.'
          : 'This is not what should stand here: what comes before is read.',
      );
    }
  }

  artefact(): Artefact | null {
    if (this.isOther) return null;
    if (!this.placement.isEmpty) return this.placement.finish();
    if (this.loads.isEmpty) return null;
    const loads = this.loads.finish(this.hasSteps ? this.busySteps.size : null);
    return this.isBare ? { ...loads, isBare: true } : loads;
  }

  private root(): void {
    const first = this.cursor.peek();
    const { asked } = this.document;
    if (first === OPEN_OBJECT) {
      const kinds = new Map(Object.entries({ ...this.spec.keys, ...(asked ? this.spec.looseKeys : {}) }));
      const lines = new Map<string, number>();
      this.cursor.members((key) => {
        lines.set(key, this.lines.at(this.cursor.position));
        const kind = this.cursor.peek() === OPEN_LIST ? kinds.get(key) : undefined;
        const isFree = this.placement.isEmpty && this.loads.isEmpty;
        if (kind === undefined || !isFree) this.cursor.skip();
        else this.rows(kind, MIN_ROW);
      });
      this.checkAlone(lines);
    } else if (first === OPEN_LIST && asked && this.spec.bare !== undefined) {
      this.isBare = true;
      this.rows(this.spec.bare, MIN_BARE_ROW);
    } else this.isOther = true;
  }

  private checkAlone(lines: ReadonlyMap<string, number>): void {
    const { alone } = this.spec;
    const other = [...lines].find(([key]) => key !== alone?.key);
    if (alone === undefined || other === undefined || !lines.has(alone.key)) return;
    const say = () => `${other[0]} stands beside ${alone.key}: ${alone.because}.`;
    this.context.problems.add('alone', 'warning', other[1], say);
  }

  private rows(kind: 'placement' | 'loads', minRow: number): void {
    numberRows(this.cursor, kind === 'loads' ? 3 : 2, (row) => {
      if (row.path.length === 0 || row.length < minRow) this.isOther = true;
      else if (kind === 'placement') this.placementRow(row);
      else this.loadsRow(row);
    });
  }

  private placementRow({ path, values, length, offset }: NumberRow): void {
    this.placement.add(path[0]!, values, length, this.lines.at(offset));
  }

  private loadsRow({ path, values, length, offset }: NumberRow): void {
    const any = this.loads.addRow(path.at(-1)!, values, length, this.lines.at(offset));
    if (path.length < 2) return;
    this.hasSteps = true;
    // A recorder's ring of steps is longer than what it has recorded.
    if (any) this.busySteps.add(path[0]!);
  }
}
