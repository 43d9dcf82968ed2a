import type { Fact } from '../../fact';
import { entryOf } from '../../table';
import { deriveAdapters } from '../shared/adapters';
import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { deriveCpuOffload, deriveFsdpStates } from '../shared/fsdp-states';
import { ZERO_STAGES } from '../shared/zero-stages';

const SOURCE = 'axolotl-ai-cloud/axolotl@091ac712: integrations/expert_parallel/args.py';
const RECIPE_SOURCE = 'axolotl-ai-cloud/axolotl@002a637c: utils/schemas/training.py';
const MESH_SOURCE = 'axolotl-ai-cloud/axolotl@07d1cbc3: integrations/expert_parallel/README.md';

/** What axolotl adds to a file: defaults, and how many ranks train on data of their own. */
export function addAxolotlRules(facts: CommandFacts): void {
  facts.byDefault('layout.ep', 1, 'expert_parallel_size', SOURCE);
  facts.byDefault('layout.tp', 1, 'tensor_parallel_size', SOURCE);
  facts.byDefault('layout.cp', 1, 'context_parallel_size', SOURCE);
  // `auto` takes DeepEP where it can be imported, which the file does not say.
  const backend = facts.get('axolotl.expertParallelBackend');
  const named = entryOf({ deep_ep: 'deepep', torch: 'alltoall' }, String(backend?.value));
  if (backend !== undefined && named !== undefined) {
    facts.derive('communication.backend', named, backend, backend.key, `${String(backend.value)} backend`);
  }
  addDataParallel(facts);
  addRecipe(facts);
  addAdapters(facts);
  const stage = facts.number('deepspeed.zeroStage');
  const sharding = stage === undefined ? undefined : ZERO_STAGES[stage];
  if (sharding !== undefined) {
    const zero = facts.get('deepspeed.zeroStage');
    facts.derive('workload.sharding', sharding, zero, zero?.key ?? 'stage', `ZeRO stage ${stage}`);
  }
  const fsdp = facts.get('axolotl.dpShardSize') ?? facts.get('axolotl.fsdpVersion');
  const strategy = facts.get('axolotl.fsdpShardingStrategy');
  const isSharded = strategy === undefined || strategy.value === 'FULL_SHARD';
  if (fsdp !== undefined && isSharded && sharding === undefined) addFsdpStates(facts, fsdp);
  const checkpointing = facts.get('axolotl.gradientCheckpointing');
  if (checkpointing !== undefined) {
    const recompute = checkpointing.value === true ? 'full' : 'none';
    facts.derive('workload.recompute', recompute, checkpointing, checkpointing.key, 'gradient checkpointing');
  }
}

/** `optimizer`, and what one byte per moment is called (transformers TrainingArguments, `optim`). */
const OPTIMIZERS: Meanings = {
  adamw_torch: 'adam',
  adamw_torch_fused: 'adam',
  adamw_torch_8bit: 'adam',
  adamw_8bit: 'adam',
  adamw_bnb_8bit: 'adam',
  adamw_apex_fused: 'adam',
  sgd: 'sgd',
};
const ONE_BYTE_MOMENTS: ReadonlySet<unknown> = new Set(['adamw_torch_8bit', 'adamw_8bit', 'adamw_bnb_8bit']);

/** In which format a job computes, and what its optimizer keeps, as far as the file alone says it. */
function addRecipe(facts: CommandFacts): void {
  const fp8 = facts.get('axolotl.fp8');
  if (fp8?.value === true) {
    const because = { ...fp8, expression: 'fp8, of linear layers only' };
    facts.leaveOpen('workload.precision', because, `${RECIPE_SOURCE}: TorchAO converts linear layers`);
  }
  // `auto` is BF16 wherever the GPU has it, `full` says something of evaluation besides (utils/schemas/config.py).
  const half = ['axolotl.bf16', 'axolotl.fp16']
    .map((name) => facts.get(name))
    .find((fact) => fact !== undefined && fact.value !== false);
  if (half) facts.derive('workload.precision', 'bf16', half, half.key, 'mixed precision in 16 bits');
  facts.byDefault('axolotl.optimizer', 'adamw_torch_fused', 'optimizer', RECIPE_SOURCE);
  deriveByMeaning(facts, 'workload.optimizer', 'axolotl.optimizer', OPTIMIZERS);
  const optimizer = facts.get('axolotl.optimizer');
  if (optimizer === undefined || !ONE_BYTE_MOMENTS.has(optimizer.value)) return;
  for (const name of ['workload.momentDtype', 'workload.secondMomentDtype']) {
    facts.derive(name, 'fp8', optimizer, optimizer.key, 'one byte per moment; scales of blocks are left out');
  }
}

/**
 * FSDP over dp_shard_size ranks, or over all (axolotl-ai-cloud/axolotl@087b32f8: examples/glm45). Accelerate makes parameters FP32 where it computes in 16 bits beside them; the moments follow,
 * unless an optimizer of its own keeps them (huggingface/accelerate@00b1b181 src/accelerate/utils/fsdp_utils.py,
 * fsdp2_prepare_model). `bf16: full` trains in BF16 alone.
 */
function addFsdpStates(facts: CommandFacts, fsdp: Fact): void {
  const bf16 = facts.get('axolotl.bf16');
  const by = { by: fsdp, key: fsdp.key };
  const reshard = facts.get('axolotl.reshardAfterForward');
  const keeps = reshard?.value === false;
  const offload = facts.get('axolotl.offloadParams');
  if (offload?.value === true) deriveCpuOffload(facts, offload);
  deriveFsdpStates(facts, {
    kept: bf16?.value === 'full' ? 'bf16' : 'fp32',
    keptBy: bf16 === undefined ? by : { by: bf16, key: bf16.key },
    whole: keeps ? 'weights' : 'nothing',
    wholeBy: keeps ? { by: reshard, key: reshard.key } : by,
    hasTorchOptimizer: true,
  });
}

/** `adapter: lora` or `qlora`; the bits that the weights beside it are loaded in (axolotl: utils/schemas/peft.py, LoraConfig). */
function addAdapters(facts: CommandFacts): void {
  const adapter = facts.get('axolotl.adapter');
  if (adapter?.value !== 'lora' && adapter?.value !== 'qlora') return;
  const linear = facts.get('axolotl.loraTargetLinear');
  const all = linear?.value === true ? { ...linear, value: 'all-linear' } : undefined;
  const targets = all ?? facts.get('axolotl.loraTargetModules');
  deriveAdapters(facts, { by: adapter, rank: facts.get('axolotl.loraRank'), targets });
  for (const [name, dtype] of [
    ['axolotl.loadIn4Bit', 'nf4'],
    ['axolotl.loadIn8Bit', 'int8'],
  ] as const) {
    const load = facts.get(name);
    if (load?.value === true)
      facts.derive('workload.frozenDtype', dtype, load, load.key, `${load.key}: bitsandbytes`);
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
