import { settingsOfYaml } from '../../syntax/settings';
import type { ShellCommand } from '../../syntax/shell';
import type { ServerWords, ServingEngine } from '../serving/engine';
import { positionalWord } from '../serving/positional';
import { readSettings } from '../shared/read-settings';
import { TRTLLM_OPTIONS } from './flags';
import { addEngineRules, withoutUnsetSizes } from './implied';
import { ENGINE_KEYS } from './keys';

/** What `trtllm-serve` starts beside the server of a model: a router over servers that others start. */
const OTHER_COMMANDS = /^(disaggregated|disaggregated_mpi_worker|mm_embedding_serve)$/;

function serverWords(command: ShellCommand): ServerWords | null {
  const { words } = command;
  const index = words.findIndex((word) =>
    /(^|\/)trtllm-(serve|bench)$|^dynamo\.trtllm$/.test(word.text ?? ''),
  );
  if (index === -1) return null;
  const isServe = words[index]!.text!.endsWith('trtllm-serve');
  const start = isServe && words[index + 1]?.text === 'serve' ? index + 2 : index + 1;
  const next = words[start];
  if (!isServe) return { start, model: undefined };
  if (OTHER_COMMANDS.test(next?.text ?? '')) return null;
  return { start, model: positionalWord(words.slice(start), TRTLLM_OPTIONS) };
}

/** TensorRT-LLM as commands start it. */
export const trtllmServer: ServingEngine = {
  id: 'trtllm',
  name: 'TensorRT-LLM',
  options: TRTLLM_OPTIONS,
  modelOptions: ['--model-path', '--model_path', '--model'],
  environment: [],
  ownKeys: [],
  // “Path to a YAML file that overwrites the parameters specified by trtllm-serve”: commands/serve.py@00209af1.
  config: {
    fact: 'trtllm.config',
    wins: 'file',
    read: (source, map) => {
      const stated = readSettings({ file: source.file }, settingsOfYaml(map), ENGINE_KEYS, source.text);
      return { facts: withoutUnsetSizes(stated.facts), problems: stated.problems };
    },
  },
  startedBy: /\btrtllm-(serve|bench)\b|\bdynamo\.trtllm\b/,
  serverWords,
  inside: () => ({ facts: [], problems: [] }),
  insideMember: () => ({ facts: [], problems: [] }),
  fromEnvironment: () => [],
  addRules: addEngineRules,
};
