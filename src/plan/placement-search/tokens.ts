import type { TokenChoice } from '../../sim/placement/remote-nodes';
import { layerRace } from '../../sim/routing/race-rates';
import { uniformGenerator } from '../../sim/routing/random';
import { expertGroups } from '../../sim/routing/routing';

/** Random stream of the tokens that a search looks at. */
const STREAM = 2 ** 26;

/**
 * Tokens of one layer, drawn by its loads: experts one after the other in proportion to their rates, repeats and closed
 * groups thrown away, as the race of sim/routing does.
 *
 * @param loads [experts] tokens
 * @returns [count · topK] experts
 */
export function drawnTokens(
  loads: readonly number[],
  { topK, groups, topkGroups }: TokenChoice,
  count: number,
): Uint16Array {
  const router = { groups, topkGroups, scoreFunction: 'softmax', correctionBias: false } as const;
  const model = { routedExperts: loads.length, topK, router };
  const routing = {
    distribution: 'loads',
    sigma: 0,
    exponent: 0,
    seed: 0,
    loads: [loads],
    trace: null,
  } as const;
  const { rates } = layerRace({ model, routing }, 0).race;
  const { limit, groupOfExpert } = expertGroups(model);
  const uniform = uniformGenerator(0, STREAM);
  const open = new Float64Array(rates.length);
  const tokens = new Uint16Array(count * topK);
  for (let token = 0; token < count; token++) {
    open.set(rates);
    const used = new Set<number>();
    for (let place = 0; place < topK; place++) {
      const expert = drawn(open, uniform());
      tokens[token * topK + place] = expert;
      open[expert] = 0;
      used.add(groupOfExpert[expert]!);
      if (used.size === limit) {
        for (let other = 0; other < open.length; other++)
          if (!used.has(groupOfExpert[other]!)) open[other] = 0;
      }
    }
  }
  return tokens;
}

/** An index in proportion to the weights; the last that has any where rounding leaves none. */
function drawn(weights: Float64Array, uniform: number): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  let left = uniform * sum;
  let last = 0;
  for (let at = 0; at < weights.length; at++) {
    if (weights[at]! <= 0) continue;
    last = at;
    left -= weights[at]!;
    if (left < 0) break;
  }
  return last;
}
