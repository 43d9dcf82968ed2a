import type { Scenario } from '../../scenario/scenario';
import type { ComparisonEntry } from '../result';
import { because, chainFrom, entry, formatBytes } from './chain';
import type { StepScope } from './scope';

const BF16_BYTES = 2;

/**
 * Pipeline parallel: the textbook's `B·S·H` (the activations of one microbatch cross to the next stage) against what one rank
 * sends forward: its own share of the sequence under CP and of the hidden states under sequence parallelism, once for each of
 * its chunks. Backward sends the gradients of the same activations. A rank in the middle of the pipeline is counted.
 * Source: Megatron-Core pipeline_parallel/schedules.py (get_tensor_shapes: sequence over CP, and over TP with sequence parallelism).
 */
export function pipelineParallel({ model, layout }: Scenario, scope: StepScope): ComparisonEntry {
  const { tp, pp, cp, vpp, sequenceParallel } = layout;
  const textbook = scope.groupTokens * cp * model.hiddenSize * BF16_BYTES;
  let chain = chainFrom(textbook);
  if (pp === 1) chain = because(chain, 'PP is 1: nothing to hand on', 0);
  chain = because(chain, `CP ${cp}: a share of the sequence`, 1 / cp);
  if (sequenceParallel) chain = because(chain, `sequence parallel over TP ${tp}`, 1 / tp);
  chain = because(chain, `VPP ${vpp}: every chunk sends`, vpp);
  const passes = scope.isTraining ? 2 : 1;
  return entry(
    {
      formula: 'B·S·H',
      per: scope.isTraining ? 'microbatch, forward' : 'forward pass',
      note: note(pp, chain.bytes, scope),
    },
    textbook,
    chain,
    chain.bytes * passes * scope.microbatches,
  );
}

function note(pp: number, bytes: number, scope: StepScope): string {
  if (pp === 1) return 'All layers are on every rank.';
  const direction = scope.isTraining ? 'forward, and as much backward' : 'per pass';
  return `${formatBytes(bytes)} to the next of ${pp} stages ${direction}; first and last stage send less.`;
}
