import { multiply } from '../sums';
import type { Block, Choice } from './choice';
import type { Router } from './popularity';
import { runRace } from './race';
import { hitsOf } from './race-hits';
import { type Partition, partitionOf } from './race-parts';
import { layerRace } from './race-rates';
import { type ExpertGroups, expertGroups } from './routing';

/** A router that chooses by the race, with the popularity of one layer. */
export function raceChoice(scenario: Router, layer: number): Choice {
  const { routedExperts, topK } = scenario.model;
  const draws = Math.min(topK, routedExperts);
  const isEven = scenario.routing.distribution === 'balanced' && expertGroups(scenario.model).groups === 1;
  return isEven || draws === 0 ? evenChoice(scenario, layer, draws) : skewedChoice(scenario, layer);
}

function skewedChoice(scenario: Router, layer: number): Choice {
  const { race, inclusion, scale, hits: known } = layerRace(scenario, layer);
  return {
    inclusion,
    hits: (blocks) => {
      const { key, partition } = partitioned(blocks, expertGroups(scenario.model));
      const before = known.get(key);
      if (before) return before;
      const hits = multiply(hitsOf(runRace(race), partition), scale, 1);
      known.set(key, hits);
      return hits;
    },
  };
}

/** A uniform draw, which needs no integrals where blocks have their experts whole. */
function evenChoice(scenario: Router, layer: number, draws: number): Choice {
  const { routedExperts } = scenario.model;
  return {
    inclusion: new Float64Array(routedExperts).fill(draws / routedExperts),
    hits: (blocks) =>
      blocks.every(({ shares }) => shares.every((share) => share === 1))
        ? Float64Array.from(blocks, ({ experts }) => hypergeometricHit(routedExperts, experts.length, draws))
        : skewedChoice(scenario, layer).hits(blocks),
  };
}

/**
 * P(a uniform draw of `draws` out of `total` takes at least one of `size`) = 1 - C(total - size, draws) /
 * C(total, draws).
 */
function hypergeometricHit(total: number, size: number, draws: number): number {
  let miss = 1;
  for (let i = 0; i < draws; i++) miss *= Math.max(0, total - size - i) / (total - i);
  return 1 - miss;
}

/** Some blocks by what is in them. */
interface KnownPartition {
  readonly key: string;
  readonly groups: ExpertGroups;
  readonly partition: Partition;
}

/** Blocks are the same for all layers of one placement. */
const partitions = new WeakMap<readonly Block[], KnownPartition>();

function partitioned(blocks: readonly Block[], groups: ExpertGroups): KnownPartition {
  const before = partitions.get(blocks);
  if (before?.groups === groups) return before;
  const key = blocks.map(({ experts, shares }) => `${experts}:${shares}`).join(';');
  const known = { key, groups, partition: partitionOf(groups, blocks) };
  partitions.set(blocks, known);
  return known;
}
