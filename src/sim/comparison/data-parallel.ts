import type { Scenario } from '../../scenario/scenario';
import { gradientBytes, TRAINED_WEIGHT_BYTES } from '../parameters/dtypes';
import type { ComparisonEntry, ParameterCount } from '../result';
import { because, type Chain, chainFrom, entry, formatBillions } from './chain';
import type { StepScope } from './scope';

const BF16_BYTES = 2;

/**
 * Data parallel: the textbook's `2·P` (ring all-reduce of all gradients) against what one rank sends in a step: its own
 * parameters, gradients and weights in their own widths, each ring short of its own share, dense over DP·CP, experts over EDP.
 */
export function dataParallel(
  scenario: Scenario,
  parameters: ParameterCount,
  scope: StepScope,
): ComparisonEntry {
  const textbook = 2 * parameters.total * BF16_BYTES;
  const chain = scope.isTraining
    ? reasons(scenario, parameters, scope, textbook)
    : because(chainFrom(textbook), 'serving has no gradients', 0);
  return entry({ formula: '2·P', per: 'step', note: note(scenario, scope) }, textbook, chain, chain.bytes);
}

function reasons(
  { layout, workload }: Scenario,
  parameters: ParameterCount,
  scope: StepScope,
  textbook: number,
): Chain {
  const { denseParameters: dense, expertParameters: experts } = scope;
  const held = dense + experts;
  const ranks = layout.dp * layout.cp;
  const isFullySharded = workload.sharding === 'parameters';
  const isAllReduce = workload.sharding === 'none';
  const gradient = gradientBytes(workload);
  const gradientFactor = isAllReduce
    ? gradient / BF16_BYTES
    : (gradient + TRAINED_WEIGHT_BYTES) / (2 * BF16_BYTES);
  const shortDense = dense * ringShare(ranks);
  const shortExperts = experts * ringShare(layout.edp);
  const total = formatBillions(parameters.total);

  let chain = chainFrom(textbook);
  chain = because(chain, `this rank: ${formatBillions(held)} of ${total} B`, held / parameters.total);
  chain = because(chain, 'gradients in FP32, not BF16', gradientFactor);
  if (isFullySharded) {
    const twice = (gradient + 2 * TRAINED_WEIGHT_BYTES) / (gradient + TRAINED_WEIGHT_BYTES);
    chain = because(chain, 'weights gathered for forward and again for backward', twice);
    chain = because(chain, `in each of ${scope.microbatches} microbatches`, scope.microbatches);
  }
  chain = because(chain, edpLabel(layout.edp), (dense + shortExperts) / held);
  return because(
    chain,
    ranks <= 1 ? 'DP × CP is 1: nothing dense to reduce' : `dense part over ${ranks}: ${ranks - 1}/${ranks}`,
    (shortDense + shortExperts) / (dense + shortExperts),
  );
}

/** What a ring sends of its buffer: `(N-1)/N`. An illegal layout can have less than one rank here, and sends nothing. */
const ringShare = (ranks: number): number => (ranks > 1 ? (ranks - 1) / ranks : 0);

function edpLabel(edp: number): string {
  if (edp <= 1) return 'no copies of experts: EDP is 1';
  return edp === 2 ? 'experts over EDP 2: half the ring' : `experts over EDP ${edp}: ${edp - 1}/${edp}`;
}

function note({ workload }: Scenario, scope: StepScope): string {
  if (!scope.isTraining) return 'Data-parallel engines serve different requests and exchange no gradients.';
  const gradient = gradientBytes(workload);
  const notes = {
    none: `Plain data parallel: all-reduce of ${gradient}-byte gradients, once per step.`,
    optimizer: `Distributed optimizer: reduce-scatter ${gradient} B, all-gather 2 B. Once per step.`,
    gradients: `ZeRO-2: reduce-scatter ${gradient} B, all-gather 2 B. Once per step.`,
    parameters: `Fully sharded: two all-gathers of 2 B and a reduce-scatter of ${gradient} B in every microbatch.`,
  };
  return notes[workload.sharding];
}
