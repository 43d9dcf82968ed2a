import { variantOf } from '../../apply/scenario-variant';
import { namedJob } from '../../config/link';
import { plainPath } from '../../config/paths';
import type { Variant } from '../../plan/variants';
import type { FoundJob } from '../job';

import type { Session } from '../session';
import type { VariantStore } from './store';

/** A variant of a job that can be chosen. */
export interface OfferedVariant extends Variant {
  /** Why its changes cannot be made whatever the job is. */
  readonly problem: string | null;
  /** The scenario file that says it; `null`: the workspace keeps it. */
  readonly file: string | null;
}

/** The variants of a job: those that the workspace keeps, then the scenario files about the job that only pin fields. */
export function offeredVariants(session: Session, store: VariantStore, found: FoundJob): OfferedVariant[] {
  const { id } = found.job.job;
  const kept = store.of(id).map((one) => ({ ...one, file: null }));
  return [...kept, ...inFiles(session, found)];
}

function inFiles(session: Session, { state, job }: FoundJob): OfferedVariant[] {
  const file = state.uri.toString();
  const part = job.job.id.slice(file.length);
  return session
    .all()
    .flatMap(({ uri, analysis: { document, jobs } }): OfferedVariant[] => {
      if (document?.kind !== 'scenario' || !namedJob(document, plainPath)?.isAt(file)) return [];
      const variant = jobs.some((one) => one.job.id === `${document.file}${part}`) && variantOf(document);
      return variant ? [{ ...variant, problem: null, file: uri.toString() }] : [];
    })
    .sort((a, b) => (a.file! < b.file! ? -1 : 1));
}
