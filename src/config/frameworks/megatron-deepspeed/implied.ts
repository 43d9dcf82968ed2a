import type { CommandFacts } from '../shared/command-facts';
import { ZERO_STAGES } from '../shared/zero-stages';

const SOURCE = 'deepspeedai/Megatron-DeepSpeed@4efb479d: megatron/arguments.py';

const DEFAULTS = [
  { name: 'layout.tp', key: '--tensor-model-parallel-size', value: 1 },
  { name: 'layout.pp', key: '--pipeline-model-parallel-size', value: 1 },
  { name: 'layout.ep', key: '--moe-expert-parallel-size', value: 1 },
  { name: 'model.topK', key: '--topk', value: 1 },
  { name: 'deepspeed.expertInterval', key: '--expert-interval', value: 2 },
  { name: 'routing.capacityFactor', key: '--moe-train-capacity-factor', value: 1 },
] as const;

/** Which layers are MoE: the i-th, counted from 0, where (i + 1) % interval = 0. */
function addLayerPattern(facts: CommandFacts): void {
  const interval = facts.get('deepspeed.expertInterval');
  const layers = facts.number('model.layers');
  const open = facts.open('deepspeed.expertInterval');
  const rule = 'megatron/model/transformer.py: layer i is MoE where (i + 1) % --expert-interval = 0';
  if (open !== undefined) facts.leaveOpen('model.moeLayerFrequency', open, rule);
  if (typeof interval?.value !== 'number' || interval.value < 1) return;
  if (interval.value === 1) {
    facts.derive('model.moeLayerFrequency', 1, interval, interval.key, rule);
  } else if (layers !== undefined && layers > 0 && layers < 10_000) {
    const step = interval.value;
    const pattern = Array.from({ length: layers }, (_, i) => ((i + 1) % step === 0 ? 1 : 0));
    facts.derive('model.moeLayerFrequency', pattern, interval, interval.key, rule);
  }
}

/** What Megatron-DeepSpeed adds to the options of one command. */
export function addDeepSpeedRules(facts: CommandFacts): void {
  const dropless = facts.get('deepspeed.disableMoeTokenDropping');
  for (const entry of DEFAULTS) {
    if (entry.name === 'routing.capacityFactor' && dropless !== undefined) continue;
    facts.byDefault(entry.name, entry.value, entry.key, SOURCE);
  }
  const split = facts.get('deepspeed.enableExpertTensorParallelism');
  const tp = facts.get('layout.tp');
  const rule = 'experts are split over TP with --enable-expert-tensor-parallelism only';
  if (split === undefined)
    facts.derive('layout.etp', 1, undefined, '--enable-expert-tensor-parallelism', rule);
  else if (tp !== undefined) facts.derive('layout.etp', tp.value, split, split.key, rule);

  const hidden = facts.get('model.hiddenSize');
  if (typeof hidden?.value === 'number') {
    const origin = `${SOURCE}: ffn_hidden_size = 4 x hidden_size where it is absent`;
    facts.derive('model.intermediateSize', 4 * hidden.value, hidden, hidden.key, origin);
  }
  const width = facts.get('model.intermediateSize');
  if (width !== undefined) {
    facts.derive(
      'model.expertIntermediateSize',
      width.value,
      width,
      width.key,
      'an expert is an MLP of the same width',
    );
  }
  const heads = facts.get('model.attentionHeads');
  if (heads !== undefined)
    facts.derive('model.kvHeads', heads.value, heads, heads.key, 'one key-value head per query head');
  facts.byDefault('model.sharedExperts', 0, '--mlp-type', `${SOURCE}: no shared experts unless residual`);
  addLayerPattern(facts);
  const recompute = facts.get('deepspeed.checkpointActivations');
  const open = facts.open('deepspeed.checkpointActivations');
  if (open !== undefined) facts.leaveOpen('workload.recompute', open, `depends on ${open.key}`);
  if (recompute !== undefined)
    facts.derive('workload.recompute', 'full', recompute, recompute.key, 'every layer is recomputed');
  const half = facts.get('deepspeed.halfPrecision');
  if (half !== undefined)
    facts.derive('workload.precision', 'bf16', half, half.key, 'mixed precision in 16 bits');

  const stage = facts.get('deepspeed.zeroStage');
  const sharding = typeof stage?.value === 'number' ? ZERO_STAGES[stage.value] : undefined;
  if (stage !== undefined && sharding !== undefined)
    facts.derive('workload.sharding', sharding, stage, stage.key, `ZeRO stage ${String(stage.value)}`);
  const nodes = facts.number('cluster.nodes');
  const perNode = facts.number('cluster.gpusPerNode');
  if (nodes !== undefined && perNode !== undefined) {
    const from = facts.get('cluster.gpusPerNode');
    facts.derive('layout.worldSize', nodes * perNode, from, from?.key ?? '', 'nodes x GPUs per node');
  }
}
