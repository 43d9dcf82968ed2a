import type { Fact, ReadDocument, SyntaxProblem } from '../../fact';
import {
  isScenarioName,
  MODEL_CONFIG,
  SCENARIO_KEYS,
  SCENARIO_SECTIONS,
  type ScenarioEntry,
} from '../../scenario-file';
import { membersOf, type YamlMember, type YamlNode } from '../../syntax/yaml';
import type { Framework, SourceText } from '../framework';
import { yamlOf } from '../shared/yaml-source';

const TOP_KEYS: ReadonlySet<string> = new Set([...SCENARIO_SECTIONS, ...SCENARIO_KEYS]);
/** `model.router.groups` is the deepest key. */
const MAX_DEPTH = 3;

function entryOf({ key, keyRange, value, valueRange }: YamlMember, path: string): ScenarioEntry {
  const own = { path, key, keyRange, range: valueRange };
  if (value.kind !== 'scalar') {
    const shape = value.kind === 'map' ? 'map' : 'list';
    return { ...own, shape, value: null, text: '', isQuoted: false };
  }
  const isQuoted = value.style.endsWith('quoted');
  return { ...own, shape: 'scalar', value: value.value, text: value.text, isQuoted };
}

/** Every key, the outer ones first. A variable's name may hold dots and is no path. */
function entriesOf(node: YamlNode | undefined, section = '', depth = 1): ScenarioEntry[] {
  return membersOf(node).flatMap((member) => {
    const path = section === '' ? member.key : `${section}.${member.key}`;
    const goesOn = depth < MAX_DEPTH && section !== 'variables';
    return [entryOf(member, path), ...(goesOn ? entriesOf(member.value, path, depth + 1) : [])];
  });
}

/** Whether a file of that name is about a job: a known key that holds what it should. */
function isShaped(entries: readonly ScenarioEntry[]): boolean {
  return entries.some(({ path, shape }) => {
    const [top = ''] = path.split('.');
    if (!TOP_KEYS.has(top)) return false;
    const isSection = top === 'variables' || (SCENARIO_SECTIONS as readonly string[]).includes(top);
    if (isSection && (path !== top || top === 'model')) return true;
    return path === top && shape !== 'list' && (shape === 'map') === isSection;
  });
}

function factsOf(file: string, entries: readonly ScenarioEntry[]): Fact[] {
  return entries.flatMap(({ path, shape, value, range, keyRange }): Fact[] => {
    const [section = ''] = path.split('.');
    const isField = path !== section && (SCENARIO_SECTIONS as readonly string[]).includes(section);
    if (!isField || path === MODEL_CONFIG || shape !== 'scalar' || value === null) return [];
    return [{ name: path, value, key: path, file, range, keyRange, state: 'literal', pin: true }];
  });
}

function read(source: SourceText): ReadDocument | null {
  if (!isScenarioName(source.file)) return null;
  const yaml = yamlOf(source);
  const [root, second] = yaml.documents;
  const entries = entriesOf(root);
  if (!isShaped(entries)) return null;
  const problems: SyntaxProblem[] = [...yaml.problems];
  if (second !== undefined) {
    const message = 'A scenario file is one document: what follows here is not read.';
    problems.push({ severity: 'warning', message, range: second.range });
  }
  return {
    file: source.file,
    framework: 'moe-scope',
    title: 'MoE Scope scenario',
    kind: 'scenario',
    facts: factsOf(source.file, entries),
    problems,
    models: [],
    scenario: { entries },
  };
}

const KEY = new RegExp(`^["']?(${[...TOP_KEYS].join('|')})["']?\\s*[.:]`, 'm');

/** A scenario in our own words: pins for a job of another file, or a whole job. */
export const scenarioFile: Framework = {
  id: 'moe-scope',
  mightBe: (text, file) => isScenarioName(file) && KEY.test(text),
  read,
};
