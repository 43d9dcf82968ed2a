import type { FactValue } from '../../fact';
import { fileNameOf } from '../../paths';
import { FAMILIES } from '../huggingface/families';
import type { CommandFacts } from '../shared/command-facts';
import { addAttention } from './attention';
import { addDecoder } from './decoders';
import { addMesh } from './mesh';

const SOURCE = 'AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/base.yml';

/** Keys that matter and that a model file may leave out. */
const MODEL_DEFAULTS: readonly (readonly [name: string, key: string, value: FactValue])[] = [
  ['model.headDim', 'head_dim', 128],
  ['model.vocabSize', 'vocab_size', 32000],
  ['model.sharedExperts', 'shared_experts', 0],
  ['model.firstDenseLayers', 'first_num_dense_layers', 0],
  ['model.moeLayerFrequency', 'interleave_moe_layer_step', 1],
  ['model.tieWordEmbeddings', 'logits_via_embedding', false],
  ['routing.capacityFactor', 'capacity_factor', -1],
];
const JOB_DEFAULTS: readonly (readonly [name: string, key: string, value: FactValue])[] = [
  ['workload.sequenceLength', 'max_target_length', 2048],
  ['maxtext.perDeviceBatchSize', 'per_device_batch_size', 12],
  ['maxtext.rematPolicy', 'remat_policy', 'full'],
];

/** `decoder_block` and the family of the same layers; what other blocks do is not simulated. */
const FAMILY_OF_BLOCK: ReadonlyMap<unknown, string> = new Map(
  FAMILIES.flatMap(({ id, maxtextBlock }) => (maxtextBlock === undefined ? [] : [[maxtextBlock, id]])),
);

/** Decoders whose `routed_bias` corrects the scores of experts. */
const CORRECTED: ReadonlySet<string> = new Set(['deepseek', 'deepseek4', 'glm5']);

/** Widths of multi-head latent attention, read only where `attention_type` is `mla`. */
const MLA: readonly (readonly [name: string, own: string, key: string, value: number])[] = [
  ['model.mla.qLoraRank', 'maxtext.qLoraRank', 'q_lora_rank', 0],
  ['model.mla.kvLoraRank', 'maxtext.kvLoraRank', 'kv_lora_rank', 512],
  ['model.mla.qkNopeHeadDim', 'maxtext.qkNopeHeadDim', 'qk_nope_head_dim', 128],
  ['model.mla.qkRopeHeadDim', 'maxtext.qkRopeHeadDim', 'qk_rope_head_dim', 64],
  ['model.mla.vHeadDim', 'maxtext.vHeadDim', 'v_head_dim', 128],
];

/** A model is called as `model_name` calls it: after its file (src/maxtext/configs/pyconfig.py looks it up by that). */
export function addModelName(facts: CommandFacts, file: string): void {
  const named = facts.get('maxtext.modelName');
  const value = typeof named?.value === 'string' ? named.value : fileNameOf(file).replace(/\.ya?ml$/, '');
  facts.derive(
    'model.name',
    value,
    named,
    named?.key ?? 'file name',
    named ? 'model_name' : "the file's name",
  );
}

/** What MaxText makes of the keys of a model. */
export function addModelRules(facts: CommandFacts): void {
  for (const [name, key, value] of MODEL_DEFAULTS) facts.byDefault(name, value, key, SOURCE);
  if (facts.get('maxtext.attentionType')?.value === 'mla') addMla(facts);
  addAttention(facts);
  addDecoder(facts);
  const block = facts.get('maxtext.decoderBlock');
  const family = FAMILY_OF_BLOCK.get(block?.value);
  if (family !== undefined) {
    facts.derive('model.family', family, block, 'decoder_block', `decoder_block ${String(block?.value)}`);
  } else if (block !== undefined) {
    facts.derive('maxtext.otherBlock', block.value, block, block.key, 'a decoder block without a model here');
  }
  const score = facts.get('maxtext.routedScoreFunc');
  if (score?.value === 'sigmoid' || score?.value === 'sqrtsoftplus') {
    const rule = `routed_score_func ${score.value}`;
    facts.derive('model.router.scoreFunction', score.value, score, score.key, rule);
  }
  const bias = facts.get('maxtext.routedBias');
  if (bias?.value === true && CORRECTED.has(String(block?.value))) {
    const rule = `routed_bias of a ${String(block?.value)} decoder`;
    facts.derive('model.router.correctionBias', true, bias, bias.key, rule);
  }
  const qkvBias = facts.get('maxtext.attentionBias');
  if (qkvBias !== undefined) {
    facts.derive('model.qkvBias', qkvBias.value, qkvBias, qkvBias.key, 'attention_bias');
  }
}

function addMla(facts: CommandFacts): void {
  const type = facts.get('maxtext.attentionType');
  for (const [name, own, key, value] of MLA) {
    facts.byDefault(own, value, key, SOURCE);
    const fact = facts.get(own);
    if (fact !== undefined)
      facts.derive(name, fact.value, fact, fact.key, `attention_type ${String(type?.value)}`);
  }
}

/** What MaxText makes of the keys of a job. */
export function addJobRules(facts: CommandFacts): void {
  for (const [name, key, value] of JOB_DEFAULTS) facts.byDefault(name, value, key, SOURCE);
  addMesh(facts);
  const batch = facts.get('maxtext.perDeviceBatchSize');
  // Less than one sequence per device is split over a mesh axis; that is no size of a microbatch.
  if (batch !== undefined && Number.isInteger(batch.value)) {
    facts.derive('workload.microBatchSize', batch.value, batch, batch.key, 'sequences per device');
  }
  const remat = facts.get('maxtext.rematPolicy');
  if (remat?.value === 'full') {
    facts.derive('workload.recompute', 'full', remat, remat.key, 'remat_policy full');
  } else if (remat !== undefined) {
    // The others save some of the matrix products, or move them to the host; of none of them is the memory known here.
    const expression = `remat_policy ${String(remat.value)}`;
    facts.leaveOpen('workload.recompute', { ...remat, expression }, SOURCE);
  }
}
