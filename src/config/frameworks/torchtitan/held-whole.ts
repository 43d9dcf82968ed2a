import type { CommandFacts } from '../shared/command-facts';
import type { FsdpStates } from '../shared/fsdp-states';

/**
 * What FSDP holds whole between microbatches: in a pipeline the weights, and the gradients until the last microbatch
 * (pytorch/torchtitan@05a6cb38 torchtitan/models/llama4/infra/parallelize.py, `fsdp_reshard_after_forward` "default";
 * pytorch/pytorch@01386103 torch/distributed/pipelining/stage.py, backward_maybe_with_nosync).
 */
export function heldWhole(facts: CommandFacts): Pick<FsdpStates, 'whole' | 'wholeBy'> {
  const pp = facts.get('layout.pp');
  const shard = facts.get('torchtitan.dataParallelShardDegree');
  const isPipeline = typeof pp?.value === 'number' && pp.value > 1;
  const by = isPipeline ? pp : shard;
  return {
    whole: isPipeline ? 'weights and gradients' : 'nothing',
    wholeBy: { by, key: by?.key ?? 'data_parallel_shard_degree' },
  };
}
