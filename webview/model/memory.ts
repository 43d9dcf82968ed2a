import type { MemoryResult, RankMemory } from '../../src/sim/result';

export type MemoryPart =
  | 'weights'
  | 'gradients'
  | 'optimizer'
  | 'kvCache'
  | 'activations'
  | 'buffers'
  | 'runtime';

/** From the bottom of a bar: what is equal on all ranks first, so that the skyline is the skew. */
const ORDER: readonly MemoryPart[] = [
  'weights',
  'gradients',
  'optimizer',
  'kvCache',
  'activations',
  'buffers',
  'runtime',
];

/** The KV cache shares its colour with the gradients: serving has one, training the other. */
export const PART_COLOURS: Record<MemoryPart, string> = {
  weights: 'var(--blue)',
  gradients: 'var(--green)',
  optimizer: 'var(--purple)',
  kvCache: 'var(--green)',
  activations: 'var(--yellow)',
  buffers: 'var(--n3)',
  runtime: 'var(--n1)',
};

/** The parts that any rank holds something of. */
export function partsOf(memory: MemoryResult): MemoryPart[] {
  return ORDER.filter((part) => memory.perRank.some((rank) => rank[part] > 0));
}

/** The mean over ranks of each part and of the total. */
export function meanMemory(memory: MemoryResult): Record<MemoryPart | 'total', number> {
  const ranks = memory.perRank;
  const mean = (part: MemoryPart | 'total') =>
    ranks.reduce((sum, rank) => sum + rank[part], 0) / ranks.length;
  return {
    weights: mean('weights'),
    gradients: mean('gradients'),
    optimizer: mean('optimizer'),
    kvCache: mean('kvCache'),
    activations: mean('activations'),
    buffers: mean('buffers'),
    runtime: mean('runtime'),
    total: mean('total'),
  };
}

export interface Bar {
  /** The rank drawn: itself, or the fullest of its node. */
  readonly rank: RankMemory;
  readonly node: number;
  /** Total of the node's emptiest rank; `null` for a bar of a single rank. */
  readonly emptiest: number | null;
}

/** Bars in the order asked for. */
export function barsOf(
  memory: MemoryResult,
  nodeOfRank: readonly number[],
  group: 'ranks' | 'nodes',
  order: 'rank' | 'total',
): Bar[] {
  const single = memory.perRank.map(
    (rank, index): Bar => ({ rank, node: nodeOfRank[index] ?? 0, emptiest: null }),
  );
  const bars = group === 'ranks' ? single : perNode(single);
  return order === 'total' ? [...bars].sort((a, b) => b.rank.total - a.rank.total) : bars;
}

function perNode(bars: readonly Bar[]): Bar[] {
  const nodes = new Map<number, Bar>();
  for (const bar of bars) {
    const sofar = nodes.get(bar.node);
    const emptiest = Math.min(sofar?.emptiest ?? Number.POSITIVE_INFINITY, bar.rank.total);
    const fullest = sofar && sofar.rank.total >= bar.rank.total ? sofar.rank : bar.rank;
    nodes.set(bar.node, { rank: fullest, node: bar.node, emptiest });
  }
  return [...nodes.values()];
}
