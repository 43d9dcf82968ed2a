import type { Fact } from '../../fact';
import type { ShellCommand, ShellWord } from '../../syntax/shell';
import type { ServerWords, ServingEngine, Stated } from '../serving/engine';
import { flagOf, readMap } from '../serving/option-map';
import { positionalWord } from '../serving/positional';
import { isJsonOption, jsonOptionFacts } from './eplb-config';
import { VLLM_OPTIONS } from './flags';
import { addVllmRules } from './implied';
import { modelService, productionStack } from './operators/charts';
import { inferenceServices, llmInferenceServices } from './operators/kserve';
import { rayServe } from './operators/ray';

const BACKEND_VARIABLE = 'VLLM_ALL2ALL_BACKEND';
/** The server as a module, for `python -m`: vLLM's own, and the worker of NVIDIA Dynamo, which takes its options. */
const MODULES: ReadonlySet<string> = new Set(['vllm.entrypoints.openai.api_server', 'dynamo.vllm']);

function serverWords(command: ShellCommand): ServerWords | null {
  const { words } = command;
  const index = words.findIndex(
    (word, i) =>
      MODULES.has(word.text ?? '') ||
      /(^|\/)vllm-openai(:|$)/.test(word.text ?? '') ||
      (/(^|\/)vllm$/.test(word.text ?? '') && words[i + 1]?.text === 'serve'),
  );
  if (index === -1) return null;
  if (words[index + 1]?.text !== 'serve') return { start: index + 1, model: undefined };
  return { start: index + 2, model: positionalWord(words.slice(index + 2), VLLM_OPTIONS) };
}

/** The backend that the environment names, where no option does: vLLM before `--all2all-backend`. */
function backendFact(file: string, command: ShellCommand): Fact[] {
  const word = command.environment.get(BACKEND_VARIABLE);
  if (word === undefined) return [];
  return [
    {
      name: 'communication.backend',
      value: word.text,
      key: BACKEND_VARIABLE,
      file,
      range: word.range,
      keyRange: word.range,
      state: word.state,
      ...(word.expression === null ? {} : { expression: word.expression }),
      ...(word.via.length > 0 ? { via: word.via } : {}),
    },
  ];
}

const NOTHING: Stated = { facts: [], problems: [] };
/** A YAML scalar seen as a word. */
const LITERAL = { state: 'literal', via: [], expression: null, conditions: [], pieces: [] } as const;

/** vLLM as commands and files of options start it. */
export const vllmServer: ServingEngine = {
  id: 'vllm',
  name: 'vLLM',
  options: VLLM_OPTIONS,
  modelOptions: ['--model'],
  environment: [BACKEND_VARIABLE],
  ownKeys: [
    'tensor-parallel-size',
    'data-parallel-size',
    'data-parallel-size-local',
    'pipeline-parallel-size',
    'enable-expert-parallel',
    'all2all-backend',
    'max-model-len',
    'max-num-seqs',
    'gpu-memory-utilization',
  ],
  config: {
    fact: 'vllm.config',
    wins: 'command',
    read: (source, map) => readMap(vllmServer, source.file, map),
  },
  startedBy: /\bvllm(\s+serve\b|\.entrypoints\.openai)|\bdynamo\.vllm\b/,
  serverWords,
  inside: (file, use) => (isJsonOption(use.flag) ? jsonOptionFacts(file, use) : NOTHING),
  insideMember: (file, { key, keyRange, value }) => {
    const flag = flagOf(key);
    if (!isJsonOption(flag) || value.kind !== 'scalar' || value.templated) return NOTHING;
    const { text, range } = value;
    // Quotes and escapes shift the letters: then no key has a place of its own.
    const at = value.source === text ? range.start : null;
    const word: ShellWord = { ...LITERAL, text, range, at };
    const use = { flag: key, flagRange: keyRange, word, values: [word], inline: false };
    return jsonOptionFacts(file, use, flag);
  },
  fromEnvironment: backendFact,
  operators: [llmInferenceServices, inferenceServices, modelService, productionStack, rayServe],
  addRules: addVllmRules,
};
