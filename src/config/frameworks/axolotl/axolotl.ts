import type { ModelReference, ReadDocument } from '../../fact';
import { type Setting, settingsOfYaml } from '../../syntax/settings';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { namesMoeModel } from '../shared/moe-model';
import { anchorOf, readSettings, setting } from '../shared/read-settings';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { addAxolotlRules } from './implied';

/** Keys of a training file (axolotl-ai-cloud/axolotl: utils/schemas/config.py, integrations/expert_parallel/args.py). */
const KEYS = [
  setting('integer', 'layout.ep', 'expert_parallel_size'),
  setting('string', 'axolotl.expertParallelBackend', 'expert_parallel_backend'),
  setting('integer', 'axolotl.expertParallelTokenCapacity', 'expert_parallel_token_capacity'),
  setting('integer', 'axolotl.dpShardSize', 'dp_shard_size'),
  setting('integer', 'axolotl.dpReplicateSize', 'dp_replicate_size'),
  setting('integer', 'layout.tp', 'tensor_parallel_size'),
  setting('integer', 'layout.cp', 'context_parallel_size'),
  setting('integer', 'workload.sequenceLength', 'sequence_len'),
  setting('integer', 'workload.microBatchSize', 'micro_batch_size'),
  setting('integer', 'axolotl.gradientAccumulationSteps', 'gradient_accumulation_steps'),
  setting('boolean', 'axolotl.gradientCheckpointing', 'gradient_checkpointing'),
  setting('string', 'axolotl.deepspeed', 'deepspeed'),
  setting('integer', 'axolotl.fsdpVersion', 'fsdp_version'),
  setting('string', 'axolotl.fsdpShardingStrategy', 'fsdp_config.sharding_strategy'),
  setting('boolean', 'axolotl.offloadParams', 'fsdp_config.offload_params'),
  setting('boolean', 'axolotl.reshardAfterForward', 'fsdp_config.reshard_after_forward'),
  setting('boolean', 'axolotl.gradientCheckpointing', 'fsdp_config.activation_checkpointing'),
  setting('string', 'axolotl.stateDictType', 'fsdp_config.state_dict_type'),
  setting('string', 'axolotl.finalStateDictType', 'fsdp_config.final_state_dict_type'),
  setting('switch-or-word', 'axolotl.bf16', 'bf16'),
  setting('boolean', 'axolotl.fp16', 'fp16'),
  setting('boolean', 'axolotl.fp8', 'fp8'),
  setting('string', 'axolotl.adapter', 'adapter'),
  setting('integer', 'axolotl.loraRank', 'lora_r'),
  setting('words', 'axolotl.loraTargetModules', 'lora_target_modules'),
  setting('boolean', 'axolotl.loraTargetLinear', 'lora_target_linear'),
  setting('boolean', 'axolotl.loadIn8Bit', 'load_in_8bit'),
  setting('boolean', 'axolotl.loadIn4Bit', 'load_in_4bit'),
  setting('string', 'axolotl.optimizer', 'optimizer'),
] as const;

/** Merging tools have `base_model` too; they know no expert parallelism and no training. */
const EXPERT_KEYS = ['expert_parallel_size', 'expert_parallel_backend'];
const TRAINING_KEYS = ['sequence_len', 'micro_batch_size'];

/** A model with experts by its name: a file may train one and spread none. */
const isMoe = ({ value }: Setting): boolean => typeof value === 'string' && namesMoeModel(value);

function read(source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const { documents, problems } = yamlOf(source);
  const settings = settingsOfYaml(documents[0]);
  const has = (key: string) => settings.some(({ path }) => path === key);
  const base = settings.find(({ path }) => path === 'base_model');
  if (base === undefined || !(EXPERT_KEYS.some(has) || (TRAINING_KEYS.every(has) && isMoe(base))))
    return null;
  const context = { file: source.file };
  const stated = readSettings(context, settings, KEYS, source.text);
  const complete = new CommandFacts(stated.facts, anchorOf(context, settings));
  addAxolotlRules(complete);
  const models: ModelReference[] =
    typeof base.value === 'string' ? [{ value: base.value, range: base.range }] : [];
  return {
    file: source.file,
    framework: 'axolotl',
    title: 'Axolotl training file',
    kind: 'launch',
    facts: complete.facts,
    problems: [...problems, ...stated.problems],
    models,
  };
}

export const axolotl: Framework = {
  id: 'axolotl',
  mightBe: (text) => text.includes('base_model') && /expert_parallel_|micro_batch_size/.test(text),
  read,
};
