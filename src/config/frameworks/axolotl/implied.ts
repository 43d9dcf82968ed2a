import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'axolotl-ai-cloud/axolotl@091ac712: integrations/expert_parallel/args.py';
const MESH_SOURCE = 'axolotl-ai-cloud/axolotl@07d1cbc3: integrations/expert_parallel/README.md';

/** What each ZeRO stage shards (deepspeedai/DeepSpeed@edaa7221: deepspeed/runtime/zero/config.py). */
const SHARDING = ['none', 'optimizer', 'gradients', 'parameters'] as const;

/** What axolotl adds to a file: defaults, and how many ranks train on data of their own. */
export function addAxolotlRules(facts: CommandFacts): void {
  facts.byDefault('layout.ep', 1, 'expert_parallel_size', SOURCE);
  facts.byDefault('layout.tp', 1, 'tensor_parallel_size', SOURCE);
  facts.byDefault('layout.cp', 1, 'context_parallel_size', SOURCE);
  // `auto` takes DeepEP where it can be imported, which the file does not say.
  const backend = facts.get('axolotl.expertParallelBackend');
  const named = { deep_ep: 'deepep', torch: 'alltoall' }[String(backend?.value)];
  if (backend !== undefined && named !== undefined) {
    facts.derive('communication.backend', named, backend, backend.key, `${String(backend.value)} backend`);
  }
  addDataParallel(facts);
  const stage = facts.number('deepspeed.zeroStage');
  const sharding = stage === undefined ? undefined : SHARDING[stage];
  if (sharding !== undefined) {
    const zero = facts.get('deepspeed.zeroStage');
    facts.derive('workload.sharding', sharding, zero, zero?.key ?? 'stage', `ZeRO stage ${stage}`);
  }
  const shard = facts.get('axolotl.dpShardSize');
  const strategy = facts.get('axolotl.fsdpShardingStrategy');
  const isSharded = strategy === undefined || strategy.value === 'FULL_SHARD';
  if (shard !== undefined && isSharded) {
    const rule = 'FSDP shards parameters over dp_shard_size ranks';
    facts.derive('workload.sharding', 'parameters', shard, shard.key, rule);
  }
  const checkpointing = facts.get('axolotl.gradientCheckpointing');
  if (checkpointing !== undefined) {
    const recompute = checkpointing.value === true ? 'full' : 'none';
    facts.derive('workload.recompute', recompute, checkpointing, checkpointing.key, 'gradient checkpointing');
  }
}

/** Expert ranks hold different data as well: the axes of EP and FSDP are orthogonal and their product is the world. */
function addDataParallel(facts: CommandFacts): void {
  const rule = `${MESH_SOURCE}: ranks with data of their own = EP × dp_shard_size × dp_replicate_size`;
  const names = ['axolotl.dpShardSize', 'axolotl.dpReplicateSize', 'layout.ep'];
  const open = names.map((name) => facts.open(name)).find((fact) => fact !== undefined);
  const written = names.map((name) => facts.get(name)).find((fact) => fact !== undefined);
  if (open !== undefined) facts.leaveOpen('layout.dp', open, rule);
  else if (facts.has('axolotl.dpShardSize')) {
    const size = names.reduce((product, name) => product * (facts.number(name) ?? 1), 1);
    facts.derive('layout.dp', size, written, written?.key ?? 'dp_shard_size', rule);
    const [tp, cp] = [facts.number('layout.tp'), facts.number('layout.cp')];
    if (tp === undefined || cp === undefined) return;
    const world = `${MESH_SOURCE}: world = EP × dp_shard_size × dp_replicate_size × TP × CP`;
    facts.derive('layout.worldSize', size * tp * cp, written, written?.key ?? 'dp_shard_size', world);
  }
}
