import type { Fact, FactValue, SyntaxProblem } from '../../fact';
import { membersOf, withAnswers, type YamlMember, type YamlNode, type YamlScalar } from '../../syntax/yaml';
import { isLeftOpen, NEEDS, type OptionSpec, parseOption } from '../shared/options';
import { isTokenCount } from '../shared/token-counts';
import type { ServingEngine, Stated } from './engine';

export type OptionTable = ReadonlyMap<string, readonly OptionSpec[]>;

/** The value of one scalar; `undefined` when the option takes no such value. */
function scalarValue(scalar: YamlScalar, spec: OptionSpec): FactValue | undefined {
  if (spec.type === 'scalar' && typeof scalar.value === 'boolean') return scalar.value;
  if (spec.type !== 'switch') return parseOption(scalar.text.trim(), spec.type);
  if (typeof scalar.value !== 'boolean') return undefined;
  const stated = spec.value ?? true;
  return scalar.value ? stated : typeof stated === 'boolean' ? !stated : undefined;
}

/** A recipe of several variants lists a value for each of them. */
function listOf(node: YamlNode, spec: OptionSpec): readonly number[] | undefined {
  if (node.kind !== 'sequence' || node.items.length === 0) return undefined;
  const values = node.items.map((item) => (item.kind === 'scalar' ? scalarValue(item, spec) : undefined));
  return values.every((value) => typeof value === 'number') ? values : undefined;
}

function readMember(
  file: string,
  member: YamlMember,
  spec: OptionSpec,
): { fact?: Fact; problem?: SyntaxProblem } {
  const { key, keyRange, valueRange } = member;
  const node = withAnswers(member.value);
  const via = node.kind === 'scalar' && node.filled ? { via: node.filled.via } : {};
  const base = { name: spec.name, key, file, keyRange, range: valueRange, ...via };
  const open = (expression: string): Fact => ({ ...base, value: null, state: 'unresolved', expression });
  const value = node.kind === 'scalar' ? scalarValue(node, spec) : listOf(node, spec);
  if (node.kind !== 'scalar') {
    return value === undefined ? {} : { fact: { ...base, value, state: 'literal' } };
  }
  // Templates, and `${VAR}` that a tool replaces before the engine reads the file.
  if (node.templated || /\$[{(]?\w/.test(node.text)) return { fact: open(node.source) };
  if (node.value === null) return { fact: open('') };
  // Folded lines and escapes are not the value letter by letter: no edit may take them for it.
  const isWritten = node.text === node.source && !(isTokenCount(spec.type) && String(value) !== node.text);
  if (value !== undefined) return { fact: { ...base, value, state: isWritten ? 'literal' : 'constant' } };
  if (isLeftOpen(node.text.trim(), spec.type)) return { fact: open(node.text) };
  const needed = spec.type === 'switch' ? 'true or false' : NEEDS[spec.type];
  const message = `${key} needs ${needed}, not “${node.text}”.`;
  return { fact: open(node.text), problem: { severity: 'error', message, range: valueRange } };
}

/** The command line's spelling of a YAML key: kebab and snake case are the same to the engines. */
export function flagOf(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** Options with dots have no more parts than this (`--additional-config.eplb_config.expert_map_path`). */
const MOST_PARTS = 3;

/** A map's members with the options that they are; a map inside one holds options with a dot. */
function optionsOf(map: YamlNode | undefined, outer?: { key: string; flag: string }, part = 1) {
  return membersOf(map).flatMap((member): { member: YamlMember; flag: string }[] => {
    const key = outer ? `${outer.key}.${member.key}` : member.key;
    const flag = outer ? `${outer.flag}.${member.key}` : flagOf(member.key);
    const inner = part < MOST_PARTS ? optionsOf(member.value, { key, flag }, part + 1) : [];
    return [{ member: { ...member, key }, flag }, ...inner];
  });
}

/** Reads a YAML map whose keys are options of an engine. */
function readOptionMap(file: string, map: YamlNode | undefined, table: OptionTable): Stated {
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [];
  for (const { member, flag } of optionsOf(map)) {
    for (const spec of table.get(flag) ?? []) {
      const { fact, problem } = readMember(file, member, spec);
      if (fact !== undefined) facts.push(fact);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return { facts, problems };
}

/** Options of an engine in a YAML map, with the JSON that some of them hold. */
export function readMap(engine: ServingEngine, file: string, map: YamlNode): Stated {
  const options = readOptionMap(file, map, engine.options);
  const inside = membersOf(map).map((member) => engine.insideMember(file, member));
  return {
    facts: [...options.facts, ...inside.flatMap((part) => part.facts)],
    problems: [...options.problems, ...inside.flatMap((part) => part.problems)],
  };
}
