import { entryOf } from '../../table';
import type { CommandFacts } from '../shared/command-facts';

const SHARDING: Readonly<Record<string, string>> = {
  no_shard: 'none',
  optim: 'optimizer',
  optim_grads: 'gradients',
  optim_grads_params: 'parameters',
};

/** Over data parallel ranks, as far as the options at hand say it (NVIDIA/Megatron-LM@d98e8a64: training/arguments.py). */
export function addStatedSharding(facts: CommandFacts): void {
  const name = 'workload.sharding';
  const strategy = facts.get('megatron.dataParallelShardingStrategy');
  const torch = facts.get('megatron.useTorchFsdp2');
  const fsdp = facts.get('megatron.useMegatronFsdp');
  const distributed = facts.get('megatron.useDistributedOptimizer');
  const open = facts.open('megatron.useDistributedOptimizer');
  const named = entryOf(SHARDING, String(strategy?.value));
  if (torch !== undefined && fsdp === undefined) {
    facts.derive(name, 'parameters', torch, torch.key, 'FSDP2 shards parameters, gradients and optimizer');
  } else if (fsdp !== undefined && strategy !== undefined && named !== undefined) {
    facts.derive(name, named, strategy, strategy.key, `sharding strategy ${String(strategy.value)}`);
  } else if (distributed?.value === false) {
    facts.derive(name, 'none', distributed, distributed.key, 'the optimizer is not distributed');
  } else if (distributed !== undefined) {
    facts.derive(name, 'optimizer', distributed, distributed.key, 'ZeRO-1');
  } else if (open !== undefined) {
    facts.leaveOpen(name, open, 'depends on --use-distributed-optimizer');
  }
}
