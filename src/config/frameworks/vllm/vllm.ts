import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import { readShell, type ShellCommand, type ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { type OptionUse, optionsOf, readOptions } from '../shared/options';
import { isShellSource } from '../shared/shell-source';
import { slurmFacts } from '../shared/slurm';
import { eplbFacts } from './eplb-config';
import { EPLB_FLAGS, VLLM_OPTIONS } from './flags';
import { addVllmRules } from './implied';

const BACKEND_VARIABLE = 'VLLM_ALL2ALL_BACKEND';
/** The server as a module, for `python -m`. */
const API_SERVER = 'vllm.entrypoints.openai.api_server';

/** Where the server's own words start, and the model when it is the word after `serve`. */
function serverWords(command: ShellCommand): { start: number; model: ShellWord | undefined } | null {
  const { words } = command;
  const index = words.findIndex(
    (word, i) =>
      word.text === API_SERVER ||
      /(^|\/)vllm-openai(:|$)/.test(word.text ?? '') ||
      (/(^|\/)vllm$/.test(word.text ?? '') && words[i + 1]?.text === 'serve'),
  );
  if (index === -1) return null;
  if (words[index + 1]?.text !== 'serve') return { start: index + 1, model: undefined };
  const model = words[index + 2];
  const isModel = model !== undefined && !model.text?.startsWith('-');
  return { start: index + 2, model: isModel ? model : undefined };
}

function modelOf(uses: readonly OptionUse[], positional: ShellWord | undefined): ShellWord | undefined {
  return uses.filter((use) => use.flag === '--model').at(-1)?.values[0] ?? positional;
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

function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = readShell(source.text, [BACKEND_VARIABLE]);
  const servers = script.commands.flatMap((command) => {
    const server = serverWords(command);
    return server === null ? [] : [{ command, ...server }];
  });
  if (servers.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  servers.forEach((server, i) => {
    const index = servers.length > 1 ? i : undefined;
    const tag = index === undefined ? {} : { command: index };
    const uses = optionsOf(server.command.words.slice(server.start));
    const stated = readOptions(
      { file: source.file, command: index },
      uses,
      (use) => VLLM_OPTIONS.get(use.flag) ?? [],
    );
    const eplb = uses.filter((use) => EPLB_FLAGS.has(use.flag)).map((use) => eplbFacts(source.file, use));
    problems.push(...stated.problems, ...eplb.flatMap((part) => part.problems));
    const own = [...stated.facts, ...eplb.flatMap((part) => part.facts)];
    const extra = [
      ...(own.some((fact) => fact.name === 'communication.backend')
        ? []
        : backendFact(source.file, server.command)),
      ...slurm,
    ];
    const named = server.command.words[server.start - 1]!;
    const anchor = { file: source.file, range: named.range, keyRange: named.range, ...tag };
    const complete = new CommandFacts(
      [...own, ...extra].map((fact) => ({ ...fact, ...tag })),
      anchor,
    );
    addVllmRules(complete);
    facts.push(...complete.facts);
    const model = modelOf(uses, server.model);
    if (model?.text !== null && model?.text !== undefined)
      models.push({ value: model.text, range: model.range, ...tag });
  });
  const title = servers.length > 1 ? `vLLM script (${servers.length} servers)` : 'vLLM script';
  return { file: source.file, framework: 'vllm', title, kind: 'launch', facts, problems, models };
}

export const vllm: Framework = {
  id: 'vllm',
  mightBe: (text) => /\bvllm(["'\s\\]+serve\b|\.entrypoints\.openai|-openai\b)/.test(text),
  read,
};
