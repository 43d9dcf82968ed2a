import type { Fact } from '../../config/fact';
import { givesOption } from '../command';
import type { Rule, RuleContext } from '../rule';
import { report, setTo } from './common';
import { at, megatron } from './megatron-shared';

/** Sizes that a script and the checkpoint that it loads must share, with the words for them. */
const SHARED: readonly (readonly [name: string, label: string])[] = [
  ['model.hiddenSize', 'the hidden size'],
  ['model.layers', 'the layers'],
  ['model.attentionHeads', 'the attention heads'],
  ['model.routedExperts', 'the experts'],
  ['model.topK', 'top-k'],
  ['model.expertIntermediateSize', 'the expert width'],
];

/** What the script and the config.json of its `--hf-checkpoint` each write under a name. */
function both(context: RuleContext, name: string): { ours: Fact; theirs: Fact } | undefined {
  const { launch, model } = context.job;
  if (!launch || !model || context.unresolved(name) || !givesOption(context, '--hf-checkpoint'))
    return undefined;
  const written = context.all(name).filter(({ state }) => state === 'literal' || state === 'constant');
  const ours = written.find(({ file }) => file === launch.file);
  const theirs = written.find(({ file }) => file === model.file);
  return ours && theirs ? { ours, theirs } : undefined;
}

/** Rules on a script beside the Hugging Face checkpoint that it loads. */
export const megatronCheckpointRules: readonly Rule[] = [
  {
    code: 'MG014',
    name: 'megatron/moe-layer-frequency-phase',
    severity: 'info',
    frameworks: megatron,
    summary: 'Megatron-LM counts MoE layers from another one than the checkpoint',
    why: '--moe-layer-freq N makes layers 0, N, 2N … MoE layers; decoder_sparse_step N of a config.json makes it N − 1, 2N − 1 …. The same N gives other layers: write the list of layers instead.',
    source: `${at('megatron/core/models/gpt/gpt_layer_specs.py:647')}; huggingface/transformers@008e5743: models/qwen3_moe`,
    limits: 'Only for the checkpoint that --hf-checkpoint names, and with its config.json in the workspace.',
    example: {
      language: 'bash',
      bad: '# decoder_sparse_step 2\n  --num-layers 4 --moe-layer-freq 2',
      good: "# decoder_sparse_step 2\n  --num-layers 4 --moe-layer-freq '[0,1,0,1]'",
    },
    check(context) {
      const found = both(context, 'model.moeLayerFrequency');
      const step = found?.theirs;
      if (!found || step?.key !== 'decoder_sparse_step') return [];
      const n = Number(found.ours.value);
      if (Array.isArray(found.ours.value) || !(n > 1) || step.value !== n) return [];
      return report(
        [found.ours, step],
        `${found.ours.key} ${n} starts with layer 0, decoder_sparse_step ${n} with layer ${n - 1}: write the list of layers.`,
      );
    },
  },
  {
    code: 'MG040',
    name: 'megatron/differs-from-checkpoint',
    severity: 'warning',
    frameworks: megatron,
    summary: 'The script and its checkpoint have different sizes',
    why: 'The script describes the model by options, and loads weights of a model with other sizes. Loading fails, or the model is not the one that is meant.',
    source: 'Inferred; THUDM/slime: slime/utils/arguments.py describes --hf-checkpoint',
    limits:
      'Only for the checkpoint that --hf-checkpoint names: the model of a tokenizer may be another one.',
    example: {
      language: 'bash',
      bad: '# 128 experts in its config.json\n  --hf-checkpoint ./Qwen3-30B-A3B --num-experts 64',
      good: '  --hf-checkpoint ./Qwen3-30B-A3B --num-experts 128',
    },
    check(context) {
      return SHARED.flatMap(([name, label]) => {
        const found = both(context, name);
        if (!found || found.ours.value === found.theirs.value) return [];
        return report(
          [found.ours, found.theirs],
          `${found.ours.key} is ${found.ours.value}, and the checkpoint has ${found.theirs.value}.`,
          { fixes: setTo(context, found.ours, label, [Number(found.theirs.value)]) },
        );
      });
    },
  },
];
