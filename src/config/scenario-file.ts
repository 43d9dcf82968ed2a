import type { Answers } from './answers';
import type { TextRange } from './fact';

/** Sections of a scenario file: the parts of a scenario, whose fields are keys there. */
export const SCENARIO_SECTIONS = [
  'model',
  'layout',
  'cluster',
  'workload',
  'routing',
  'placement',
  'communication',
] as const;

/** What a scenario is called: says nothing of the job, and so makes no file a scenario. */
export const NAME_KEY = 'name';

/** Keys of a scenario file that say what it is about. */
export const SCENARIO_KEYS = ['job', 'command', 'role', 'model', 'variables'] as const;

/** `model: NAME`, or where the model has fields of its own beside it. */
export const MODEL_CONFIG = 'model.config';

const NAME = /\.moe\.ya?ml$/i;

/** Whether a file is named as scenario files are: `wide-ep.moe.yaml`. */
export function isScenarioName(file: string): boolean {
  return NAME.test(file);
}

/** One key of a scenario file with what stands behind it. */
export interface ScenarioEntry {
  /** The key with the sections that it stands in, joined by dots. */
  readonly path: string;
  readonly key: string;
  readonly keyRange: TextRange;
  readonly shape: 'scalar' | 'map' | 'list';
  /** Of a scalar; `null` where nothing is written, or a template. */
  readonly value: number | string | boolean | null;
  /** Of a scalar: its text without quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** The value's text without its quotes. */
  readonly range: TextRange;
}

/** What a scenario file says, key by key. */
export interface ScenarioFile {
  readonly entries: readonly ScenarioEntry[];
}

/** The scalar of that path; `undefined` when there is none or nothing is written. */
export function scenarioEntry({ entries }: ScenarioFile, path: string): ScenarioEntry | undefined {
  return entries.find((entry) => entry.path === path && entry.shape === 'scalar' && entry.value !== null);
}

/** The entry that names the model. */
export function modelEntry(file: ScenarioFile): ScenarioEntry | undefined {
  return scenarioEntry(file, 'model') ?? scenarioEntry(file, MODEL_CONFIG);
}

/** The answers for what the job's file takes from outside. */
export function variableEntries({ entries }: ScenarioFile): ScenarioEntry[] {
  return entries.filter(({ path, key }) => path === `variables.${key}`);
}

export function answersOf(scenario: ScenarioFile, file: string): Answers {
  const answered = variableEntries(scenario).filter(
    ({ shape, value }) => shape === 'scalar' && value !== null,
  );
  return new Map(answered.map(({ key, text, range }) => [key, { text, file, range }]));
}
