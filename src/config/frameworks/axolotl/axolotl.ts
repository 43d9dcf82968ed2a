import type { ModelReference, ReadDocument } from '../../fact';
import { settingsOfYaml } from '../../syntax/settings';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
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
  setting('string', 'axolotl.fsdpShardingStrategy', 'fsdp_config.sharding_strategy'),
  setting('boolean', 'axolotl.offloadParams', 'fsdp_config.offload_params'),
  setting('string', 'axolotl.stateDictType', 'fsdp_config.state_dict_type'),
  setting('string', 'axolotl.finalStateDictType', 'fsdp_config.final_state_dict_type'),
  setting('switch-or-word', 'axolotl.bf16', 'bf16'),
  setting('boolean', 'axolotl.fp16', 'fp16'),
  setting('boolean', 'axolotl.fp8', 'fp8'),
  setting('string', 'axolotl.adapter', 'adapter'),
  setting('integer', 'axolotl.loraRank', 'lora_r'),
  setting('boolean', 'axolotl.loadIn8Bit', 'load_in_8bit'),
  setting('boolean', 'axolotl.loadIn4Bit', 'load_in_4bit'),
  setting('string', 'axolotl.optimizer', 'optimizer'),
] as const;

function read(source: SourceText): ReadDocument | null {
  if (!isYamlSource(source)) return null;
  const { documents, problems } = yamlOf(source);
  const settings = settingsOfYaml(documents[0]);
  const has = (key: string) => settings.some(({ path }) => path === key);
  // `base_model` is axolotl's own; merging tools that have it too know no expert parallelism.
  if (!has('base_model') || !(has('expert_parallel_size') || has('expert_parallel_backend'))) return null;
  const context = { file: source.file };
  const stated = readSettings(context, settings, KEYS, source.text);
  const complete = new CommandFacts(stated.facts, anchorOf(context, settings));
  addAxolotlRules(complete);
  const base = settings.find(({ path }) => path === 'base_model');
  const models: ModelReference[] =
    typeof base?.value === 'string' ? [{ value: base.value, range: base.range }] : [];
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
  mightBe: (text) => text.includes('expert_parallel_') && text.includes('base_model'),
  read,
};
