import type { ShellCommand } from '../../syntax/shell';
import type { ServerWords, ServingEngine } from '../serving/engine';
import { readMap } from '../serving/option-map';
import { sglangCharts } from './charts';
import { SGLANG_OPTIONS } from './flags';
import { addSglangRules } from './implied';

/** The server as a module, for `python -m`: SGLang's own, and the worker of NVIDIA Dynamo, which takes its options. */
const MODULES: ReadonlySet<string> = new Set(['sglang.launch_server', 'dynamo.sglang']);

function serverWords(command: ShellCommand): ServerWords | null {
  const { words } = command;
  const index = words.findIndex(
    (word, i) =>
      MODULES.has(word.text ?? '') ||
      (/(^|\/)sglang$/.test(word.text ?? '') && words[i + 1]?.text === 'serve') ||
      /(^|\/)sglang\/launch_server\.py$/.test(word.text ?? ''),
  );
  if (index === -1) return null;
  return { start: index + (words[index + 1]?.text === 'serve' ? 2 : 1), model: undefined };
}

/** SGLang as commands and files of options start it. */
export const sglangServer: ServingEngine = {
  id: 'sglang',
  name: 'SGLang',
  options: SGLANG_OPTIONS,
  modelOptions: ['--model-path', '--model'],
  environment: [],
  ownKeys: [
    'tp-size',
    'dp-size',
    'ep-size',
    'expert-parallel-size',
    'enable-dp-attention',
    'moe-a2a-backend',
    'moe-dense-tp-size',
    'ep-num-redundant-experts',
    'mem-fraction-static',
  ],
  config: {
    fact: 'sglang.config',
    wins: 'command',
    read: (source, map) => readMap(sglangServer, source.file, map),
  },
  startedBy: /\bsglang(\.launch_server\b|\/launch_server\.py|\s+serve\b)|\bdynamo\.sglang\b/,
  serverWords,
  inside: () => ({ facts: [], problems: [] }),
  insideMember: () => ({ facts: [], problems: [] }),
  fromEnvironment: () => [],
  operators: [sglangCharts],
  addRules: addSglangRules,
};
