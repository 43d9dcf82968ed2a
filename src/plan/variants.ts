import type { LinkUse, SimulationResult } from '../sim/result';
import { type Figures, figuresOf } from './search/figures';
import type { Change } from './whatif';

/** A what-if of a job under a name. */
export interface Variant {
  readonly name: string;
  readonly changes: readonly Change[];
}

/** What decides between variants of a job. */
export interface VariantFigures extends Figures {
  readonly gpus: number;
  /** Whether the fullest rank has the memory that it needs. */
  readonly fits: boolean;
  /** The link class that carries its rated bandwidth for the largest share of the step; `null` where nothing is sent. */
  readonly busiestLink: Pick<LinkUse, 'link' | 'busyShare'> | null;
}

export function variantFigures(result: SimulationResult): VariantFigures {
  const [busiest] = [...result.links].sort((a, b) => b.busyShare - a.busyShare);
  return {
    ...figuresOf(result),
    gpus: result.scenario.layout.worldSize,
    fits: result.memory.fits,
    busiestLink:
      busiest && busiest.busyShare > 0 ? { link: busiest.link, busyShare: busiest.busyShare } : null,
  };
}

/** Longer names would not fit a list. */
const LONGEST_NAME = 60;

/** Why a variant cannot have a name, in a sentence; `null` when it can. `taken` are the names of the job's other variants. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  const wanted = name.trim();
  if (wanted === '') return 'A variant needs a name.';
  if (wanted.length > LONGEST_NAME) return `A name has at most ${LONGEST_NAME} characters.`;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(wanted)) return 'A name is one line of text.';
  const same = taken.find((other) => other.toLowerCase() === wanted.toLowerCase());
  return same === undefined ? null : `There is a variant “${same}” of this job.`;
}

/** Whether two lists change the same fields to the same values; of one field the last change counts. */
export function sameChanges(a: readonly Change[], b: readonly Change[]): boolean {
  const [one, other] = [a, b].map((changes) => new Map(changes.map(({ name, value }) => [name, value])));
  return one!.size === other!.size && [...one!].every(([name, value]) => other!.get(name) === value);
}
