import type { Scenario } from '../../scenario/scenario';
import { normalGenerator, uniformGenerator } from './random';

/** No expert is chosen by more than this share of tokens: its weight would be infinite at 1. */
const LARGEST_INCLUSION = 0.999;

/**
 * The share of tokens that should choose each logical expert: k times its popularity, where popularity is equal
 * (`balanced`) or proportional to exp(sigma·z), z standard normal by seed (`lognormal`; sigma 1.0 reproduces
 * the expert loads of DeepSeek-R1 in production, TensorRT-LLM tech blog 4, Table 1, within 10 %). An expert
 * that would be chosen by more tokens than there are gives the excess to the others in proportion.
 *
 * @returns [routedExperts], sums to topK
 */
export function targetInclusion(scenario: Scenario): Float64Array {
  const { routedExperts, topK } = scenario.model;
  const { distribution, sigma, seed } = scenario.routing;
  const popularity = new Float64Array(routedExperts).fill(1);
  if (distribution === 'lognormal' && sigma > 0) {
    const normal = normalGenerator(uniformGenerator(seed));
    for (let e = 0; e < routedExperts; e++) popularity[e] = Math.exp(sigma * normal());
  }
  return scaledToSum(popularity, Math.min(topK, routedExperts));
}

/** `popularity` scaled so that it sums to `sum` with no entry above the largest inclusion. */
function scaledToSum(popularity: Float64Array, sum: number): Float64Array {
  if (sum >= popularity.length * LARGEST_INCLUSION) return popularity.map(() => sum / popularity.length);
  const capped = new Uint8Array(popularity.length);
  for (;;) {
    let free = 0;
    let left = sum;
    popularity.forEach((p, e) => {
      if (capped[e]) left -= LARGEST_INCLUSION;
      else free += p;
    });
    const scale = left / free;
    const over = popularity.findIndex((p, e) => !capped[e] && p * scale > LARGEST_INCLUSION);
    if (over < 0) return popularity.map((p, e) => (capped[e] ? LARGEST_INCLUSION : p * scale));
    popularity.forEach((p, e) => {
      if (p * scale > LARGEST_INCLUSION) capped[e] = 1;
    });
  }
}

/**
 * Rate at which an expert arrives in the race that stands for the router (race.ts), such that by time 1 it has
 * arrived with probability `inclusion`; the expected number of arrivals by then is k.
 */
export function raceWeight(inclusion: number): number {
  return -Math.log1p(-Math.min(inclusion, LARGEST_INCLUSION));
}
