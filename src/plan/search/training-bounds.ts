import type { Way } from './space';
import type { LayerTerms, RanksOf, RankTerms } from './training-terms';

/** What holds of some members that communicate in any of their ways and keep activations by one rule. */
export interface BoundRanks {
  readonly mode: 'full' | 'other';
  readonly ways: readonly number[];
  /** One rank that exceeds the fullest of none of them in anything, and one that every rank of them keeps below. */
  readonly least: RankTerms;
  readonly most: RankTerms;
}

/** Ranks that bound those of a family's ways. @param ranksOf of each way, under a recompute mode */
export function boundRanks(ways: readonly Way[], ranksOf: readonly RanksOf[]): readonly BoundRanks[] {
  return (['full', 'other'] as const).flatMap((mode): BoundRanks | [] => {
    const held = [...ranksOf.keys()].filter((way) => (ways[way]!.recompute === 'full') === (mode === 'full'));
    if (held.length === 0) return [];
    const ranks = held.map((way) => ranksOf[way]!(ways[way]!.recompute));
    return {
      mode,
      ways: held,
      least: extremeOf(ranks.map(busiestOf), Math.min),
      most: extremeOf(ranks.flat(), Math.max),
    };
  });
}

/** Of ranks the one whose experts get most. */
const busiestOf = (ranks: readonly RankTerms[]): RankTerms =>
  ranks.reduce((most, rank) => (rank.assignments > most.assignments ? rank : most));

function extremeOf(ranks: readonly RankTerms[], better: (a: number, b: number) => number): RankTerms {
  const [first] = ranks;
  const kept = first!.activations.kept.slice();
  const whole = first!.activations.whole.slice();
  let { experts, buffers, assignments } = first!;
  for (const rank of ranks) {
    experts = better(experts, rank.experts);
    buffers = better(buffers, rank.buffers);
    assignments = better(assignments, rank.assignments);
    for (let kind = 0; kind < kept.length; kind++) {
      kept[kind] = better(kept[kind]!, rank.activations.kept[kind]!);
      whole[kind] = better(whole[kind]!, rank.activations.whole[kind]!);
    }
  }
  return { experts, buffers, assignments, activations: { kept, whole } };
}

/** Seconds of one layer of each kind that no member falls below, whatever its way. @param terms of each way */
export function leastSeconds(terms: readonly LayerTerms[]): Float64Array {
  const least = terms[0]!.seconds().slice();
  for (const { seconds } of terms) {
    const own = seconds();
    for (let kind = 0; kind < least.length; kind++) least[kind] = Math.min(least[kind]!, own[kind]!);
  }
  return least;
}
