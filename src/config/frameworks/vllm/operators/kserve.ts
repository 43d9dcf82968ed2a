import {
  at,
  membersOf,
  type YamlMap,
  type YamlMember,
  type YamlNode,
  type YamlScalar,
} from '../../../syntax/yaml';
import { entryOf } from '../../../table';
import type { BareServer } from '../../serving/bare-server';

/** Options that KServe adds to a server's own (kserve/kserve@01b12410: config/llmisvcconfig). */
const ADDED_OPTIONS = 'VLLM_ADDITIONAL_ARGS';

/** `spec.parallelism` and the options that KServe makes of it (config-llm-worker-data-parallel.yaml@01b12410). */
export const PARALLELISM: Readonly<Record<string, string>> = {
  tensor: '--tensor-parallel-size',
  pipeline: '--pipeline-parallel-size',
  data: '--data-parallel-size',
  dataLocal: '--data-parallel-size-local',
  expert: '--enable-expert-parallel',
};
const KEYS_BY_OPTION = Object.fromEntries(Object.entries(PARALLELISM).map(([key, flag]) => [flag, key]));
/** `predictor.workerSpec` of a server on several machines. */
const WORKER_SPEC: Readonly<Record<string, string>> = {
  tensorParallelSize: '--tensor-parallel-size',
  pipelineParallelSize: '--pipeline-parallel-size',
};

const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'sequence' ? node.items : [];
const scalarsIn = (node: YamlNode | undefined): YamlScalar[] =>
  itemsOf(node).filter((item) => item.kind === 'scalar');
const scalar = (node: YamlNode | undefined): YamlScalar[] => (node?.kind === 'scalar' ? [node] : []);
const textOf = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.text : '');

/** The keys of a map that stand for options. */
export function keysOf(
  map: YamlNode | undefined,
  flags: Readonly<Record<string, string>>,
): BareServer['keys'] {
  return membersOf(map).flatMap((member) => {
    const flag = entryOf(flags, member.key);
    return flag === undefined ? [] : [{ member, flag }];
  });
}

const variable = (environment: YamlNode | undefined, name: string): YamlScalar[] =>
  itemsOf(environment)
    .filter((item) => textOf(at(item, 'name')) === name)
    .flatMap((item) => scalar(at(item, 'value')));

/** One workload of an LLMInferenceService: its spec, or the prefill part of it. */
function workload(spec: YamlMap, owner: YamlNode, place: YamlMember, role: string | undefined): BareServer[] {
  const containers = itemsOf(at(spec, 'template', 'containers'));
  const main = containers.find((item) => textOf(at(item, 'name')) === 'main') ?? containers[0];
  // A command of its own is read as any container's.
  if (main !== undefined && at(main, 'command') !== undefined) return [];
  const environment = at(main, 'env');
  const keys = keysOf(at(spec, 'parallelism'), PARALLELISM);
  const commandLines = variable(environment, ADDED_OPTIONS);
  const words = scalarsIn(at(main, 'args'));
  if (keys.length + commandLines.length + words.length === 0) return [];
  return [
    {
      ...(role === undefined ? {} : { role }),
      place: place.keyRange,
      environment: environment === undefined ? [] : [environment],
      commandLines,
      words,
      keys,
      keysByOption: KEYS_BY_OPTION,
      containers: main === undefined ? [] : [main],
      models: [...scalar(at(owner, 'model', 'name')), ...scalar(at(owner, 'model', 'uri'))],
    },
  ];
}

/** LLMInferenceService: the spec is the decode workload where a prefill workload stands beside it. */
export function llmInferenceServices(root: YamlNode): BareServer[] {
  if (!/^LLMInferenceService(Config)?$/.test(textOf(at(root, 'kind')))) return [];
  const spec = membersOf(root).find((member) => member.key === 'spec');
  if (spec?.value.kind !== 'map') return [];
  const prefill = membersOf(spec.value).find((member) => member.key === 'prefill');
  const own = workload(spec.value, spec.value, spec, prefill === undefined ? undefined : 'decode');
  if (prefill?.value.kind !== 'map') return own;
  return [...own, ...workload(prefill.value, spec.value, prefill, 'prefill')];
}

/** InferenceService: arguments of a predictor whose runtime is vLLM, or KServe's own, which runs it. */
export function inferenceServices(root: YamlNode): BareServer[] {
  if (textOf(at(root, 'kind')) !== 'InferenceService') return [];
  const predictor = at(root, 'spec', 'predictor');
  const model = at(predictor, 'model');
  const runtime = `${textOf(at(model, 'runtime'))} ${textOf(at(model, 'modelFormat', 'name'))}`;
  const place = membersOf(predictor).find((member) => member.key === 'model');
  if (place === undefined || model === undefined || !/vllm|huggingface/i.test(runtime)) return [];
  const environment = at(model, 'env');
  const words = scalarsIn(at(model, 'args'));
  const named = words.findIndex((word) => /^--model_id$/.test(word.text));
  const keys = keysOf(at(predictor, 'workerSpec'), WORKER_SPEC);
  if (words.length + keys.length === 0) return [];
  return [
    {
      place: place.keyRange,
      environment: environment === undefined ? [] : [environment],
      commandLines: variable(environment, ADDED_OPTIONS),
      words,
      keys,
      containers: [model],
      models: [...words.slice(named + 1, named === -1 ? 0 : named + 2), ...scalar(at(model, 'storageUri'))],
    },
  ];
}
