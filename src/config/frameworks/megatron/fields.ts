import { entryOf } from '../../table';
import { camelName, type OptionSpec, type OptionUse } from '../shared/options';
import { MEGATRON_OPTIONS } from './flags';

/**
 * Fields of Megatron-Core's configs (TransformerConfig, ModelParallelConfig) whose option is not the field's name with
 * dashes (NVIDIA/Megatron-LM@d98e8a64: training/arguments.py:2270).
 */
const OPTION_OF: Readonly<Record<string, string>> = {
  num_moe_experts: '--num-experts',
  virtual_pipeline_model_parallel_size: '--num-virtual-stages-per-pipeline-rank',
  num_layers_in_first_pipeline_stage: '--decoder-first-pipeline-num-layers',
  num_layers_in_last_pipeline_stage: '--decoder-last-pipeline-num-layers',
};

/** What a field of a Megatron-Core config states, for frameworks that pass such fields on. */
export function fieldSpecs(field: string, use: OptionUse): readonly OptionSpec[] {
  const option = entryOf(OPTION_OF, field) ?? `--${field.replaceAll('_', '-')}`;
  const known = MEGATRON_OPTIONS.get(option);
  if (known !== undefined) return known;
  // Every MoE field may matter to a rule; those without an entry keep their own name.
  if (!field.startsWith('moe_')) return [];
  const isSwitch = /^(true|false)$/i.test(use.values[0]?.text ?? '');
  return [{ flags: [field], name: camelName('megatron', field), type: isSwitch ? 'switch' : 'scalar' }];
}

/** Fields that only a job with experts sets. */
export function isExpertField(field: string): boolean {
  return (
    field.startsWith('moe_') ||
    field === 'num_moe_experts' ||
    /^expert_(model|tensor)_parallel_size$/.test(field)
  );
}
