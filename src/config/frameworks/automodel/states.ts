import { entryOf } from '../../table';
import { deriveAdapters } from '../shared/adapters';
import type { CommandFacts } from '../shared/command-facts';
import { deriveCpuOffload, deriveFsdpStates, type FsdpStates } from '../shared/fsdp-states';

/**
 * `model.torch_dtype`: what parameters are kept in. Unset or `auto` is BF16 (NVIDIA-NeMo/Automodel@13daecb1
 * docs/guides/mixed-precision-training.md).
 */
const KEPT_IN: Readonly<Record<string, FsdpStates['kept']>> = {
  auto: 'bf16',
  bfloat16: 'bf16',
  bf16: 'bf16',
  'torch.bfloat16': 'bf16',
  float32: 'fp32',
  fp32: 'fp32',
  'torch.float32': 'fp32',
};

/** What a recipe shards and in which formats it keeps it. */
export function addAutomodelStates(facts: CommandFacts): void {
  addAdapters(facts);
  const strategy = facts.get('automodel.strategy');
  if (strategy?.value === 'ddp') {
    facts.derive('workload.sharding', 'none', strategy, strategy.key, 'DDP shards nothing');
  }
  const offload = facts.get('automodel.offloadPolicy');
  if (String(offload?.value).endsWith('.CPUOffloadPolicy')) deriveCpuOffload(facts, offload!);
  const dtype = facts.get('automodel.torchDtype');
  const kept = entryOf(KEPT_IN, String(dtype?.value ?? 'auto').toLowerCase());
  const { whole, wholeBy } = heldWhole(facts);
  const optimizer = String(facts.get('automodel.optimizer')?.value ?? '');
  deriveFsdpStates(facts, {
    kept: kept ?? 'bf16',
    keptBy: { by: dtype, key: dtype?.key ?? 'model.torch_dtype' },
    whole,
    wholeBy,
    hasTorchOptimizer: optimizer.startsWith('torch.optim.'),
  });
}

/** `peft` of a recipe: adapters of rank `dim` (NVIDIA-NeMo/Automodel@0a07de1f examples/llm_finetune/qwen/qwen3_moe_30b_lora.yaml). */
function addAdapters(facts: CommandFacts): void {
  const peft = facts.get('automodel.peft');
  if (!String(peft?.value).endsWith('.lora.PeftConfig')) return;
  const linear = facts.get('automodel.matchAllLinear');
  const all = linear?.value === true ? { ...linear, value: 'all-linear' } : undefined;
  const targets = all ?? facts.get('automodel.targetModules');
  deriveAdapters(facts, { by: peft!, rank: facts.get('automodel.loraRank'), targets });
}

/**
 * Models with expert parallelism keep gathered weights until the backward pass, and in a pipeline, or where the backend defers
 * it, gradients until the last microbatch (NVIDIA-NeMo/Automodel@005f6639 components/moe/parallelizer.py, apply_fsdp;
 * @013d1137 components/distributed/config.py, MoEParallelizerConfig; @170ff904 components/moe/fsdp_mixin.py).
 */
function heldWhole(facts: CommandFacts): Pick<FsdpStates, 'whole' | 'wholeBy'> {
  const pp = facts.get('layout.pp');
  const ep = facts.get('layout.ep');
  const defer = facts.get('automodel.deferGradSync');
  const isDeferred = defer?.value === true && accumulates(facts);
  if (Number(pp?.value) > 1) return { whole: 'weights and gradients', wholeBy: { by: pp, key: 'pp_size' } };
  if (Number(ep?.value) > 1 && isDeferred)
    return { whole: 'weights and gradients', wholeBy: { by: defer, key: defer.key } };
  if (Number(ep?.value) > 1) return { whole: 'weights', wholeBy: { by: ep, key: 'ep_size' } };
  const strategy = facts.get('automodel.strategy');
  return { whole: 'nothing', wholeBy: { by: strategy, key: strategy?.key ?? 'distributed' } };
}

/** Whether ranks run several microbatches, as far as is known: unknown counts as one. */
function accumulates(facts: CommandFacts): boolean {
  const [batch, local, dp] = ['workload.globalBatchSize', 'automodel.localBatchSize', 'layout.dp'].map(
    (name) => facts.number(name),
  );
  return batch !== undefined && local !== undefined && dp !== undefined && batch > local * dp;
}
