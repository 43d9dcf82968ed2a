import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { inSection, type Setting } from '../../syntax/settings';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings, type SettingContext, setting } from '../shared/read-settings';

/** Keys of one experiment; with `prefill_` or `decode_` in front where the two are apart. */
const KEYS = [
  setting('boolean', 'placement.eplb', 'enable_eplb'),
  setting('integer', 'trtllm.numSlots', 'wideep_num_slots'),
  setting('string', 'trtllm.systemName', 'system_name'),
  setting('string', 'trtllm.moeQuantMode', 'moe_quant_mode'),
] as const;
const SHARED_KEYS = [
  setting('integer', 'workload.inputLength', 'isl'),
  setting('integer', 'workload.outputLength', 'osl'),
  setting('integer', 'trtllm.totalGpus', 'total_gpus'),
] as const;
/** Sizes that the search goes through. */
const CANDIDATES = [
  // The GPUs of one engine are what TensorRT-LLM calls its TP.
  ['layout.tp', 'num_gpu_candidates'],
  ['layout.etp', 'moe_tp_candidates'],
  ['layout.ep', 'moe_ep_candidates'],
  ['layout.pp', 'pp_candidates'],
] as const;

/** Systems of aiconfigurator by the catalog's names. */
const ACCELERATORS: Readonly<Record<string, string>> = {
  h100_sxm: 'h100-sxm',
  h200_sxm: 'h200-sxm',
  b200_sxm: 'b200-sxm',
  gb200: 'gb200-nvl72',
  gb200_sxm: 'gb200-nvl72',
};
/** Quantisation modes of experts by the names of weight formats. */
const WEIGHT_FORMATS: Readonly<Record<string, string>> = {
  nvfp4: 'nvfp4',
  w4a16_mxfp4: 'mxfp4',
  w4a8_mxfp4_mxfp8: 'mxfp4',
  fp8: 'fp8',
  fp8_block: 'fp8',
  bfloat16: 'bf16',
};
const NAMED = [
  ['cluster.accelerator', 'trtllm.systemName', ACCELERATORS],
  ['model.weightDtype', 'trtllm.moeQuantMode', WEIGHT_FORMATS],
] as const;

/** The same sizes as lists of a worker's own section (ai-dynamo/aiconfigurator@7db8fd88: cli/exps). */
const WORKER_LISTS = [
  ['layout.tp', 'num_gpu_per_worker'],
  ['layout.etp', 'moe_tp_list'],
  ['layout.ep', 'moe_ep_list'],
  ['layout.pp', 'pp_list'],
] as const;

interface Part {
  readonly role: string;
  readonly prefix: '' | 'agg_' | 'prefill_' | 'decode_';
  /** Prefill or decode, where the two are apart. */
  readonly mode: 'prefill' | 'decode' | null;
  readonly settings: readonly Setting[];
}

/** Experiments of an aiconfigurator file (ai-dynamo/aiconfigurator@095f58a5: cli/exps): a top-level section each. */
function partsOf(settings: readonly Setting[]): Part[] {
  const sections = settings.flatMap(({ path }) =>
    path.endsWith('.serving_mode') && path.split('.').length === 2 ? [path.split('.')[0]!] : [],
  );
  return sections.flatMap((section): Part[] => {
    const own = inSection(settings, section);
    if (!own.some(({ path }) => /moe_|eplb/.test(path))) return [];
    const mode = own.find(({ path }) => path === 'serving_mode')?.value;
    const worker = (key: string) => inSection(own, key);
    if (mode !== 'disagg') {
      const lists = worker('config.worker_config');
      return [{ role: section, prefix: 'agg_', mode: null, settings: [...own, ...lists] }];
    }
    return (['prefill', 'decode'] as const).map((role) => {
      const key = `config.${role}_worker_config`;
      const lists = worker(key);
      return lists.length > 0
        ? { role: `${section}.${key}`, prefix: `${role}_`, mode: role, settings: [...own, ...lists] }
        : { role: `${section}.${role}`, prefix: `${role}_`, mode: role, settings: own };
    });
  });
}

function candidateFacts(context: SettingContext, part: Part): Fact[] {
  const keys = [...CANDIDATES.map(([name, key]) => [name, `${part.prefix}${key}`] as const), ...WORKER_LISTS];
  return keys.flatMap(([name, key]): Fact[] => {
    const found = part.settings.find(({ path }) => path === key);
    if (found === undefined || !Array.isArray(found.value) || found.value.length === 0) return [];
    const sizes = found.value as readonly number[];
    const place = { name, key: found.key, range: found.range, keyRange: found.keyRange, ...context };
    return sizes.length === 1
      ? [{ ...place, value: sizes[0]!, state: 'derived', origin: 'the only candidate' }]
      : [{ ...place, value: null, state: 'unresolved', expression: `one of ${sizes.join(', ')}` }];
  });
}

function readPart(source: SourceText, part: Part) {
  const context = { file: source.file, role: part.role };
  const find = (key: string) =>
    part.settings.some(({ path }) => path === `${part.prefix}${key}`) ? `${part.prefix}${key}` : key;
  const specs = [...KEYS.map((spec) => ({ ...spec, path: find(spec.path) })), ...SHARED_KEYS];
  const stated = readSettings(context, part.settings, specs, source.text);
  const complete = new CommandFacts(
    [...stated.facts, ...candidateFacts(context, part)],
    anchorOf(context, part.settings),
  );
  complete.derive('workload.engine', 'tensorrt-llm', undefined, 'backend_name', 'the default backend');
  const { mode } = part;
  if (mode !== null) {
    complete.derive('workload.mode', mode, undefined, part.role, `the ${mode} part of the experiment`);
  }
  for (const [name, own, meanings] of NAMED) {
    const word = complete.get(own);
    const meaning = meanings[String(word?.value)];
    if (word === undefined || meaning === undefined) continue;
    complete.derive(name, meaning, word, word.key, `${word.key} ${String(word.value)}`);
  }
  const model = part.settings.find(({ path }) => path === find('model_path'));
  const models: ModelReference[] =
    typeof model?.value === 'string' ? [{ value: model.value, range: model.range, role: part.role }] : [];
  return { facts: complete.facts, problems: stated.problems, models };
}

/** A file of experiments over TensorRT-LLM; `null` for anything else, and for other backends. */
export function readExperiments(
  source: SourceText,
  settings: readonly Setting[],
  problems: readonly SyntaxProblem[],
): ReadDocument | null {
  const isOther = settings.some(
    ({ path, value }) => /(^|\.)(backend_name|backend)$/.test(path) && value !== 'trtllm',
  );
  if (isOther || !settings.some(({ path }) => path.endsWith('.serving_mode'))) return null;
  const parts = partsOf(settings);
  if (parts.length === 0) return null;
  const read = parts.map((part) => readPart(source, part));
  return {
    file: source.file,
    framework: 'trtllm',
    title: `aiconfigurator experiments (${parts.length})`,
    kind: 'launch',
    facts: read.flatMap((part) => part.facts),
    problems: [...problems, ...read.flatMap((part) => part.problems)],
    models: read.flatMap((part) => part.models),
  };
}
