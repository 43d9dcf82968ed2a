import { MODEL_PRESETS } from '../catalog/models';
import { NAME_KEY, type SCENARIO_SECTIONS } from '../config/scenario-file';
import { fields } from './fields';
import type { Field } from './fields/field';
import { FieldError, parseField } from './fields/parse';

/** One key of a scenario file: a field of the scenario, a section of such fields, or what the file is about. */
export interface ScenarioKey {
  /** With the sections that it stands in, joined by dots. */
  readonly path: string;
  /** `label` is any text; `file`, `artefact` and `model` are text that names something; `names` holds any names with a value each. */
  readonly kind: 'label' | 'file' | 'artefact' | 'count' | 'role' | 'model' | 'names' | 'section' | 'field';
  readonly meaning: string;
  readonly field?: Field;
}

const key = (path: string, kind: ScenarioKey['kind'], meaning: string): ScenarioKey => ({
  path,
  kind,
  meaning,
});

const sectionMeanings: Readonly<Record<(typeof SCENARIO_SECTIONS)[number] | 'model.router', string>> = {
  model: 'The model: its name in the catalog or the path of its config.json, or sizes of its own.',
  layout: 'Parallel sizes.',
  cluster: 'The machines that the job runs on.',
  workload: 'What one step is, and how much of it there is.',
  routing: 'How unevenly the router uses the experts.',
  placement: 'Which expert lives on which rank.',
  communication: 'What dispatches tokens to their experts, and in which format.',
  'model.router': 'The router of the model.',
};

/** What a scenario file says before its fields. */
const ABOUT: readonly ScenarioKey[] = [
  key(
    NAME_KEY,
    'label',
    'How the scenario is called where variants of a job are compared. Without it, as its file is.',
  ),
  key(
    'job',
    'file',
    'The launch file or model config that this scenario is about, relative to this file. Without it the scenario is a job of its own.',
  ),
  key('command', 'count', 'Which command of the job is meant, counted from 1, where it holds several.'),
  key('role', 'role', 'Which role of the job is meant (`prefill`, `decode`), where it holds several.'),
  key(
    'variables',
    'names',
    'Answers for what the job takes from outside: environment variables, arguments ("1" for ${1}), values of templates. What the script itself assigns goes before them.',
  ),
  key('model', 'model', sectionMeanings.model),
  key(
    'model.config',
    'model',
    'Name of the model in the catalog, or the path of its config.json, where sizes of its own stand beside it.',
  ),
];

const ARTEFACTS: readonly ScenarioKey[] = [
  key(
    'routing.file',
    'artefact',
    'File with expert loads or a trace, relative to this file: the routing is what was recorded. The loads of all its layers count; with `distribution: trace` the tokens of one layer are replayed.',
  ),
  key(
    'placement.file',
    'artefact',
    'File with the experts of every slot, relative to this file; or with loads, by which EPLB places them.',
  ),
];

const SECTIONS = Object.entries(sectionMeanings)
  .filter(([path]) => path !== 'model')
  .map(([path, meaning]) => key(path, 'section', meaning));

/** Every key that a scenario file may have. */
export const scenarioKeys: readonly ScenarioKey[] = [
  ...ABOUT,
  ...SECTIONS,
  ...ARTEFACTS,
  ...fields.map((field): ScenarioKey => ({ path: field.name, kind: 'field', meaning: field.meaning, field })),
];

const byPath = new Map(scenarioKeys.map((one) => [one.path, one]));

export function scenarioKey(path: string): ScenarioKey | undefined {
  return byPath.get(path);
}

/** The keys that may stand in a section; of the file itself with `''`. */
export function keysIn(section: string): readonly ScenarioKey[] {
  const depth = section === '' ? 1 : section.split('.').length + 1;
  return scenarioKeys.filter(
    ({ path }) => path.split('.').length === depth && (section === '' || path.startsWith(`${section}.`)),
  );
}

/** The name of a key behind its sections: `ep`. */
export const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** What a field may hold, in words: `whole number from 1 to 4,096`, `GB/s, at least 0.001`. */
export function rangeText({ kind, choices, unit, minimum, maximum }: Field): string {
  const format = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  switch (kind) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${choices?.join(', ')}`;
    case 'text':
      return 'text';
    default: {
      const what = kind === 'integer' ? 'whole number' : 'number';
      const range = `from ${format(minimum ?? 0)}${maximum === undefined ? '' : ` to ${format(maximum)}`}`;
      return `${what} ${range}${unit ? `, in ${unit}` : ''}`;
    }
  }
}

/** Why a field cannot hold a value as YAML has it, in a sentence; `null` when it can. */
export function valueProblem(field: Field, value: number | string | boolean): string | null {
  const { name, kind } = field;
  const isTyped =
    kind === 'boolean'
      ? typeof value === 'boolean'
      : kind === 'text' || kind === 'choice' || typeof value === 'number';
  if (!isTyped) return `${name} is a ${rangeText(field)}, not the text “${value}”.`.replace('a true', 'true');
  if (kind === 'text' && typeof value !== 'string') return `${name} is text: write it in quotes.`;
  try {
    parseField(name, String(value));
    return null;
  } catch (error) {
    if (error instanceof FieldError) return error.message;
    throw error;
  }
}

/** Whether a pin says something that its field can hold: what it cannot is reported, and the job stays as it is. */
export function isLegalPin(name: string, value: unknown): boolean {
  const found = scenarioKey(name)?.field;
  const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  return found !== undefined && isPlain && valueProblem(found, value) === null;
}

/** Names that a `model` of a scenario file may have in the catalog. */
export const presetNames: readonly string[] = MODEL_PRESETS.map(({ id }) => id);
