import { scalar } from '../../apply/yaml-scalar';
import type { ReadDocument } from '../../config/fact';
import { partNames } from '../../config/link';
import { jobParts } from '../../config/parts';
import { MODEL_CONFIG, modelEntry, NAME_KEY, variableEntries } from '../../config/scenario-file';
import type { Change } from '../../plan/whatif';
import { fieldValue } from '../../scenario/fields';
import { type OpenOperands, openOperands } from '../../scenario/open-operands';
import type { JobAnalysis } from '../../worker/analysis';

/** Assumed fields that a file can rarely say and that move the figures most. */
const OFTEN_ASSUMED = [
  'cluster.accelerator',
  'cluster.nodes',
  'cluster.gpusPerNode',
  'workload.mode',
  'routing.sigma',
  'communication.backend',
  'communication.dispatchDtype',
];
const BY_MODE = {
  train: [
    'workload.sequenceLength',
    'workload.microBatchSize',
    'workload.globalBatchSize',
    'workload.sharding',
  ],
  serve: ['workload.concurrency', 'workload.inputLength', 'workload.outputLength', 'workload.tokensPerRank'],
} as const;

/** A scenario file to begin with, and where the cursor goes. */
export interface ScenarioText {
  readonly text: string;
  readonly cursor: number;
}

/** What a scenario file is made with beside its job. */
export interface ScenarioWith {
  /** What the scenario is called. */
  readonly name?: string;
  /** Pins. */
  readonly changes?: readonly Change[];
  /** The texts of the job's files. */
  readonly textOf?: (file: string) => string | undefined;
}

/**
 * A scenario file for a job at `path` (`null`: it has no file): what it is about, the names that it leaves open with
 * empty answers, the changes of a what-if as pins, and, as comments, the values that are assumed of it. What the
 * scenario file says that the job is of is taken along.
 */
export function scenarioText(
  path: string | null,
  { job, scenario, provenance }: JobAnalysis,
  { name, changes = [], textOf = () => undefined }: ScenarioWith = {},
): ScenarioText {
  const base = job.launch ?? job.model;
  const before = job.scenarioFile?.scenario ?? { entries: [] };
  const model = modelEntry(before);
  const pins = new Map<string, string | number | boolean>(model ? [[MODEL_CONFIG, model.text]] : []);
  for (const { name: field, value } of [...(job.scenarioFile?.facts ?? []), ...changes]) {
    if (typeof value !== 'object') pins.set(field, value);
  }
  const answered = variableEntries(before).flatMap(({ key, value }) =>
    value === null ? [] : `  ${quoted(key)}: ${scalar(value)}`,
  );
  const open = openOperands(job.facts, new Set(pins.keys()), textOf);
  const variables = [...openLines(open), ...answered];
  const mode = scenario?.workload.mode === 'train' ? 'train' : 'serve';
  const assumed = [...OFTEN_ASSUMED, ...BY_MODE[mode]].flatMap((name) => {
    const origin = provenance[name];
    const value = scenario && fieldValue(scenario, name);
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (origin?.kind !== 'assumed' || pins.has(name) || !isPlain) return [];
    return `# ${name}: ${scalar(value)}  # ${origin.why}`;
  });
  const lines = [
    '# What the files of this job cannot say by themselves.',
    ...(name === undefined ? [] : [`${NAME_KEY}: ${scalar(name)}`]),
    ...(path === null ? [] : [`job: ${scalar(path)}`]),
    ...(base === null || path === null ? [] : partLines(base, job)),
    ...(variables.length > 0 ? ['variables:', ...variables] : []),
    ...sections([...pins]),
    ...open.fields.map((name) => `${name}: `),
    ...(assumed.length > 0 ? ['', '# Assumed so far:', ...assumed] : []),
  ];
  const text = `${lines.join('\n')}\n`;
  const first = (variables.length > 0 ? /^variables:\n.*?: /m : /^\w+\.[\w.]+: /m).exec(text);
  return { text, cursor: first ? first.index + first[0].length : text.length };
}

/** An empty answer for each name that decides a field and is open; two blanks before the comment, for the answer. */
function openLines({ variables }: OpenOperands): string[] {
  return [...variables].map(([name, labels]) => `  ${answerLine(name, labels)}`);
}

/** `EP:  # decides EP`: the answer goes between the blanks. */
export function answerLine(name: string, decides: readonly string[]): string {
  return `${quoted(name)}:  # decides ${decides.join(', ')}`;
}

const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `"${name}"`);

/** Fields with their values under their sections, in the order of the sections. */
function sections(pins: readonly (readonly [string, string | number | boolean])[]): string[] {
  const sectionOf = (name: string) => name.slice(0, name.indexOf('.'));
  return [...new Set(pins.map(([name]) => sectionOf(name)))].flatMap((section) => [
    `${section}:`,
    ...pins
      .filter(([name]) => sectionOf(name) === section)
      .map(([name, value]) => `  ${name.slice(section.length + 1)}: ${scalar(value)}`),
  ]);
}

/** `command` and `role`, where the job's file has several parts. */
function partLines(base: ReadDocument, { command, role }: JobAnalysis['job']): string[] {
  if (jobParts(base).length < 2) return [];
  return (['command', 'role'] as const).flatMap((what) => {
    const name = partNames(base, { command, role }, what)[0];
    return name === undefined ? [] : `${what}: ${scalar(what === 'command' ? Number(name) : name)}`;
  });
}
