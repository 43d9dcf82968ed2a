import type { Fact } from '../../fact';
import type { CommandFacts } from './command-facts';

/** What PyTorch's FSDP holds whole on each rank between microbatches, beside its shards. */
export type HeldWhole = 'nothing' | 'weights' | 'weights and gradients';

/** A place in the file that decides something; without one, the key that stands for it. */
interface Decided {
  readonly by: Fact | undefined;
  readonly key: string;
}

/** How a job with PyTorch's FSDP and mixed precision keeps what it trains. */
export interface FsdpStates {
  /** Format of the sharded parameters, in which gradients and the optimizer's moments are kept too. */
  readonly kept: 'fp32' | 'bf16';
  readonly keptBy: Decided;
  readonly whole: HeldWhole;
  readonly wholeBy: Decided;
  /** The optimizer's own states follow the parameters (those of torch.optim). */
  readonly hasTorchOptimizer: boolean;
}

/** Of weights, gradients and optimizer states, what is sharded while microbatches run. */
export const SHARDED = {
  nothing: 'parameters',
  weights: 'gradients',
  'weights and gradients': 'optimizer',
} as const satisfies Record<HeldWhole, string>;

export const fsdpRule = (whole: HeldWhole): string =>
  whole === 'nothing' ? 'FSDP shards parameters' : `FSDP holds ${whole} whole between microbatches`;

/**
 * What is sharded, and in which formats. Shards are the only weights while nothing is gathered, so that there is no second
 * copy of them (pytorch/pytorch@010ae4a8 torch/distributed/fsdp/_fully_shard/_fsdp_param.py, ShardedState). Weights that are
 * not freed after the forward pass are held in BF16 beside the shards, and gradients that are not reduced before the last
 * microbatch in FP32, the usual format of the reduction (to_accumulated_grad_if_needed there).
 */
export function deriveFsdpStates(facts: CommandFacts, states: FsdpStates): void {
  const { kept, keptBy, whole, wholeBy, hasTorchOptimizer } = states;
  const isGathered = whole !== 'nothing';
  const rule = fsdpRule(whole);
  const derive = (name: string, value: string, { by, key }: Decided, origin: string) =>
    facts.derive(`workload.${name}`, value, by, key, origin);
  derive('sharding', SHARDED[whole], wholeBy, rule);
  const shards = `FSDP's shards are ${kept.toUpperCase()}`;
  if (isGathered) derive('parameterDtype', 'bf16', wholeBy, rule);
  else derive('parameterDtype', kept, keptBy, shards);
  if (whole === 'weights and gradients') derive('gradientDtype', 'fp32', wholeBy, rule);
  else derive('gradientDtype', kept, keptBy, shards);
  if (!hasTorchOptimizer) return;
  derive('masterDtype', isGathered ? kept : 'none', keptBy, 'the optimizer updates the shards');
  for (const name of ['momentDtype', 'secondMomentDtype'])
    derive(name, kept, keptBy, "torch.optim keeps moments in the parameters' format");
}

/**
 * FSDP's CPU offloading: shards of weights, gradients and the optimizer's states lie in host memory
 * (pytorch/pytorch@010ae4a8 torch/distributed/fsdp/_fully_shard/_fsdp_param.py and _fsdp_collectives.py, offload_to_cpu).
 */
export function deriveCpuOffload(facts: CommandFacts, by: Fact): void {
  const rule = 'FSDP keeps its shards, their gradients and states on the host';
  facts.derive('workload.optimizerOffload', 1, by, by.key, rule);
  facts.derive('workload.gradientOffload', true, by, by.key, rule);
  facts.derive('workload.parameterOffload', true, by, by.key, rule);
}
