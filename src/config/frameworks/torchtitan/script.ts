import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellCommand, ShellWord } from '../../syntax/shell';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { type VariableSpec, variableFacts } from '../shared/environment-facts';
import { type OptionUse, optionsOf, readOptions } from '../shared/options';
import { scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { addStatedRules } from './implied';
import { FLAVORS, MOE_MODELS } from './keys';
import { isExpertOption, TORCHTITAN_OPTIONS } from './options';

const RUN_TRAIN = /(^|\/)run_train\.sh$/;
const TRAINER = /^torchtitan\.train$|(^|\/)torchtitan\/train\.py$/;
const LAUNCHER_SOURCE = 'pytorch/torchtitan@0168bd51: run_train.sh';

/** What `run_train.sh` takes from its environment beside the options. */
const NGPU: readonly VariableSpec[] = [{ variable: 'NGPU', name: 'cluster.gpusPerNode', type: 'size' }];
const WATCHED = ['NGPU', 'COMM_MODE', 'MODULE', 'CONFIG'];

/** One start of the trainer: its options, and the Python module and function that hold the rest of its config. */
interface Launch {
  readonly command: ShellCommand;
  readonly uses: readonly OptionUse[];
  readonly module: ShellWord | undefined;
  readonly config: ShellWord | undefined;
}

function launchOf(command: ShellCommand): Launch | null {
  const { words, environment } = command;
  if (!words.some(({ text }) => RUN_TRAIN.test(text ?? '') || TRAINER.test(text ?? ''))) return null;
  const uses = optionsOf(words);
  const named = (flag: string, variable: string) =>
    uses.find((use) => use.flag === flag)?.values[0] ?? environment.get(variable);
  return { command, uses, module: named('--module', 'MODULE'), config: named('--config', 'CONFIG') };
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** `deepseek_v3_16b` is a function that configures DeepSeek-V2-Lite, as the flavor in its name is; small copies are not. */
function modelOf({ config }: Launch): ModelReference[] {
  const name = plain(config?.text ?? '');
  if (config === undefined || /debug|proxy|tiny|layer/.test(name)) return [];
  const flavor = Object.keys(FLAVORS).find((key) => name.includes(plain(key)));
  return flavor === undefined ? [] : [{ value: FLAVORS[flavor]!, range: config.range }];
}

function isMoe(launch: Launch): boolean {
  const module = launch.module?.text?.split('.').at(-1) ?? '';
  return (
    launch.uses.some(({ flag }) => isExpertOption(flag)) ||
    MOE_MODELS.has(module) ||
    modelOf(launch).length > 0
  );
}

/** GPUs of the one node that `run_train.sh` starts; with simulated ranks they are none of a node. */
function clusterOf(source: SourceText, { words, environment }: ShellCommand): readonly Fact[] {
  const simulated = environment.get('COMM_MODE');
  const isReal = simulated === undefined || simulated.text === '';
  const isStarter = words.some(({ text }) => RUN_TRAIN.test(text ?? ''));
  return isReal && isStarter ? variableFacts(source, NGPU, environment) : [];
}

/** What the Python config states is not seen: no defaults are added. */
function complete(source: SourceText, launch: Launch, command: number | undefined) {
  const tag = command === undefined ? {} : { command };
  const { uses } = launch;
  const stated = readOptions(
    { file: source.file, command },
    uses,
    ({ flag }) => TORCHTITAN_OPTIONS.get(flag) ?? [],
  );
  const cluster = clusterOf(source, launch.command);
  const sizes = withHeader([...stated.facts, ...cluster], slurmFacts(source.file, source.text));
  const mark = (uses.find(({ flag }) => isExpertOption(flag)) ?? uses[0])?.flagRange ?? launch.command.range;
  const facts = new CommandFacts(
    sizes.map((fact) => ({ ...fact, ...tag })),
    { file: source.file, range: mark, keyRange: mark, ...tag },
    true,
  );
  if (cluster.length > 0) facts.byDefault('cluster.nodes', 1, 'nnodes', LAUNCHER_SOURCE);
  addStatedRules(facts);
  const models = modelOf(launch).map((model) => ({ ...model, ...tag }));
  return { facts: facts.facts, problems: stated.problems, models };
}

/** Jobs that a script starts with options over a config that is not at hand. */
export function readScript(source: SourceText): ReadDocument | null {
  const script = scriptOf(source, WATCHED);
  const launches = script.commands.flatMap((command) => launchOf(command) ?? []).filter(isMoe);
  if (launches.length === 0) return null;
  const parts = launches.map((launch, index) =>
    complete(source, launch, launches.length > 1 ? index : undefined),
  );
  const problems: SyntaxProblem[] = [...script.problems, ...parts.flatMap((part) => part.problems)];
  return {
    file: source.file,
    framework: 'torchtitan',
    title: launches.length > 1 ? `torchtitan script (${launches.length} jobs)` : 'torchtitan script',
    kind: 'launch',
    partial: true,
    facts: parts.flatMap((part) => part.facts),
    problems,
    models: parts.flatMap((part) => part.models),
  };
}
