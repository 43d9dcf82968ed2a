import { parseArgs } from 'node:util';
import { PLACEMENT_FORMS } from '../config/artefacts/written-placement';
import { isScenarioName } from '../config/scenario-file';
import { OBJECTIVES, type Objective } from '../plan/search/objective';
import { asOverrides, type Change, parseChange } from '../plan/whatif';
import { FieldError } from '../scenario/fields/parse';
import { didYouMean, nearest } from '../scenario/spelling';
import type { Values } from '../scenario/values';
import { COMMANDS, COMMON, FORMATS, type Format, OPTIONS, type OptionName } from './options';
import { silenced } from './selection';
import { UsageError } from './usage';

const FAIL_ON = ['error', 'warning', 'info', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** One call of the command line, checked. */
export interface Call {
  /** A command, `help` or `version`. */
  readonly command: string;
  /** Files and folders; of `rules` the rule, of `help` the command. */
  readonly paths: readonly string[];
  readonly format: Format;
  /** The file that the result is written to; `null` for standard output. */
  readonly output: string | null;
  /** The file that `simulate` writes its report to. */
  readonly report: string | null;
  readonly quiet: boolean;
  /** `null`: not said, so each command's own default. */
  readonly failOn: FailOn | null;
  readonly preset: string | null;
  /** Which job of a file is meant, by its number from 1 or its role; `null`: the first. */
  readonly job: string | null;
  readonly set: Values;
  readonly changes: readonly Change[];
  /** Scenario files that describe variants of the job, names of such, and folders of them. */
  readonly variants: readonly string[];
  /** The changes are written into the files: as a diff to look at, or for good. */
  readonly applies: boolean;
  readonly writes: boolean;
  readonly engine: 'expected' | 'sampled';
  readonly matrices: boolean;
  /** Codes of rules that stay silent. */
  readonly disabled: readonly string[];
  readonly simulates: boolean;
  /** Patterns of files that are left out. */
  readonly exclude: readonly string[];
  readonly gitignore: boolean;
  /** The file whose text comes on standard input. */
  readonly stdinFilename: string | null;
  /** Files with the loads of experts, with a placement, and with recorded tokens. */
  readonly artefacts: Readonly<Record<ArtefactOption, string | null>>;
  /** Whole numbers by option name. */
  readonly counts: Readonly<Partial<Record<CountOption, number>>>;
  /** How `place` places by loads; `null`: not said, EPLB. */
  readonly policy: 'eplb' | 'search' | null;
  /** The file that `place` writes the placement that it found for a job to, and its form. */
  readonly save: string | null;
  readonly as: string | null;
  /** What `plan` is asked for; numbers of GPUs as they are written, since a range needs the GPUs of a node. */
  readonly plan: {
    readonly gpus: string | null;
    readonly objective: Objective | null;
    readonly amounts: Readonly<Partial<Record<AmountOption, number>>>;
  };
}

const FORMS = PLACEMENT_FORMS.map(({ id }) => id);

const AMOUNT_OPTIONS = ['memory-margin', 'tpot', 'ttft', 'price'] as const;
type AmountOption = (typeof AMOUNT_OPTIONS)[number];

const COUNT_OPTIONS = [
  'replicas',
  'groups',
  'nodes',
  'gpus',
  'top-k',
  'topk-groups',
  'top',
  'experts',
] as const;
export type CountOption = (typeof COUNT_OPTIONS)[number];
/** More slots than any layer has. */
const LARGEST_COUNT = 2 ** 20;

type ArtefactOption = 'loads' | 'placement' | 'trace';

/** One `--change` may be followed by several: `--change layout.ep=16 layout.tp=2`. */
const CHANGE = /^[a-z]+(\.\w+)+=/;

/** Scenario files beside that of `--variant`, as a shell makes them of a pattern: all but the job, which may be one itself. */
function moreVariants(files: readonly string[]): string[] {
  const isOnly = files.every(isScenarioName);
  return files.filter((file, i) => isScenarioName(file) && !(isOnly && i === 0));
}

/** @throws UsageError naming the argument that is wrong. */
export function parseCall(argv: readonly string[]): Call {
  const { given, text, list, positionals } = parse(argv);
  const [command = 'help', ...words] = positionals;
  const asksHelp = given.includes('help') || command === 'help';
  const explained = command === 'lint' ? text('explain') : undefined;
  if (!asksHelp && !given.includes('version')) checkOptions(command, given);
  const isChange = (word: string) => command === 'whatif' && CHANGE.test(word);
  const formats = COMMANDS[explained === undefined ? command : 'rules']?.formats ?? ['text'];
  const failOn = text('fail-on');
  const accelerator = text('accelerator');
  const objective = text('objective');
  const isPlan = command === 'plan';
  const files = words.filter((word) => !isChange(word));
  const more = list('variant').length > 0 ? moreVariants(files) : [];
  const policy = text('policy');
  const form = text('as');
  const call: Call = {
    command,
    paths: files.filter((file) => !more.includes(file)),
    format: oneOf('--format', text('format') ?? 'text', formats),
    output: text('output') ?? null,
    report: text('report') ?? null,
    quiet: given.includes('quiet'),
    failOn: failOn === undefined ? null : oneOf('--fail-on', failOn, FAIL_ON),
    preset: text('preset') ?? null,
    job: text('job') ?? null,
    set: asOverrides(
      changes([...(accelerator ? [`cluster.accelerator=${accelerator}`] : []), ...list('set')]),
    ),
    changes: changes([...list('change'), ...words.filter(isChange)]),
    variants: [...list('variant'), ...more],
    applies: given.includes('apply') || given.includes('write'),
    writes: given.includes('write'),
    engine: oneOf('--engine', text('engine') ?? 'expected', ['expected', 'sampled']),
    matrices: oneOf('--matrix', text('matrix') ?? 'all', ['all', 'none']) === 'all',
    disabled: silenced(list('select'), [...list('ignore'), ...list('disable')]),
    simulates: !given.includes('no-simulate'),
    exclude: list('exclude'),
    gitignore: !given.includes('no-gitignore'),
    stdinFilename: text('stdin-filename') ?? null,
    artefacts: {
      loads: text('loads') ?? null,
      placement: text('placement') ?? null,
      trace: text('trace') ?? null,
    },
    counts: Object.fromEntries(
      COUNT_OPTIONS.flatMap((name) => {
        const value = isPlan && name === 'gpus' ? undefined : text(name);
        return value === undefined ? [] : [[name, positiveCount(name, value)]];
      }),
    ),
    policy: policy === undefined ? null : oneOf('--policy', policy, ['eplb', 'search']),
    save: text('save') ?? null,
    as: form === undefined ? null : oneOf('--as', form, FORMS),
    plan: {
      gpus: isPlan ? (text('gpus') ?? null) : null,
      objective: objective === undefined ? null : oneOf('--objective', objective, OBJECTIVES),
      amounts: Object.fromEntries(
        AMOUNT_OPTIONS.flatMap((name) => {
          const value = text(name);
          return value === undefined ? [] : [[name, amount(name, value)]];
        }),
      ),
    },
  };
  if (given.includes('version')) return { ...call, command: 'version' };
  // The command that help is asked for, where there is such a one.
  const topic = command === 'help' ? words.slice(0, 1) : [command];
  if (asksHelp)
    return { ...call, command: 'help', paths: topic.filter((name) => Object.hasOwn(COMMANDS, name)) };
  return explained === undefined ? call : { ...call, command: 'rules', paths: [explained] };
}

const parserOptions = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, { type, ...rest }]) => [
    name,
    {
      type,
      ...('multiple' in rest && { multiple: true }),
      ...('short' in rest && { short: rest.short }),
    },
  ]),
);

function parse(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: parserOptions,
    });
    return {
      positionals,
      given: Object.keys(values) as OptionName[],
      text: (name: OptionName) => {
        const value = values[name];
        return typeof value === 'string' ? value : undefined;
      },
      list: (name: OptionName) => {
        const value = values[name];
        return Array.isArray(value) ? value.map(String) : [];
      },
    };
  } catch (error) {
    throw new UsageError(parseProblem(error, argv));
  }
}

/** What Node's parser refuses, in a sentence: an unknown option with the nearest one. */
function parseProblem(error: unknown, argv: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-+)([^']*)'/.exec(message);
  const command = argv.find((word) => !word.startsWith('-')) ?? 'moe-scope';
  if (!unknown) return message;
  const known = [...(COMMANDS[command]?.options ?? []), ...COMMON].map((name) => `--${name}`);
  const [, dashes, name] = unknown;
  const isFormat = FORMATS.some((format) => format === name);
  const near = isFormat ? `--format ${name}` : dashes === '--' ? nearest(`--${name}`, known) : undefined;
  return `${command} takes no ${dashes}${name}.${didYouMean(near)}`;
}

function checkOptions(command: string, given: readonly OptionName[]): void {
  if (!Object.hasOwn(COMMANDS, command)) {
    const near = didYouMean(nearest(command, Object.keys(COMMANDS)));
    throw new UsageError(`There is no command ${command}.${near} moe-scope --help tells them.`);
  }
  const taken = [...COMMANDS[command]!.options, ...COMMON];
  const ignored = given.find((name) => !taken.includes(name));
  if (ignored) throw new UsageError(`${command} takes no --${ignored}.`);
}

function positiveCount(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > LARGEST_COUNT) {
    throw new UsageError(`--${option} is a whole number from 1 to ${LARGEST_COUNT}, not "${text}".`);
  }
  return value;
}

function amount(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new UsageError(`--${option} is a number of at least 0, not "${text}".`);
  }
  return value;
}

function changes(texts: readonly string[]): Change[] {
  try {
    return texts.map(parseChange);
  } catch (error) {
    if (error instanceof FieldError) throw new UsageError(error.message);
    throw error;
  }
}

function oneOf<const T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (!found) throw new UsageError(`${option} is one of ${choices.join(', ')}, not "${value}".`);
  return found;
}
