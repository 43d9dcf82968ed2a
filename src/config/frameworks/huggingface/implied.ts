import type { Fact } from '../../fact';
import { isTemplate } from '../../syntax/json';
import { unknownQuantisation, weightFormat } from '../shared/weight-dtype';
import { Builder } from './builder';
import { type Family, keysOf } from './families/family';
import { OTHER_MODELS } from './families/others';
import { addLayers } from './rules/layers';
import { addMixers, WINDOW_KEYS } from './rules/mixers';
import { addRouter } from './rules/router';
import { addShared } from './rules/shared';
import { addStatedExpertWidth, addWidths } from './rules/widths';
import type { Section } from './section';

function addName(facts: Builder): void {
  const { section } = facts;
  const own = section.top.find((member) => member.key === '_name_or_path');
  const value = own?.value.value as unknown;
  if (own !== undefined && typeof value === 'string' && value !== '' && !isTemplate(own.value)) {
    facts.fromMember('model.name', value, own);
    return;
  }
  const parts = section.file.split(/[\\/:]/).filter((part) => part !== '');
  const last = (parts.at(-1) ?? '').replace(/\.json$/, '');
  const name = last === 'config' ? parts.at(-2) : last.replace(/\.config$/, '');
  if (name === undefined || name === '' || name === '.') return;
  const range = { start: 0, end: 0 };
  const origin = "the file's name";
  facts.add({ name: 'model.name', value: name, state: 'derived', key: 'file name', range, origin });
}

function addWeightDtype(facts: Builder): void {
  const { members, top } = facts.section;
  const format = weightFormat(members, top);
  if (format !== null) facts.fromMember('model.weightDtype', format.dtype, format.member, format.rule);
  const unknown = unknownQuantisation(members, top);
  if (unknown === null) return;
  const { key, keyRange } = unknown.member;
  const expression = `the format of quantization_config${unknown.method}`;
  facts.add({
    name: 'model.weightDtype',
    value: null,
    state: 'unresolved',
    key,
    range: keyRange,
    expression,
  });
}

function addUnknownType(facts: Builder): void {
  const { typeMember } = facts;
  const value = typeMember?.value.value as unknown;
  if (typeMember === undefined || typeof value !== 'string' || isTemplate(typeMember.value)) return;
  const other = OTHER_MODELS.find(({ modelTypes }) => modelTypes.includes(value));
  if (other === undefined) facts.fromMember('huggingface.modelType', value, typeMember);
  else {
    const sentence = `${other.title} is not simulated: ${other.why}.`;
    facts.fromMember('huggingface.notSimulated', sentence, typeMember);
  }
}

function addFamily(facts: Builder, family: Family): void {
  const own = facts.typeMember;
  if (own?.value.value === family.id) facts.fromMember('model.family', family.id, own);
  else if (own !== undefined) facts.fromMember('model.family', family.id, own, `read as ${family.title}`);
  for (const [name, value] of Object.entries(family.implied)) {
    const origin = `${family.implementation}: every ${family.title} model`;
    facts.add({ name, value, state: 'default', key: 'model_type', range: facts.anchor, origin });
  }
}

/** Keys that bring parts which the family's entry does not describe: what they come to is not known here. */
function refuseUnknownVariants(facts: Builder, family: Family): void {
  for (const [key, what] of Object.entries(family.unknownVariants ?? {})) {
    const member = facts.member(key);
    const value = member?.value.value as unknown;
    if (member === undefined || value === null || value === false || value === 0) continue;
    facts.refuse(`${family.title} with ${what}`, key);
  }
}

/** Keys whose meaning depends on the family. */
function addFamilyKeys(facts: Builder, family: Family): void {
  const bias = family.attentionBias === 'none' ? undefined : facts.member('attention_bias');
  if (typeof bias?.value.value === 'boolean') {
    const value = bias.value.value as boolean;
    facts.fromMember('model.qkvBias', value, bias);
    if (family.attentionBias === 'all') facts.fromMember('model.outputBias', value, bias);
  }
  const norm = family.useQkNorm === undefined ? undefined : facts.member('use_qk_norm');
  if (norm !== undefined && typeof norm.value.value === 'boolean') {
    const value = norm.value.value ? (family.useQkNorm ?? 'none') : 'none';
    facts.fromMember('model.qkNorm', value, norm, 'use_qk_norm');
  }
  const key = WINDOW_KEYS[family.mixers];
  const window = key === undefined ? undefined : facts.count(key);
  if (key !== undefined && window !== undefined && window > 0) {
    facts.fromMember('model.slidingWindow', window, facts.member(key)!);
  }
}

/** Keys of facts that the table of keys does not hold. */
const EXTRA_KEYS: Readonly<Record<string, string>> = {
  'model.outputBias': 'attention_bias',
  'model.qkNorm': 'use_qk_norm',
};

function addDefaults(facts: Builder, family: Family): void {
  if (!facts.whole) return;
  const specs = keysOf(family);
  for (const [name, value] of Object.entries(family.defaults)) {
    if (facts.get(name) !== undefined) continue;
    const keys = specs.filter((spec) => spec.name === name).map((spec) => spec.key);
    const extra = name === 'model.slidingWindow' ? WINDOW_KEYS[family.mixers] : EXTRA_KEYS[name];
    if (extra !== undefined) keys.push(extra);
    // A key that is there with `null` or a value of the wrong type is not absent.
    if (keys.some((key) => facts.member(key) !== undefined || facts.section.started.has(key))) continue;
    const origin = `${family.source}: the default`;
    facts.add({ name, value, state: 'default', key: keys[0] ?? 'model_type', range: facts.anchor, origin });
  }
}

function addMtp(facts: Builder, family: Family): void {
  if (family.mtpKnown === false) {
    const why = `what the multi-token-prediction modules of ${family.title} hold is not known here`;
    facts.replace('model.mtpLayers', 0, undefined, why);
  } else if (!facts.section.started.has('num_nextn_predict_layers')) {
    facts.conclude('model.mtpLayers', 0, undefined, 'the file names no multi-token-prediction layers');
  }
}

/** In this order: later rules use what earlier ones add. */
const RULES: readonly ((facts: Builder, family: Family) => void)[] = [
  addFamily,
  refuseUnknownVariants,
  addFamilyKeys,
  addStatedExpertWidth,
  addDefaults,
  addWidths,
  addLayers,
  addMtp,
  addMixers,
  addShared,
  addRouter,
];

/** What the file states, and what a family's code adds: defaults of absent keys, and what follows from both. */
export function allFacts(section: Section, family: Family | null, stated: readonly Fact[]): Fact[] {
  const facts = new Builder(section, [...stated]);
  addName(facts);
  addWeightDtype(facts);
  if (family === null) addUnknownType(facts);
  else for (const rule of RULES) rule(facts, family);
  return [...facts.stated, ...facts.added];
}
