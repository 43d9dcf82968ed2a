import type { Job } from '../config/job';
import { type NamedArtefact, namedArtefacts } from '../config/link/artefacts';
import { folderOf, isAbsolutePath, partsOf, plainPath } from '../config/paths';
import { PLACEMENT_FILE } from '../plan/placements/found';
import type { ArtefactFile, ArtefactOutcome } from '../scenario/artefact-files';
import type { Values } from '../scenario/values';
import { ArtefactStore } from './artefact-store';
import { FoundPlacements } from './found-placements';

/** Where a path in a file leads. */
const placeOf = (file: string, path: string): string =>
  partsOf(isAbsolutePath(path) ? path : `${folderOf(plainPath(file))}/${path}`).join('/');

/** Placements, loads and traces that jobs name: what was read of files, and what searches found. */
export class NumberFiles {
  /** Files of numbers that jobs name; who reads files fills it. */
  readonly read = new ArtefactStore();
  /** What searches found, until it is saved. */
  readonly found = new FoundPlacements();
  /** What the jobs of each file name. */
  private readonly named = new Map<string, readonly NamedArtefact[]>();

  constructor(private readonly textOf: (file: string) => string | undefined) {}

  /** What some jobs name. */
  namedBy(jobs: readonly Job[]): readonly NamedArtefact[] {
    return jobs.flatMap((job) => namedArtefacts(job, this.textOf));
  }

  /** The files of numbers that a job names; or overrides, of those that were found. */
  of(job: Job, overrides: Values = {}): readonly ArtefactFile[] {
    const named = this.read.outcomes(this.namedBy([job]));
    return this.found.among(named, overrides, (path) => this.placementAt(job, path));
  }

  /** Notes what a file's jobs name, so that what is named no more can be forgotten. */
  note(file: string, named: readonly NamedArtefact[]): void {
    const before = this.named.get(file) ?? [];
    if (named.length > 0) this.named.set(file, named);
    else this.named.delete(file);
    if (before.length > 0) this.read.keepOnly([...this.named.values()].flat());
  }

  /** What came of the placement that a scenario file names, by its path from a job's file; `null` where none names it. */
  private placementAt({ launch, model }: Job, path: string): ArtefactOutcome | null {
    const meant = placeOf((launch ?? model)?.file ?? '', path);
    const all = [...this.named.values()].flat();
    const same = all.find(
      ({ name, path: other, fact }) =>
        name === PLACEMENT_FILE && fact.pin && placeOf(fact.file, other) === meant,
    );
    return same ? this.read.outcomes([same])[0]!.outcome : null;
  }
}
