import type { Refusal } from '../../scenario/refusals/refusal';
import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';

/** How the experts of a job may be placed. */
export type PlacementKind = 'present' | 'in-order' | 'eplb' | 'searched';

/** One placement of a job's experts, as changes of the job. */
export interface PlacementOption {
  readonly kind: PlacementKind;
  readonly scenario: Scenario;
  readonly changes: readonly Change[];
}

/** A job with some fields changed, as its framework would run it; `scenario` is `null` where it would not. */
export type ResolvePlacement = (changes: readonly Change[]) => {
  readonly scenario: Scenario | null;
  readonly refusals: readonly Pick<Refusal, 'message'>[];
};

/** Rows of redundant experts over the ranks that are tried beyond the fewest: every rank holds as many slots as the others. */
const MORE_ROWS = [1, 2, 4] as const;

/** Redundant experts with which every rank holds equally many, fewest first; and those that the job has. */
export function redundantCounts({ model, layout, placement }: Scenario): readonly number[] {
  const { ep } = layout;
  const fewest = (ep - (model.routedExperts % ep)) % ep;
  const rows = [fewest, ...MORE_ROWS.map((count) => fewest + count * ep)];
  // More copies than experts are of no use to the first of them.
  const useful = rows.filter((count) => count === fewest || count <= model.routedExperts);
  const own = placement.redundantExperts;
  const isOwnEven = (model.routedExperts + own) % ep === 0;
  return [...new Set([...useful, ...(isOwnEven ? [own] : [])])].sort((a, b) => a - b);
}

/** A placement that a strategy makes, by the fewest changes of the job; or why the framework has none. */
export function optionOf(
  base: Scenario,
  resolve: ResolvePlacement,
  kind: 'in-order' | 'eplb',
  redundantExperts: number,
): PlacementOption | string {
  const strategy = kind === 'eplb' ? 'eplb' : 'linear';
  const meant: readonly Change[] = [
    { name: 'placement.eplb', value: kind === 'eplb' },
    { name: 'placement.redundantExperts', value: redundantExperts },
  ];
  const isWanted = ({ placement }: Scenario): boolean =>
    placement.strategy === strategy && placement.redundantExperts === redundantExperts;
  // A file that places the experts, or a strategy that is asked for, goes before the switch.
  const ways = [meant, [{ name: 'placement.strategy', value: strategy }, ...meant]];
  let refusal = '';
  for (const changes of ways) {
    const { scenario, refusals } = resolve(changes);
    if (scenario !== null && isWanted(scenario)) {
      return { kind, scenario, changes: changes.filter((change) => differs(base, change)) };
    }
    refusal ||= refusals.map(({ message }) => message).join(' ');
  }
  return refusal || 'the job places its experts otherwise';
}

const differs = ({ placement }: Scenario, { name, value }: Change): boolean =>
  (placement as unknown as Readonly<Record<string, unknown>>)[name.slice('placement.'.length)] !== value;
