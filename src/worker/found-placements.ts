import type { PlacementArtefact } from '../config/artefacts/artefact';
import type { Fact } from '../config/fact';
import type { Change } from '../plan/whatif';
import type { ArtefactFile } from '../scenario/artefact-files';
import type { Values } from '../scenario/resolver';
import type { LayerTable } from '../scenario/scenario';

/** The key under which a scenario file, or a change, names a placement. */
export const PLACEMENT_FILE = 'placement.file' as const;
const NOWHERE = { start: 0, end: 0 };
/** Placements that are kept: a few of each job that somebody looks at. */
const KEPT = 16;

/** Placements that searches found and that no file holds yet, by job and name. */
export class FoundPlacements {
  private readonly tables = new Map<string, PlacementArtefact>();

  /** Keeps a placement of a job. @returns the changes of the job that take it, instead of what the engine would do */
  hold(jobId: string, slots: LayerTable): readonly Change[] {
    const width = slots[0]?.length ?? 0;
    const name = nameOf(width);
    const key = keyOf(jobId, name);
    this.tables.delete(key);
    this.tables.set(key, artefactOf(name, slots));
    for (const oldest of this.tables.keys()) {
      if (this.tables.size <= KEPT) break;
      this.tables.delete(oldest);
    }
    return [
      { name: PLACEMENT_FILE, value: name },
      { name: 'placement.eplb', value: false },
    ];
  }

  /** The files of a job with the placement that overrides name, in place of the one that the job names. */
  among(files: readonly ArtefactFile[], jobId: string, overrides: Values): readonly ArtefactFile[] {
    const named = overrides[PLACEMENT_FILE];
    if (named === undefined) return files;
    const path = String(named);
    const artefact = this.tables.get(keyOf(jobId, path));
    const outcome = artefact
      ? ({ kind: 'artefact', artefact } as const)
      : ({ kind: 'unreadable', reason: 'it was found by a search and not saved: search again' } as const);
    return [
      ...files.filter(({ name }) => name !== PLACEMENT_FILE),
      { name: PLACEMENT_FILE, path, fact: factOf(path), outcome },
    ];
  }
}

const nameOf = (slots: number): string => `searched, ${slots} slots`;

/** Slots of a layer in a placement that a change names. */
export const slotsOf = ({ value }: Change): number => Number(/(\d+) slots$/.exec(String(value))?.[1]);

const keyOf = (jobId: string, name: string): string => `${jobId}\n${name}`;

/** As if somebody had named it: what is asked for goes before what an engine would place. */
const factOf = (path: string): Fact => ({
  name: PLACEMENT_FILE,
  value: path,
  key: PLACEMENT_FILE,
  file: '',
  range: NOWHERE,
  keyRange: NOWHERE,
  state: 'literal',
  pin: true,
});

function artefactOf(file: string, slots: LayerTable): PlacementArtefact {
  const rows = slots.map((row) => Int32Array.from(row));
  return {
    kind: 'placement',
    file,
    format: 'eplb',
    title: 'searched placement',
    problems: [],
    layers: rows.map((_, number) => ({ number })),
    experts: rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), -1) + 1,
    physicalToLogical: rows,
    slots: rows[0]?.length ?? 0,
  };
}
