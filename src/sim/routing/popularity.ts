import type { ModelScenario, Scenario } from '../../scenario/scenario';
import { moeLayerCount } from '../parameters/kinds';
import { recent } from '../recent';
import { multiplied } from '../sums';
import { lognormals, normals, uniformGenerator } from './random';

/** No expert is chosen by more than this share of tokens: its weight would be infinite at 1. */
const LARGEST_INCLUSION = 0.999;
/** Popularities drawn at most, over all layers; beyond it further layers would say nothing new. */
const MAX_DRAWN = 2 ** 18;
/** Shares that are kept, in numbers of all: those of every layer of a few models. */
const MAX_KEPT = 2 ** 18;
/** Random streams of popularity and of drift, apart from those of the sampled tokens (one per source rank). */
const LAYER_STREAM = 2 ** 30;
const DRIFT_STREAM = 2 ** 31;

/** What of a scenario decides how one token chooses its experts. */
export interface Router {
  readonly model: Pick<ModelScenario, 'routedExperts' | 'topK' | 'router'>;
  readonly routing: Pick<
    Scenario['routing'],
    'distribution' | 'sigma' | 'exponent' | 'seed' | 'loads' | 'trace'
  >;
}

/**
 * MoE layers whose popularity is known apart from each other: those of the loads, one for a trace, and as many drawn ones
 * as the model has MoE layers.
 */
export function popularityLayers({ model, routing }: Scenario): number {
  switch (routing.distribution) {
    case 'loads':
      return Math.max(1, routing.loads?.length ?? 1);
    case 'balanced':
    case 'trace':
      return 1;
    default:
      return Math.max(1, Math.min(moeLayerCount(model), Math.floor(MAX_DRAWN / model.routedExperts)));
  }
}

/**
 * The share of tokens that should choose each logical expert of a layer: k times its popularity.
 * - `balanced`: equal.
 * - `lognormal`: proportional to exp(sigma·z), z standard normal by seed and layer; sigma 1.0 reproduces the expert loads
 *   of DeepSeek-R1 in production (TensorRT-LLM tech blog 4, Table 1) within 10 %.
 * - `zipf`: proportional to r^-exponent, the ranks r dealt to experts by seed and layer.
 * - `loads`: proportional to the layer's loads. `trace`: as often as recorded tokens chose it.
 *
 * An expert that would be chosen by more tokens than there are gives the excess to the others in proportion.
 *
 * @param layer from 0 to `popularityLayers` - 1
 * @returns [routedExperts], sums to topK; not to be changed
 */
export function targetInclusion(scenario: Router, layer: number): Float64Array {
  const { routedExperts, topK } = scenario.model;
  const sum = Math.min(topK, routedExperts);
  const key = drawnKey(scenario, layer);
  const known = key === null ? undefined : drawn.get(key);
  if (known) return known;
  const target = scaledToSum(popularity(scenario, layer), sum);
  if (key !== null) drawn.set(key, target);
  return target;
}

/** Every scenario of a router draws the same popularities for all its layers. */
const drawn = recent<Float64Array>(MAX_KEPT, ({ length }) => length);

/** All that drawn popularities depend on; `null` for those that are read from a table. */
export function drawnKey({ model, routing }: Router, layer: number): string | null {
  const { distribution, sigma, exponent, seed } = routing;
  if (distribution === 'loads' || distribution === 'trace') return null;
  return `${model.routedExperts} ${model.topK} ${distribution} ${sigma} ${exponent} ${seed} ${layer}`;
}

/**
 * The loads that EPLB placed a layer's experts by: those that are served, off by exp(drift·z) for each expert.
 *
 * @returns [routedExperts]
 */
export function loadStatistics(scenario: Scenario, layer: number): number[] {
  const { seed } = scenario.routing;
  const { drift } = scenario.placement;
  const served = Array.from(targetInclusion(scenario, layer));
  if (drift === 0) return served;
  const normal = normals(served.length, seed, DRIFT_STREAM + layer);
  return served.map((load, expert) => load * Math.exp(drift * normal[expert]!));
}

function popularity({ model, routing }: Router, layer: number): Float64Array {
  const { routedExperts } = model;
  const equal = () => new Float64Array(routedExperts).fill(1);
  const stream = layer === 0 ? 0 : LAYER_STREAM + layer;
  switch (routing.distribution) {
    case 'balanced':
      return equal();
    case 'lognormal':
      if (routing.sigma === 0) return equal();
      return lognormals(routedExperts, routing.sigma, routing.seed, stream);
    case 'zipf': {
      const ranks = shuffled(routedExperts, uniformGenerator(routing.seed, stream));
      return equal().map((_, expert) => (ranks[expert]! + 1) ** -routing.exponent);
    }
    case 'loads':
      return Float64Array.from(routing.loads?.[layer] ?? equal());
    case 'trace': {
      const counts = new Float64Array(routedExperts);
      for (const chosen of routing.trace ?? []) for (const expert of chosen) counts[expert]!++;
      return counts;
    }
  }
}

/** 0 … n-1 in random order (Fisher and Yates). */
function shuffled(n: number, uniform: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/** `popularity` scaled so that it sums to `sum` with no entry above the largest inclusion. */
function scaledToSum(popularity: Float64Array, sum: number): Float64Array {
  if (sum >= popularity.length * LARGEST_INCLUSION) return popularity.map(() => sum / popularity.length);
  const capped = new Uint8Array(popularity.length);
  for (;;) {
    let free = 0;
    let left = sum;
    for (let expert = 0; expert < popularity.length; expert++) {
      if (capped[expert]) left -= LARGEST_INCLUSION;
      else free += popularity[expert]!;
    }
    // Fewer experts have any load than a token takes: the others share what is left.
    if (free === 0) return equalRest(capped, left);
    const shares = multiplied(popularity, left / free);
    let over = 0;
    for (let expert = 0; expert < shares.length; expert++) {
      if (capped[expert]) shares[expert] = LARGEST_INCLUSION;
      else if (shares[expert]! > LARGEST_INCLUSION) {
        capped[expert] = 1;
        over++;
      }
    }
    if (over === 0) return shares;
  }
}

function equalRest(capped: Uint8Array, left: number): Float64Array {
  const others = capped.reduce((count, isCapped) => count + 1 - isCapped, 0);
  return Float64Array.from(capped, (isCapped) => (isCapped ? LARGEST_INCLUSION : left / others));
}

/**
 * Rates at which experts arrive in the race that stands for the router (race.ts), such that each has arrived by time 1 with
 * the probability `inclusion`; the expected number of arrivals by then is k.
 */
export function raceWeights(inclusion: Float64Array): Float64Array {
  const rates = new Float64Array(inclusion.length);
  for (let expert = 0; expert < rates.length; expert++) {
    rates[expert] = -Math.log1p(-Math.min(inclusion[expert]!, LARGEST_INCLUSION));
  }
  return rates;
}
