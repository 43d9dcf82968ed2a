import { yamlOf } from '../../config/frameworks/shared/yaml-source';
import { type Setting, settingsOfYaml } from '../../config/syntax/settings';
import { nearest } from '../../scenario/spelling';
import { fix } from '../edits';
import { isYaml } from '../option-forms';
import type { DocumentRule } from '../rule';
import { at, trtllm } from './trtllm-shared';

const ARGUMENTS = '00043967: tensorrt_llm/llmapi/llm_args.py';
const ASSIGNMENTS = 'initial_global_assignments';
/** Keys of `MoeConfig`. */
const MOE_KEYS: readonly string[] = [
  'backend',
  'disable_finalize_fusion',
  'load_balancer',
  'max_num_tokens',
  'use_low_precision_moe_combine',
];

const settingsOf = (file: string, text: string): readonly Setting[] =>
  yamlOf({ file, text }).documents.flatMap((root) => settingsOfYaml(root));

/** What is wrong with one layer's list of experts by slot. */
function wrongLayer(layer: string, ids: readonly number[], slots: number | undefined): string | undefined {
  if (slots !== undefined && ids.length !== slots) {
    return `Layer ${layer} has ${ids.length} assignments for ${slots} slots: it needs one per slot.`;
  }
  const placed = new Set(ids);
  const last = ids.reduce((most, id) => Math.max(most, id), -1);
  // Experts are numbered from 0: a hole is one that no slot holds.
  const hole = ids.findIndex((_, id) => id < last && !placed.has(id));
  return hole < 0 ? undefined : `Layer ${layer} has no slot for expert ${hole}, and one for expert ${last}.`;
}

/** Rules on what stands in YAML files of options and of load balancers. */
export const trtllmDocumentRules: readonly DocumentRule[] = [
  {
    code: 'TR005',
    name: 'trtllm/assignments-fit-slots',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The initial assignment of experts does not fit the slots',
    why: 'initial_global_assignments has a list per MoE layer: the expert that each slot holds. TensorRT-LLM raises when a list is not as long as num_slots; tokens of an expert without a slot have nowhere to go.',
    source: `${at(`${ARGUMENTS} (MoeLoadBalancerConfig.get_layer_initial_global_assignments)`)}; that every expert has a slot is inferred`,
    limits: 'That a MoE layer is missing is not checked: the file does not say which layers have experts.',
    example: {
      language: 'yaml',
      bad: 'num_slots: 4\ninitial_global_assignments:\n  3: [0, 1, 2]',
      good: 'num_slots: 4\ninitial_global_assignments:\n  3: [0, 1, 2, 0]',
    },
    checkDocument(document, text) {
      if (document.framework !== 'trtllm' || !text?.includes(ASSIGNMENTS) || !isYaml(document.file))
        return [];
      const settings = settingsOf(document.file, text);
      return settings.flatMap((setting) => {
        const [, section, layer] = /^(.*?)initial_global_assignments\.(\d+)$/.exec(setting.path) ?? [];
        if (section === undefined || layer === undefined || !Array.isArray(setting.value)) return [];
        const slots = settings.find(({ path }) => path === `${section}num_slots`)?.value;
        const known = typeof slots === 'number' ? slots : undefined;
        const message = wrongLayer(layer, setting.value as readonly number[], known);
        return message === undefined ? [] : [{ file: document.file, range: setting.keyRange, message }];
      });
    },
  },
  {
    code: 'TR006',
    name: 'trtllm/unknown-moe-key',
    severity: 'error',
    frameworks: trtllm,
    summary: 'moe_config has no such key',
    why: 'TensorRT-LLM refuses keys of moe_config that it does not know.',
    source: at(`${ARGUMENTS} (MoeConfig, StrictBaseModel)`),
    limits: 'Only for keys that are nearly a known one: newer versions may have others.',
    example: {
      language: 'yaml',
      bad: 'moe_config:\n  max_num_token: 8192',
      good: 'moe_config:\n  max_num_tokens: 8192',
    },
    checkDocument(document, text) {
      if (document.framework !== 'trtllm' || !text?.includes('moe_config') || !isYaml(document.file))
        return [];
      const settings = settingsOf(document.file, text);
      const present = new Set(settings.map(({ path }) => path));
      return settings.flatMap(({ path, keyRange }) => {
        const key = /(?:^|\.)moe_config\.([^.]+)$/.exec(path)?.[1];
        if (key === undefined || MOE_KEYS.includes(key)) return [];
        // A key that stands there already is not what was meant.
        const open = MOE_KEYS.filter((one) => !present.has(path.slice(0, -key.length) + one));
        const meant = nearest(key, open);
        if (meant === undefined) return [];
        const edit = { file: document.file, range: keyRange, newText: meant };
        const plain = text.slice(keyRange.start, keyRange.end) === key;
        return [
          {
            file: document.file,
            range: keyRange,
            message: `moe_config has no key ${key}: did you mean ${meant}?`,
            fixes: plain ? fix(`Rename it to ${meant}`, [edit], true) : [],
          },
        ];
      });
    },
  },
];
