import { parseArgs } from 'node:util';
import { findRule } from '../lint/registry';
import { asOverrides, type Change, parseChange } from '../plan/whatif';
import { FieldError } from '../scenario/fields';
import type { Values } from '../scenario/resolver';
import { UsageError } from './usage';

export type FailOn = 'error' | 'warning' | 'info' | 'never';

/** One call of the command line, checked. */
export interface Call {
  readonly command: string;
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  /** `null`: not said, so each command's own default. */
  readonly failOn: FailOn | null;
  readonly preset: string | null;
  readonly set: Values;
  readonly changes: readonly Change[];
  readonly engine: 'expected' | 'sampled';
  readonly matrices: boolean;
  readonly disabled: readonly string[];
  /** Files with the loads of experts, with a placement, and with recorded tokens. */
  readonly artefacts: Readonly<Record<ArtefactOption, string | null>>;
  /** Whole numbers by option name; only `place` takes them. */
  readonly counts: Readonly<Partial<Record<CountOption, number>>>;
}

const COUNT_OPTIONS = ['replicas', 'groups', 'nodes', 'gpus', 'top-k', 'topk-groups'] as const;
export type CountOption = (typeof COUNT_OPTIONS)[number];
/** More slots than any layer has. */
const LARGEST_COUNT = 2 ** 20;

const ARTEFACT_OPTIONS = ['loads', 'placement', 'trace'] as const;
type ArtefactOption = (typeof ARTEFACT_OPTIONS)[number];

const SCENARIO_OPTIONS = ['preset', 'accelerator', 'set', 'engine', 'matrix', ...ARTEFACT_OPTIONS];

/** The options that each command takes beside `--format` and `--help`: one that it would ignore is a mistake. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  inspect: ['fail-on', 'disable', 'accelerator', 'set'],
  lint: ['fail-on', 'disable', 'accelerator', 'set'],
  simulate: [...SCENARIO_OPTIONS, 'fail-on', 'disable'],
  whatif: [...SCENARIO_OPTIONS, 'change'],
  place: ['loads', ...COUNT_OPTIONS],
  rules: [],
};

/** One `--change` may be followed by several: `--change layout.ep=16 layout.tp=2`. */
const CHANGE = /^[a-z]+(\.\w+)+=/;

/** @throws UsageError naming the argument that is wrong. */
export function parseCall(argv: readonly string[]): Call {
  const { values, positionals } = parse(argv);
  const [command = 'help', ...words] = positionals;
  const isChange = (word: string) => command === 'whatif' && CHANGE.test(word);
  const paths = words.filter((word) => !isChange(word));
  const taken = Object.hasOwn(OPTIONS, command) ? OPTIONS[command] : undefined;
  const ignored = Object.keys(values).find(
    (name) => !['format', 'help', ...(taken ?? [name])].includes(name),
  );
  if (ignored && !values.help) throw new UsageError(`${command} takes no --${ignored}.`);
  const accelerator = values.accelerator ? [`cluster.accelerator=${values.accelerator}`] : [];
  return {
    command: values.help ? 'help' : command,
    paths,
    format: oneOf('--format', values.format ?? 'text', ['text', 'json']),
    failOn:
      values['fail-on'] === undefined
        ? null
        : oneOf('--fail-on', values['fail-on'], ['error', 'warning', 'info', 'never']),
    preset: values.preset ?? null,
    set: asOverrides(changes([...accelerator, ...(values.set ?? [])])),
    changes: changes([...(values.change ?? []), ...words.filter(isChange)]),
    engine: oneOf('--engine', values.engine ?? 'expected', ['expected', 'sampled']),
    matrices: oneOf('--matrix', values.matrix ?? 'all', ['all', 'none']) === 'all',
    disabled: (values.disable ?? []).map(knownRule),
    artefacts: {
      loads: values.loads ?? null,
      placement: values.placement ?? null,
      trace: values.trace ?? null,
    },
    counts: Object.fromEntries(
      COUNT_OPTIONS.flatMap((name) => {
        const text = values[name];
        return text === undefined ? [] : [[name, positiveCount(name, text)]];
      }),
    ),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        'fail-on': { type: 'string' },
        preset: { type: 'string' },
        accelerator: { type: 'string' },
        set: { type: 'string', multiple: true },
        change: { type: 'string', multiple: true },
        engine: { type: 'string' },
        matrix: { type: 'string' },
        disable: { type: 'string', multiple: true },
        loads: { type: 'string' },
        placement: { type: 'string' },
        trace: { type: 'string' },
        replicas: { type: 'string' },
        groups: { type: 'string' },
        nodes: { type: 'string' },
        gpus: { type: 'string' },
        'top-k': { type: 'string' },
        'topk-groups': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function knownRule(name: string): string {
  const rule = findRule(name);
  if (!rule) throw new UsageError(`There is no rule ${name}.`);
  return rule.code;
}

function positiveCount(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > LARGEST_COUNT) {
    throw new UsageError(`--${option} is a whole number from 1 to ${LARGEST_COUNT}, not "${text}".`);
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
