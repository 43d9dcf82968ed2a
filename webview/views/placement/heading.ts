import type { SimulationResult } from '../../../src/sim/result';
import { significant, times } from '../../format';
import { difference, reasonsOf } from '../../model/difference';
import type { PlacedLayer } from '../../model/placement';
import { text as t } from './strings';

/** A fullest rank this close to the mean keeps nobody waiting. */
const EVEN = 1.02;

interface Placed {
  readonly result: SimulationResult;
  readonly placed: PlacedLayer;
}

/** How the fullest rank differs between two layouts. */
export function differenceOf(before: Placed, after: Placed): string {
  const fullest = ({ placed }: Placed) => placed.loadOfRank[placed.busiestRank]!;
  return difference({
    what: t.fullest,
    before: fullest(before),
    after: fullest(after),
    as: (value, figures) => `${significant(value, figures)}\u00d7`,
    unit: t.theMean,
    reasons: reasonsOf('placement', before.result, after.result),
  });
}

/** What the picture proves. */
export function headingOf({ scenario }: SimulationResult, placed: PlacedLayer): string {
  const { etp } = scenario.layout;
  const ranks = placed.slotsOfRank.length;
  if (ranks === 1) return etp > 1 ? t.headOneSplit(placed.experts, etp) : t.headOne(placed.experts);
  const counts = {
    experts: placed.experts,
    slots: placed.expertOfSlot.length,
    ranks,
    fewest: placed.fewestSlots,
    most: placed.mostSlots,
  };
  const most = placed.loadOfRank[placed.busiestRank]!;
  if (most < EVEN) return t.headEven(counts);
  return (ranks === 2 ? t.headUnevenPair : t.headUneven)(counts, placed.busiestRank, times(most));
}
