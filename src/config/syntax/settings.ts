import type { Node } from 'jsonc-parser';
import type { FactValue, FollowedStep, SyntaxProblem, TextRange } from '../fact';
import { isTemplate, type JsonMember, membersOf as jsonMembers } from './json';
import { withAnswers, type YamlNode, type YamlScalar, membersOf as yamlMembers } from './yaml';

/** One key of a structured file that holds a value, with the sections that it stands in. */
export interface Setting {
  /** Names of the sections and then the key, joined by dots. */
  readonly path: string;
  readonly key: string;
  readonly keyRange: TextRange;
  /**
   * `undefined` for what cannot be known from the text (a template, a half-typed value) or is no fact (a date, a list
   * of words).
   */
  readonly value: FactValue | undefined;
  /** Of a list in YAML its words, as they are; absent where one of them is no word, or not known. */
  readonly words?: readonly string[];
  /** The value's text; strings without their quotes, so that an edit keeps them. */
  readonly range: TextRange;
  /** Where a scenario file answers what the value takes from outside. */
  readonly via?: readonly FollowedStep[];
}

const join = (section: string, key: string): string => (section === '' ? key : `${section}.${key}`);

function countsOf(values: readonly unknown[]): readonly number[] | undefined {
  return values.every((value): value is number => typeof value === 'number') ? values : undefined;
}

/** The settings of a JSON object; those that a mistake touches have no value. */
export function settingsOfJson(
  root: Node | null,
  problems: readonly SyntaxProblem[],
  section = '',
): Setting[] {
  return jsonMembers(root).flatMap((member) => {
    const path = join(section, member.key);
    if (member.value.type === 'object') return settingsOfJson(member.value, problems, path);
    const { key, keyRange, valueRange: range } = member;
    return [{ path, key, keyRange, value: touched(member, problems) ? undefined : factValue(member), range }];
  });
}

function factValue({ value }: JsonMember): FactValue | undefined {
  if (value.type === 'array') return countsOf((value.children ?? []).map((child) => child.value as unknown));
  return isTemplate(value) ? undefined : (value.value as FactValue);
}

function touched({ value }: JsonMember, problems: readonly SyntaxProblem[]): boolean {
  const end = value.offset + value.length;
  return problems.some(({ range }) => range.start <= end && range.end >= value.offset);
}

/** The settings of a YAML mapping. */
export function settingsOfYaml(root: YamlNode | undefined, section = ''): Setting[] {
  return yamlMembers(root).flatMap(({ key, keyRange, value, valueRange }): Setting[] => {
    const path = join(section, key);
    if (value.kind === 'map') return settingsOfYaml(value, path);
    const own = { path, key, keyRange, range: valueRange };
    if (value.kind === 'scalar') {
      const filled = withAnswers(value);
      if (value.filled && filled.kind === 'scalar')
        return [{ ...own, value: filled.value, via: value.filled.via }];
      return [{ ...own, value: isSure(value) ? value.value : undefined }];
    }
    const values = value.items.map((item) => (item.kind === 'scalar' && isSure(item) ? item.value : null));
    const words = values.filter((one) => typeof one === 'string');
    const isWords = words.length > 0 && words.length === values.length;
    return [{ ...own, value: countsOf(values), ...(isWords ? { words } : {}) }];
  });
}

/** Neither filled in by a template nor a string whose end is not typed yet. */
function isSure({ templated, style, text, source }: YamlScalar): boolean {
  if (templated) return false;
  const isPlainText = style.endsWith('quoted') && !/[\\'\n]/.test(source);
  return !isPlainText || text === source;
}

/** What stands in one section, with paths from there on. */
export function inSection(settings: readonly Setting[], section: string): Setting[] {
  return settings
    .filter((setting) => setting.path.startsWith(`${section}.`))
    .map((setting) => ({ ...setting, path: setting.path.slice(section.length + 1) }));
}
