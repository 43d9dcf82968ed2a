import type { Node } from 'jsonc-parser';
import type { Fact, FactValue, ReadDocument, SyntaxProblem, TextRange } from '../../fact';
import {
  isTemplate,
  type JsonMember,
  keysWithoutValue,
  membersOf,
  parseJson,
  rangeOf,
} from '../../syntax/json';
import type { Framework, SourceText } from '../framework';
import { FAMILIES, familyOf } from './families';
import { type Family, keysOf } from './families/family';
import { allFacts } from './implied';
import { COMMON_KEYS, EXPERT_KEYS, type KeyKind, type KeySpec, TOWER_KEYS } from './keys';
import type { Section } from './section';

/** Sections that hold the language model of a multimodal config. */
const TEXT_SECTIONS = ['text_config', 'llm_config', 'language_config'] as const;
const TOWER_SECTIONS = ['vision_config'] as const;

const KIND_NAMES: Readonly<Record<KeyKind, string>> = {
  count: 'a whole number',
  'optional-count': 'a whole number or null',
  'count-or-none': 'a whole number or null',
  'count-or-word': 'a whole number or auto',
  number: 'a number',
  boolean: 'true or false',
  string: 'a string',
  counts: 'a list of whole numbers',
  'uniform-count': 'a whole number, or a list of one for every layer',
  'first-count': 'a whole number or a list of them',
  'second-count': 'a whole number or a list of them',
  frequency: 'a whole number or a list of them',
};

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function countsOf(node: Node): readonly number[] | null {
  if (node.type !== 'array') return null;
  const values = (node.children ?? []).map((child) => child.value as unknown);
  return values.every(isCount) ? values : null;
}

const uniform = (list: readonly number[] | null): number | undefined =>
  list?.every((entry) => entry === list[0]) ? list[0] : undefined;

/** The value when it is what the key needs, or `undefined`. */
function readValue(node: Node, kind: KeyKind): FactValue | undefined {
  const value = node.value as unknown;
  switch (kind) {
    case 'count':
    case 'optional-count':
    case 'count-or-word':
      return isCount(value) ? value : undefined;
    case 'count-or-none':
      return node.type === 'null' ? null : isCount(value) ? value : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'uniform-count':
      return isCount(value) ? value : uniform(countsOf(node));
    case 'first-count':
      return isCount(value) ? value : countsOf(node)?.[0];
    case 'second-count':
      return isCount(value) ? 0 : countsOf(node)?.[1];
    case 'counts':
      return countsOf(node) ?? undefined;
    case 'frequency':
      return isCount(value) ? value : (countsOf(node) ?? undefined);
  }
}

function touches(range: TextRange, problems: readonly SyntaxProblem[]): boolean {
  return problems.some(
    (problem) =>
      problem.range.start <= range.end && Math.max(problem.range.end, problem.range.start) >= range.start,
  );
}

/** The member of a key; of two with the same key Python takes the last, and half-typed text proves neither. */
function memberOf(section: Section, key: string): JsonMember | undefined {
  const all = section.members.filter((member) => member.key === key);
  if (all.length > 1 && section.problems.length > 0) return undefined;
  return all.at(-1);
}

function literal(section: Section, spec: KeySpec, member: JsonMember, value: FactValue): Fact {
  return {
    name: spec.name,
    value,
    key: member.key,
    file: section.file,
    range: member.valueRange,
    keyRange: member.keyRange,
    state: 'literal',
    ...(section.role === undefined ? {} : { role: section.role }),
  };
}

/** A value that somebody else fills in before the file is used: no default may stand in for it. */
function templated(section: Section, spec: KeySpec, member: JsonMember): Fact {
  const { start, end } = member.valueRange;
  const expression = section.text.slice(start, end);
  return { ...literal(section, spec, member, null), state: 'unresolved', expression };
}

/** What the keys of one section say, and what is wrong with them. */
function literalFacts(
  section: Section,
  specs: readonly KeySpec[],
  known: boolean,
): [Fact[], SyntaxProblem[]] {
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [];
  for (const spec of specs) {
    const member = memberOf(section, spec.key);
    if (member === undefined) continue;
    if (isTemplate(member.value)) {
      facts.push(templated(section, spec, member));
      continue;
    }
    const value = readValue(member.value, spec.kind);
    if (value !== undefined) facts.push(literal(section, spec, member, value));
    // Families that are not known here may well have a list or null where others have a number.
    else if (known || ['string', 'boolean', 'number'].includes(member.value.type)) {
      if (member.value.type === 'null' && !EXPERT_KEYS.some((key) => key === spec.key)) continue;
      problems.push({
        severity: 'warning',
        message: `${spec.key} must be ${KIND_NAMES[spec.kind]}: this value is not used.`,
        range: rangeOf(member.value),
      });
    }
  }
  return [facts, problems];
}

/** Numbers of routed experts that the section states, `null` and lists included as what they come to. */
function statedExperts(members: readonly JsonMember[]): (number | 'unreadable')[] {
  return members
    .filter((member) => EXPERT_KEYS.some((key) => key === member.key))
    .map((member) => {
      if (member.value.type === 'null') return 0;
      const list = countsOf(member.value);
      if (list !== null) return Math.max(0, ...list);
      return typeof member.value.value === 'number' ? member.value.value : 'unreadable';
    });
}

function stringOf(members: readonly JsonMember[], key: string): string | null {
  const value = members.find((member) => member.key === key)?.value.value as unknown;
  return typeof value === 'string' ? value : null;
}

function hasExpertKey(members: readonly JsonMember[]): boolean {
  return members.some((member) => EXPERT_KEYS.some((key) => key === member.key));
}

/** The members whose values are surely what was meant, and the keys of the others. */
function readableMembers(
  node: Node,
  problems: readonly SyntaxProblem[],
): { readonly members: readonly JsonMember[]; readonly started: ReadonlySet<string> } {
  const started = new Set(keysWithoutValue(node));
  const members = membersOf(node).filter((member) => {
    // A mistake inside a nested section concerns the keys there.
    const sound = member.value.type === 'object' || !touches(rangeOf(member.value), problems);
    if (!sound) started.add(member.key);
    return sound;
  });
  return { members: [...members, ...members.flatMap(nestedMembers)], started };
}

/** Keys of a nested section by the path that leads to them, as `ffn_config.moe_top_k`. */
function nestedMembers(outer: JsonMember): JsonMember[] {
  if (outer.value.type !== 'object') return [];
  return membersOf(outer.value).map((inner) => ({ ...inner, key: `${outer.key}.${inner.key}` }));
}

/** The object that describes a model beside others: the part of Qwen3-Omni that reads and writes text. */
function thinkerOf(root: Node): Node {
  const thinker = membersOf(root).find(({ key }) => key === 'thinker_config')?.value;
  return thinker?.type === 'object' ? thinker : root;
}

function sectionOf(source: SourceText, whole: Node, problems: readonly SyntaxProblem[]): Section {
  const root = thinkerOf(whole);
  const outer = readableMembers(root, problems);
  const own = { file: source.file, text: source.text, top: outer.members, problems };
  if (!hasExpertKey(outer.members)) {
    for (const role of TEXT_SECTIONS) {
      const nested = outer.members.find((member) => member.key === role)?.value;
      if (nested?.type === 'object') return { ...own, role, ...readableMembers(nested, problems) };
    }
  }
  return { ...own, role: undefined, ...outer };
}

/** Something that every model config has, so that other JSON with a `num_experts` in it is left alone. */
const CONFIG_KEYS = ['model_type', 'architectures', 'num_hidden_layers'];

function isMoe(section: Section, family: Family | null): boolean {
  if (![...section.members, ...section.top].some((member) => CONFIG_KEYS.includes(member.key))) return false;
  const stated = statedExperts(section.members);
  if (stated.some((experts) => typeof experts === 'number' && experts > 1)) return true;
  return family !== null && !stated.some((experts) => typeof experts === 'number');
}

/** Tie flag of multimodal configs: it may stand beside the text section (Qwen3-VL). */
function outerTie(section: Section): Fact[] {
  if (section.role === undefined || memberOf(section, 'tie_word_embeddings') !== undefined) return [];
  const member = section.top.find(({ key }) => key === 'tie_word_embeddings');
  if (member === undefined || typeof member.value.value !== 'boolean') return [];
  const spec: KeySpec = { key: member.key, name: 'model.tieWordEmbeddings', kind: 'boolean' };
  return [literal({ ...section, role: undefined }, spec, member, member.value.value as boolean)];
}

function towerFacts(section: Section): Fact[] {
  return TOWER_SECTIONS.flatMap((role) => {
    const tower = section.top.find((member) => member.key === role)?.value;
    if (tower?.type !== 'object') return [];
    return literalFacts({ ...section, role, members: membersOf(tower) }, TOWER_KEYS, false)[0];
  });
}

function read(source: SourceText): ReadDocument | null {
  const { root, problems } = parseJson(source.text);
  if (root?.type !== 'object') return null;
  const section = sectionOf(source, root, problems);
  const modelType = stringOf(section.members, 'model_type') ?? stringOf(section.top, 'model_type');
  const architectures = section.top.find((member) => member.key === 'architectures')?.value.children ?? [];
  const family = familyOf(
    modelType,
    architectures.map((node) => String(node.value)),
    (key) => section.members.some((member) => member.key === key && member.value.value === false),
  );
  if (!isMoe(section, family)) return null;
  const specs = family === null ? COMMON_KEYS : keysOf(family);
  const [stated, wrong] = literalFacts(section, specs, family !== null);
  const facts = [...stated, ...outerTie(section)];
  const name = modelType ?? 'no model_type';
  return {
    file: source.file,
    framework: 'huggingface',
    title: `Hugging Face config (${family === null ? `${name}, a family that is not simulated` : name})`,
    kind: 'model',
    facts: [...allFacts(section, family, facts), ...towerFacts(section)],
    problems: [...problems, ...wrong],
    models: [],
  };
}

/** An object comes first. A comment above it is a mistake to be told, not the mark of another format. */
const OBJECT = /^\uFEFF?(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*\{/;

const FAMILY_MARKS = FAMILIES.flatMap((family) => [...family.modelTypes, ...family.architectures]);

export const huggingFace: Framework = {
  id: 'huggingface',
  mightBe(text) {
    if (!OBJECT.test(text.slice(0, 2_000))) return false;
    return (
      EXPERT_KEYS.some((key) => text.includes(`"${key}"`)) ||
      FAMILY_MARKS.some((mark) => text.includes(`"${mark}"`))
    );
  },
  read,
};
