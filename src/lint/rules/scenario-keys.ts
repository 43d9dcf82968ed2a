import type { ScenarioEntry } from '../../config/scenario-file';
import {
  keysIn,
  lastPart,
  type ScenarioKey,
  scenarioKey,
  scenarioKeys,
  valueProblem,
} from '../../scenario/scenario-keys';
import { didYouMean, nearest } from '../../scenario/spelling';
import type { Fix } from '../finding';
import type { DocumentRule, RuleHit } from '../rule';

const frameworks = ['moe-scope'] as const;
const source = 'MoE Scope: the fields of a scenario (src/scenario/fields/).';

const sectionOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));
const isSection = (path: string): boolean => keysIn(path).length > 0;

function replace(
  file: string,
  title: string,
  range: ScenarioEntry['range'],
  newText: string,
  preferred = false,
): Fix[] {
  return [{ title, edits: [{ file, range, newText }], ...(preferred ? { isPreferred: true } : {}) }];
}

/** Whether the section that a key stands in is one: below an unknown key, that key alone is reported. */
function stands(path: string): boolean {
  const section = sectionOf(path);
  return section === '' || (isSection(section) && stands(section));
}

function unknownKey(file: string, entry: ScenarioEntry, present: ReadonlySet<string>): RuleHit[] {
  const { path, key, keyRange } = entry;
  if (path.startsWith('variables.') || scenarioKey(path) || isSection(path) || !stands(path)) return [];
  const section = sectionOf(path);
  const keys = keysIn(section);
  const names = keys.map((one) => lastPart(one.path));
  // A key that stands there already is not what was meant.
  const open = keys.filter((one) => !present.has(one.path)).map((one) => lastPart(one.path));
  const near = nearest(lastPart(path), open);
  const elsewhere = scenarioKeys.find(
    (one) => lastPart(one.path).toLowerCase() === lastPart(path).toLowerCase(),
  );
  const place = section === '' ? 'A scenario file' : section;
  const hint =
    near === undefined && elsewhere !== undefined
      ? ` It is a key of ${sectionOf(elsewhere.path) || 'the file itself'}.`
      : didYouMean(near);
  const newText = near === undefined ? '' : key.slice(0, key.length - lastPart(path).length) + near;
  return [
    {
      file,
      range: keyRange,
      message: `${place} has no key ${lastPart(path)}.${hint}${near || elsewhere ? '' : ` Its keys are ${names.join(', ')}.`}`,
      fixes: near === undefined ? [] : replace(file, `Change to ${near}`, keyRange, newText, true),
    },
  ];
}

/** What a key should hold, where it holds something of another shape. */
function shapeProblem(entry: ScenarioEntry, known: ScenarioKey | undefined): string | null {
  const { path, shape, text, value } = entry;
  if (path.startsWith('variables.'))
    return shape === 'scalar' ? null : `The answer for ${entry.key} is one value.`;
  const takesMap = isSection(path) || path === 'variables';
  if (shape === 'map') return takesMap ? null : `${path} is one value, not a section.`;
  if (shape === 'list') return `${path} is ${takesMap ? 'a section of keys' : 'one value'}, not a list.`;
  if (!takesMap || value === null || known?.kind === 'model') return null;
  const example = path === 'variables' ? 'EP: 8' : `${lastPart(keysIn(path)[0]!.path)}: …`;
  return `${path} is a section with keys of its own (${example}), not “${text}”.`;
}

function wrongValue(file: string, entry: ScenarioEntry): RuleHit[] {
  const { path, value, text, range, isQuoted } = entry;
  const known = scenarioKey(path);
  if (!known && !isSection(path) && !path.startsWith('variables.')) return [];
  const misshapen = shapeProblem(entry, known);
  if (misshapen !== null) return [{ file, range, message: misshapen }];
  if (value === null || entry.shape !== 'scalar') return [];
  if (known?.kind === 'count' && !(Number.isInteger(value) && Number(value) >= 1))
    return [{ file, range, message: `${path} is a whole number from 1, not “${text}”.` }];
  if (known?.kind === 'artefact' && typeof value !== 'string')
    return [{ file, range, message: `${path} is the path of a file, not “${text}”.` }];
  const field = known?.field;
  const problem = field ? valueProblem(field, value) : null;
  if (!field || problem === null) return [];
  const near = field.choices ? nearest(text, field.choices) : undefined;
  const unquoted = isQuoted &&
    /^(-?[\d.]+|true|false)$/.test(text) && { start: range.start - 1, end: range.end + 1 };
  const fixes = near
    ? replace(file, `Change to ${near}`, range, near, true)
    : unquoted &&
        valueProblem(field, text === 'true' || text === 'false' ? text === 'true' : Number(text)) === null
      ? replace(file, 'Remove the quotes', unquoted, text, true)
      : field.kind === 'text' && !isQuoted
        ? replace(file, 'Put it in quotes', range, `"${text}"`, true)
        : [];
  return [{ file, range, message: problem + didYouMean(near), fixes }];
}

/** Rules on the keys and values of a scenario file. */
export const scenarioKeyRules: readonly DocumentRule[] = [
  {
    code: 'SC001',
    name: 'scenario/unknown-key',
    severity: 'error',
    frameworks,
    summary: 'A key that no scenario has',
    why: 'What stands under it is not read: the job would be simulated without it, as if it were not written.',
    source,
    example: { language: 'yaml', bad: 'layout: { expertParallel: 32 }', good: 'layout: { ep: 32 }' },
    checkDocument({ file, scenario }) {
      const present = new Set(scenario?.entries.map(({ path }) => path));
      return scenario?.entries.flatMap((entry) => unknownKey(file, entry, present)) ?? [];
    },
  },
  {
    code: 'SC002',
    name: 'scenario/illegal-value',
    severity: 'error',
    frameworks,
    summary: 'A value that its field cannot hold',
    why: 'A value of another kind, outside the range or not among the choices cannot be simulated; the field stays as the job has it.',
    source,
    example: { language: 'yaml', bad: 'layout: { ep: "32" }', good: 'layout: { ep: 32 }' },
    checkDocument: ({ file, scenario }) =>
      scenario?.entries.flatMap((entry) => wrongValue(file, entry)) ?? [],
  },
];
