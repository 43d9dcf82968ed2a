import type { LayerTable } from '../../scenario/scenario';
import { remoteNodesPerToken, type TokenChoice } from '../../sim/placement/remote-nodes';
import { drawnTokens } from './tokens';

/** How the tokens of each layer choose, so that the nodes that they are sent to can be counted. */
export interface Crossing {
  readonly topK: number;
  /** [count · topK] experts of some tokens of a layer, on which a search looks. */
  readonly tokens: (layer: number) => Uint16Array;
  /** Nodes other than its own that a token of a layer is sent to with a row of slots, by which what is found is judged. */
  readonly remoteNodes: (layer: number, slots: readonly number[]) => number;
}

/** Tokens of a layer that a search looks at. */
const TOKENS = 1024;
/** Recorded ones: what experts are chosen together shows in more of them. */
const RECORDED_TOKENS = 4096;

/** Tokens that choose by the loads of a layer and by nothing else: drawn to search with, exact to judge by. */
export function drawnCrossing(loads: LayerTable, nodes: number, choice: TokenChoice): Crossing {
  return {
    topK: choice.topK,
    tokens: (layer) => drawnTokens(loads[layer]!, choice, TOKENS),
    remoteNodes: (layer, slots) => remoteNodesPerToken([loads[layer]!], [slots], nodes, choice),
  };
}

/**
 * Tokens as they were recorded, with the experts that they chose together.
 *
 * @param recorded [layers][tokens · topK] experts
 */
export function recordedCrossing(recorded: readonly Uint16Array[], nodes: number, topK: number): Crossing {
  return {
    topK,
    tokens: (layer) => evenly(recorded[layer]!, topK),
    remoteNodes: (layer, slots) => remoteNodesOfTokens(recorded[layer]!, topK, slots, nodes),
  };
}

/** So many tokens of all, from the first to the last. */
function evenly(tokens: Uint16Array, topK: number): Uint16Array {
  const all = tokens.length / topK;
  if (all <= RECORDED_TOKENS) return tokens;
  const chosen = new Uint16Array(RECORDED_TOKENS * topK);
  for (let at = 0; at < RECORDED_TOKENS; at++) {
    const token = Math.floor((at * all) / RECORDED_TOKENS);
    chosen.set(tokens.subarray(token * topK, (token + 1) * topK), at * topK);
  }
  return chosen;
}

/**
 * Nodes other than its own that a recorded token is sent to, mean over the tokens and over the nodes that they may come
 * from; copies of an expert share its tokens equally.
 *
 * @param tokens [count · topK] experts
 * @param slots expert of each slot, in runs over `nodes`
 */
export function remoteNodesOfTokens(
  tokens: Uint16Array,
  topK: number,
  slots: readonly number[],
  nodes: number,
): number {
  const count = tokens.length / topK;
  if (count === 0) return 0;
  const share = sharesOfNodes(slots, nodes);
  const experts = share.length / nodes;
  let used = 0;
  for (let token = 0; token < count; token++) {
    for (let node = 0; node < nodes; node++) {
      let miss = 1;
      for (let at = token * topK; at < (token + 1) * topK; at++) {
        miss *= Math.max(0, 1 - share[node * experts + tokens[at]!]!);
      }
      used += 1 - miss;
    }
  }
  return (used / count) * (1 - 1 / nodes);
}

/** [nodes · experts] share of an expert's tokens that each node gets. */
function sharesOfNodes(slots: readonly number[], nodes: number): Float64Array {
  const experts = slots.reduce((most, expert) => Math.max(most, expert), 0) + 1;
  const copies = new Uint32Array(experts);
  for (const expert of slots) copies[expert]!++;
  const share = new Float64Array(nodes * experts);
  slots.forEach((expert, slot) => {
    share[Math.floor((slot * nodes) / slots.length) * experts + expert]! += 1 / copies[expert]!;
  });
  return share;
}
