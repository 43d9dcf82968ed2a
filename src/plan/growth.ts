import { field, fieldValue } from '../scenario/fields';
import type { Scenario } from '../scenario/scenario';
import type { Comparison, ComparisonEntry, SimulationResult } from '../sim/result';
import type { Change } from './whatif';

/** What the volumes of communication are said to grow with. A longer sequence brings every rank more tokens, of all families alike. */
const quantitiesOf = ({ workload }: Scenario): readonly string[] => [
  workload.mode === 'train' ? 'workload.sequenceLength' : 'workload.tokensPerRank',
  'model.hiddenSize',
  'model.layers',
  'model.expertIntermediateSize',
  'model.routedExperts',
];

/** Multiples of the present value: halves and doubles show a power as a straight line. */
const SCALES = [0.5, 1, 2, 4] as const;

/** Bytes that one rank sends, by what for; the exact ones, and the textbook's for what it counts. */
export type Volumes = Readonly<
  Record<keyof Comparison, Pick<ComparisonEntry, 'textbookBytes' | 'exactBytes' | 'exactBytesPerStep'>>
>;

export interface GrowthPoint {
  readonly scale: number;
  readonly value: number;
  readonly volumes: Volumes;
}

/** One quantity at several sizes, all else as it is. Sizes that make no legal job are absent. */
export interface Growth {
  readonly name: string;
  readonly label: string;
  readonly points: readonly GrowthPoint[];
}

/**
 * How the volumes of expert, tensor, data and pipeline parallelism grow: each quantity is scaled alone, and counted exactly
 * as the job itself is.
 *
 * @param variant the scenario with a change, `null` where that is none
 * @param simulate a simulation, in steps
 * @yields the fraction done
 */
export function* growthOf(
  scenario: Scenario,
  variant: (change: Change) => Scenario | null,
  simulate: (scenario: Scenario) => Generator<number, SimulationResult>,
): Generator<number, Growth[]> {
  const grown: Growth[] = [];
  const quantities = quantitiesOf(scenario);
  for (const name of quantities) {
    const present = fieldValue(scenario, name);
    if (typeof present !== 'number' || present <= 0) continue;
    const points: GrowthPoint[] = [];
    for (const scale of SCALES) {
      const value = present * scale;
      const scaled = scale === 1 ? scenario : Number.isInteger(value) ? variant({ name, value }) : null;
      if (scaled) points.push({ scale, value, volumes: (yield* simulate(scaled)).comparison });
      yield (grown.length + points.length / SCALES.length) / quantities.length;
    }
    grown.push({ name, label: field(name)?.label ?? name, points });
  }
  return grown;
}
