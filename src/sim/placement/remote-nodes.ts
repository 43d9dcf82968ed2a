import type { LayerTable } from '../../scenario/scenario';
import type { Block } from '../routing/choice';
import { raceChoice } from '../routing/race-choice';

/** Top-k, and the groups that a token may use of all; 1 and 1 without a limit. */
export interface TokenChoice {
  readonly topK: number;
  readonly groups: number;
  readonly topkGroups: number;
}

/**
 * Nodes other than its own that a token is sent to, mean over layers and over tokens from all nodes alike. Experts are
 * chosen by the race of routing/race.ts with the loads of each layer.
 *
 * @param loads [layers][experts] tokens
 * @param slots [layers][slots] expert of each slot, in runs over `nodes`
 */
export function remoteNodesPerToken(
  loads: LayerTable,
  slots: LayerTable,
  nodes: number,
  { topK, groups, topkGroups }: TokenChoice,
): number {
  const routedExperts = loads[0]?.length ?? 0;
  const router = { groups, topkGroups, scoreFunction: 'softmax', correctionBias: false } as const;
  const routing = { distribution: 'loads', sigma: 0, exponent: 0, seed: 0, loads, trace: null } as const;
  const scenario = { model: { routedExperts, topK, router }, routing };
  const perLayer = slots.map((row, layer) => {
    const hits = raceChoice(scenario, layer).hits(blocksOfNodes(row, routedExperts, nodes));
    return hits.reduce((sum, hit) => sum + hit, 0) * (1 - 1 / nodes);
  });
  return perLayer.reduce((sum, value) => sum + value, 0) / perLayer.length;
}

/** Experts of each node with the share of their tokens that goes there. */
function blocksOfNodes(slots: readonly number[], experts: number, nodes: number): Block[] {
  const copies = new Uint32Array(experts);
  for (const expert of slots) copies[expert]!++;
  const here = Array.from({ length: nodes }, () => new Map<number, number>());
  slots.forEach((expert, slot) => {
    const node = here[Math.floor((slot * nodes) / slots.length)]!;
    node.set(expert, (node.get(expert) ?? 0) + 1);
  });
  return here.map((node) => ({
    experts: [...node.keys()],
    shares: [...node].map(([expert, count]) => count / copies[expert]!),
  }));
}
