import type { Fact, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellCommand } from '../../syntax/shell';
import { membersOf } from '../../syntax/yaml';
import { entryOf } from '../../table';
import type { Framework, SourceText } from '../framework';
import { fieldSpecs, isExpertField } from '../megatron/fields';
import { addMegatronRules } from '../megatron/implied';
import { yamlOptions } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { type VariableSpec, variableFacts } from '../shared/environment-facts';
import { modelReference } from '../shared/model-word';
import { type OptionSpec, type OptionUse, optionsOf, readOptions } from '../shared/options';
import { type RolloutEngine, rolloutFacts } from '../shared/rollout';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { isYamlSource, yamlOf } from '../shared/yaml-source';
import { VLLM_OPTIONS } from '../vllm/flags';
import { addSwiftAdapters, addSwiftDefaults, ON_BY_DEFAULT } from './implied';

/** `megatron sft`, `megatron pt`, …: the subcommands of Megatron-SWIFT. */
const SUBCOMMANDS: ReadonlySet<string> = new Set(['sft', 'pt', 'rlhf', 'export']);
/** The variables that ms-swift starts torchrun with. */
const SIZES: readonly VariableSpec[] = [
  { variable: 'NNODES', name: 'cluster.nodes', type: 'size' },
  { variable: 'NPROC_PER_NODE', name: 'cluster.gpusPerNode', type: 'size' },
];
/** Keys beside the layout by which a YAML file is known to be ms-swift's. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'model',
  'load',
  'mcore_model',
  'tuner_type',
  'train_type',
  'split_dataset_ratio',
  'dataset',
  'padding_free',
]);

/** Where the model is said to be; folders of converted checkpoints are called after it (`Qwen3-30B-A3B-mcore`). */
const MODEL_FIELDS = ['model', 'mcore_model', 'load'] as const;

const fieldOf = (flag: string): string => flag.replace(/^--/, '');

/** ms-swift's names for what Megatron-LM calls otherwise. */
const OWN_SPECS: Readonly<Record<string, OptionSpec>> = {
  max_length: { flags: ['--max_length'], name: 'workload.sequenceLength', type: 'integer' },
  tuner_type: { flags: ['--tuner_type', '--train_type'], name: 'swift.tunerType', type: 'string' },
  train_type: { flags: ['--tuner_type', '--train_type'], name: 'swift.tunerType', type: 'string' },
  lora_rank: { flags: ['--lora_rank'], name: 'swift.loraRank', type: 'integer' },
  target_modules: { flags: ['--target_modules'], name: 'swift.targetModules', type: 'words' },
};

function specsOf(use: OptionUse): readonly OptionSpec[] {
  const field = fieldOf(use.flag);
  const own = entryOf(OWN_SPECS, field);
  return own === undefined ? fieldSpecs(field, use) : [own];
}

const hasExperts = (uses: readonly OptionUse[]): boolean =>
  uses.some((use) => isExpertField(fieldOf(use.flag)));

/** Options of vLLM behind a prefix (modelscope/ms-swift: swift/arguments, `vllm_…`). */
const ROLLOUT: RolloutEngine = { engine: 'vllm', prefix: '--vllm_', options: VLLM_OPTIONS };

interface Launch {
  readonly uses: readonly OptionUse[];
  readonly extra: readonly Fact[];
  readonly command: number | undefined;
}

function complete(file: string, launch: Launch) {
  const { uses, command } = launch;
  const stated = readOptions({ file, command, onByDefault: ON_BY_DEFAULT }, uses, specsOf);
  const mark = uses.find((use) => isExpertField(fieldOf(use.flag)))?.flagRange ?? { start: 0, end: 0 };
  const tag = command === undefined ? {} : { command };
  const facts = new CommandFacts([...stated.facts, ...launch.extra.map((fact) => ({ ...fact, ...tag }))], {
    file,
    range: mark,
    keyRange: mark,
    ...tag,
  });
  addSwiftDefaults(facts);
  addSwiftAdapters(facts);
  // ms-swift always starts torchrun, on one node unless NNODES says more.
  addMegatronRules(facts, {
    torchrun: facts.has('cluster.gpusPerNode'),
    isCommand: true,
    modelElsewhere: true,
  });
  const model = MODEL_FIELDS.map((field) => uses.find((use) => fieldOf(use.flag) === field)?.values[0]);
  const rollout = rolloutFacts({ file, command }, uses, ROLLOUT);
  return {
    facts: [...facts.facts, ...rollout],
    problems: stated.problems,
    models: modelReference(
      model.find((word) => word !== undefined),
      { command },
    ),
  };
}

function isSwift({ words }: ShellCommand): boolean {
  const at = words.findIndex((word) => /(^|\/)megatron$/.test(word.text ?? ''));
  if (at !== -1 && SUBCOMMANDS.has(words[at + 1]?.text ?? '')) return true;
  // What `megatron sft` runs, started by hand.
  return words.some((word) => /(^|\/)swift\/cli\/_megatron\/\w+\.py$/.test(word.text ?? ''));
}

/** `swift rollout`: the engine as a server of its own, beside the trainer. */
function startsRollout({ words }: ShellCommand): boolean {
  const at = words.findIndex((word) => /(^|\/)swift$/.test(word.text ?? ''));
  return at !== -1 && words[at + 1]?.text === 'rollout';
}

function readScript(source: SourceText): ReadDocument | null {
  const script = scriptOf(
    source,
    SIZES.map(({ variable }) => variable),
  );
  const commands = script.commands
    .filter(isSwift)
    .map((command) => ({ environment: command.environment, uses: asAssigned(optionsOf(command.words)) }))
    .filter(({ uses }) => hasExperts(uses));
  if (commands.length === 0) return null;
  const parts = commands.map(({ environment, uses }, index) =>
    complete(source.file, {
      uses,
      extra: variableFacts(source, SIZES, environment),
      command: commands.length > 1 ? index : undefined,
    }),
  );
  const servers = script.commands
    .filter(startsRollout)
    .flatMap(({ words }) =>
      rolloutFacts({ file: source.file, command: undefined }, asAssigned(optionsOf(words)), ROLLOUT),
    );
  const read = document(source, 'ms-swift script', script.problems, parts);
  return { ...read, facts: [...read.facts, ...servers] };
}

/** ms-swift's switches take `true` or `false`; without a word they are on. */
function asAssigned(uses: readonly OptionUse[]): OptionUse[] {
  return uses.map((use) => (use.values.length === 0 ? use : { ...use, assigned: true }));
}

function readYaml(source: SourceText): ReadDocument | null {
  const { documents, problems } = yamlOf(source);
  const [root] = documents;
  const uses = yamlOptions(root);
  const own = membersOf(root).filter(({ key }) => OWN_KEYS.has(key));
  if (own.length < 2 || !hasExperts(uses)) return null;
  return document(source, 'ms-swift arguments', problems, [
    complete(source.file, { uses, extra: [], command: undefined }),
  ]);
}

function document(
  source: SourceText,
  title: string,
  problems: readonly SyntaxProblem[],
  parts: readonly ReturnType<typeof complete>[],
): ReadDocument {
  return {
    file: source.file,
    framework: 'ms-swift',
    title,
    kind: 'launch',
    facts: parts.flatMap((part) => part.facts),
    problems: [...problems, ...parts.flatMap((part) => part.problems)],
    models: parts.flatMap((part) => part.models),
  };
}

function read(source: SourceText): ReadDocument | null {
  if (isYamlSource(source)) return readYaml(source);
  return isShellSource(source) ? readScript(source) : null;
}

export const msSwift: Framework = {
  id: 'ms-swift',
  mightBe: (text) =>
    /\b(expert_(model|tensor)_parallel_size|moe_\w+)/.test(text) &&
    /megatron\b|^(mcore_)?model:|^load:/m.test(text),
  read,
};
