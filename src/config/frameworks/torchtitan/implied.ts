import type { CommandFacts } from '../shared/command-facts';

const DEFAULTS_SOURCE = 'pytorch/torchtitan@6404b932: config/job_config.py';
const MESH_SOURCE = 'pytorch/torchtitan@b5bcd76c: distributed/parallel_dims.py';

const DEFAULTS: readonly (readonly [name: string, key: string, value: number])[] = [
  ['torchtitan.dataParallelReplicateDegree', 'data_parallel_replicate_degree', 1],
  ['torchtitan.dataParallelShardDegree', 'data_parallel_shard_degree', -1],
  ['layout.tp', 'tensor_parallel_degree', 1],
  ['layout.pp', 'pipeline_parallel_degree', 1],
  ['layout.cp', 'context_parallel_degree', 1],
  ['layout.ep', 'expert_parallel_degree', 1],
  ['layout.etp', 'expert_tensor_parallel_degree', 1],
  ['workload.microBatchSize', 'local_batch_size', 8],
  ['workload.sequenceLength', 'seq_len', 2048],
];

/** What torchtitan adds to a file: defaults, the size of data parallelism, what FSDP shards. */
export function addTorchtitanRules(facts: CommandFacts): void {
  for (const [name, key, value] of DEFAULTS) facts.byDefault(name, value, key, DEFAULTS_SOURCE);
  addDataParallel(facts);
  const batch = facts.get('torchtitan.globalBatchSize');
  if (typeof batch?.value === 'number' && batch.value > 0) {
    facts.derive('workload.globalBatchSize', batch.value, batch, batch.key, 'global_batch_size as it is');
  }
  const checkpoint = facts.get('torchtitan.activationCheckpoint');
  if (checkpoint?.value === 'full' || checkpoint?.value === 'none') {
    const rule = `activation checkpointing ${checkpoint.value}`;
    facts.derive('workload.recompute', checkpoint.value, checkpoint, checkpoint.key, rule);
  }
}

function addDataParallel(facts: CommandFacts): void {
  const replicate = facts.get('torchtitan.dataParallelReplicateDegree');
  const shard = facts.get('torchtitan.dataParallelShardDegree');
  const open =
    facts.open('torchtitan.dataParallelReplicateDegree') ?? facts.open('torchtitan.dataParallelShardDegree');
  const rule = `${MESH_SOURCE}: DP = replicate × shard`;
  if (open !== undefined) facts.leaveOpen('layout.dp', open, rule);
  if (typeof replicate?.value !== 'number' || typeof shard?.value !== 'number') return;
  if (shard.value === -1) {
    const because = { ...shard, expression: 'data_parallel_shard_degree -1 (the ranks that are left)' };
    facts.leaveOpen('layout.dp', because, rule);
  } else {
    const from = shard.state === 'default' ? replicate : shard;
    facts.derive('layout.dp', replicate.value * shard.value, from, from.key, rule);
  }
  if (shard.value === 1) return;
  facts.derive('workload.sharding', 'parameters', shard, shard.key, 'FSDP shards parameters over its ranks');
}
