import type { PlacementArtefact } from '../config/artefacts/artefact';
import type { Fact } from '../config/fact';
import { foundName, isFoundName, PLACEMENT_FILE } from '../plan/placements/found';
import type { Change } from '../plan/whatif';
import type { ArtefactFile, ArtefactOutcome } from '../scenario/artefact-files';
import type { LayerTable } from '../scenario/scenario';
import type { Values } from '../scenario/values';

const NOWHERE = { start: 0, end: 0 };
/** Placements of searches that stay although nobody kept them: a few of each job that somebody looks at. */
const REMEMBERED = 16;

const FORGOTTEN: ArtefactOutcome = {
  kind: 'unreadable',
  reason: 'it was found by a search and neither kept nor saved: search again',
};

interface Held {
  readonly slots: LayerTable;
  readonly artefact: PlacementArtefact;
}

/** Placements that searches found and that no file of a job holds, by names that are theirs alone. */
export class FoundPlacements {
  private readonly recent = new Map<string, Held>();
  private readonly kept = new Map<string, Held>();

  /** Remembers a placement for a while. @returns the changes of a job that take it, instead of what its engine would do */
  hold(slots: LayerTable): readonly Change[] {
    const name = foundName(slots);
    this.recent.delete(name);
    this.recent.set(name, heldAs(name, slots));
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= REMEMBERED) break;
      this.recent.delete(oldest);
    }
    return [
      { name: PLACEMENT_FILE, value: name },
      { name: 'placement.eplb', value: false },
    ];
  }

  /** Has a placement that somebody keeps: it stays. */
  keep(slots: LayerTable): void {
    const name = foundName(slots);
    this.kept.set(name, heldAs(name, slots));
  }

  /** The slots of a placement; `null` where it is forgotten. */
  slotsOf(name: string): LayerTable | null {
    return this.held(name)?.slots ?? null;
  }

  /**
   * The files of a job with the placement that overrides name, in place of the one that the job names: one that was found, or
   * one of a file.
   *
   * @param ofFile what came of looking for a file, by its path from the job's; `null` where nothing did
   */
  among(
    files: readonly ArtefactFile[],
    overrides: Values,
    ofFile: (path: string) => ArtefactOutcome | null,
  ): readonly ArtefactFile[] {
    const named = overrides[PLACEMENT_FILE];
    if (named === undefined) return files;
    const path = String(named);
    const held = this.held(path);
    const outcome: ArtefactOutcome = held
      ? { kind: 'artefact', artefact: held.artefact }
      : (ofFile(path) ?? (isFoundName(path) ? FORGOTTEN : { kind: 'missing' }));
    return [
      ...files.filter(({ name }) => name !== PLACEMENT_FILE),
      { name: PLACEMENT_FILE, path, fact: factOf(path), outcome },
    ];
  }

  private held(name: string): Held | undefined {
    return this.kept.get(name) ?? this.recent.get(name);
  }
}

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

function heldAs(file: string, slots: LayerTable): Held {
  const rows = slots.map((row) => Int32Array.from(row));
  const artefact: PlacementArtefact = {
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
  return { slots, artefact };
}
