import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { dropBeyondCapacity, NO_EXPERT } from './capacity';
import { uniformGenerator } from './random';
import { expertCapacity } from './routing';
import { tokensBySource } from './source-tokens';
import { tokensOfSources } from './token-source';

/** In place of a slot: the capacity factor dropped the choice, or the rank has no such token. */
export const NO_SLOT = -1;

/** Some tokens of every rank, with the slots that their choices are sent to. */
export interface ExampleTokens {
  /** MoE layer that they are of, from 0. */
  readonly layer: number;
  readonly topK: number;
  /** Tokens kept of each rank, and [ranks] how many of them it has. */
  readonly perRank: number;
  readonly tokensOfRank: Uint8Array;
  /** [ranks · perRank · topK] physical expert of each choice, the most wanted of a token first; `NO_SLOT` where there is none. */
  readonly slots: Int32Array;
}

const MOST_PER_RANK = 32;
const FEWEST_PER_RANK = 4;
/** Choices kept of all ranks together: 1 MB. */
const MOST_CHOICES = 2 ** 18;
/** Tokens drawn of all ranks together where drops hang on all tokens of a rank. */
const MOST_DRAWN = 2 ** 18;
/** Random stream of the choice between replicas, apart from those of the sampled tokens. */
const REPLICA_STREAM = 2 ** 26;

/**
 * The first tokens of every rank as the sampling engine draws them (or the trace has them), each choice sent to one of
 * its expert's replicas, all as likely. Under a capacity factor the tokens lie at equal distances among those of their
 * rank, and what their experts have no room for is dropped.
 *
 * @param placement over the ranks of the dispatcher; its slots are those of `placement.layer`
 * @yields the fraction done
 */
export function* exampleTokens(
  scenario: Scenario,
  placement: PlacementResult,
): Generator<number, ExampleTokens, void> {
  const { routedExperts, topK: wanted } = scenario.model;
  const topK = Math.min(wanted, routedExperts);
  const ranks = placement.worldRanks.length;
  const { tokensPerRank } = scenario.workload;
  const dealt = tokensBySource(tokensPerRank, ranks);
  const perRank = examplesPerRank(ranks, topK, Math.ceil(tokensPerRank));
  const capacity = expertCapacity(scenario);
  const drawn = tokensToDraw(scenario, ranks, perRank);
  const limits = {
    topK,
    routedExperts,
    capacity: Math.round((capacity * drawn) / tokensPerRank),
    policy: scenario.routing.dropPolicy,
  };
  const slotsOf = slotsByExpert(placement.physicalToLogical, routedExperts);
  const tokensOf = tokensOfSources(scenario, placement.layer, Math.ceil(tokensPerRank));
  const chosen = new Uint16Array(drawn * topK);
  const slots = new Int32Array(ranks * perRank * topK).fill(NO_SLOT);
  const tokensOfRank = new Uint8Array(ranks);
  for (let rank = 0; rank < ranks; rank++) {
    tokensOf(rank)(chosen);
    if (capacity < tokensPerRank) dropBeyondCapacity(chosen, limits);
    const there = Math.min(perRank, Math.round(dealt?.[rank] ?? tokensPerRank));
    tokensOfRank[rank] = there;
    const uniform = uniformGenerator(scenario.routing.seed, REPLICA_STREAM + rank);
    for (let token = 0; token < there; token++) {
      const from = Math.floor((token * drawn) / perRank) * topK;
      const to = (rank * perRank + token) * topK;
      for (let choice = 0; choice < topK; choice++) {
        const expert = chosen[from + choice]!;
        if (expert === NO_EXPERT) continue;
        const replicas = slotsOf[expert]!;
        const replica = replicas.length > 1 ? Math.trunc(uniform() * replicas.length) : 0;
        slots[to + choice] = replicas[replica]!;
      }
    }
    yield (rank + 1) / ranks;
  }
  return { layer: placement.layer, topK, perRank, tokensOfRank, slots };
}

function examplesPerRank(ranks: number, topK: number, tokens: number): number {
  const affordable = Math.floor(MOST_CHOICES / (ranks * Math.max(1, topK)));
  return Math.min(tokens, Math.max(FEWEST_PER_RANK, Math.min(MOST_PER_RANK, affordable)));
}

/** Drops need more tokens than are kept: experts fill up over all tokens of a rank. */
function tokensToDraw(scenario: Scenario, ranks: number, perRank: number): number {
  const tokens = Math.ceil(scenario.workload.tokensPerRank);
  if (expertCapacity(scenario) >= tokens) return perRank;
  return Math.max(perRank, Math.min(tokens, Math.floor(MOST_DRAWN / ranks)));
}

/** [routedExperts] slots that hold each expert. */
function slotsByExpert(physicalToLogical: readonly number[], routedExperts: number): number[][] {
  const slots = Array.from({ length: routedExperts }, (): number[] => []);
  physicalToLogical.forEach((expert, slot) => {
    slots[expert]!.push(slot);
  });
  return slots;
}
