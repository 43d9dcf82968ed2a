import type { Fact, FactState, FactValue, TextRange } from '../../fact';
import type { JsonMember } from '../../syntax/json';
import { weightFormat } from '../shared/weight-dtype';
import type { Family } from './families';
import { COMMON_KEYS } from './keys';
import type { Section } from './section';

interface Draft {
  readonly name: string;
  readonly value: FactValue;
  readonly state: FactState;
  readonly key: string;
  readonly range: TextRange;
  readonly keyRange?: TextRange;
  readonly origin?: string;
}

/** Layer count up to which per-layer lists are built; no model comes near it. */
const MAX_LAYERS = 10_000;

/** The facts of one section, stated ones first, to which the rules below add. */
class Builder {
  readonly added: Fact[] = [];
  /** Half-typed text may hide a key that is there: nothing may rest on its absence then. */
  readonly whole: boolean;
  readonly typeMember: JsonMember | undefined;

  constructor(
    readonly section: Section,
    readonly stated: readonly Fact[],
  ) {
    this.whole = section.problems.length === 0;
    this.typeMember = this.member('model_type') ?? this.member('architectures');
  }

  /** Where facts lead that no key of their own says: the line that names the family. */
  get anchor(): TextRange {
    return this.typeMember?.valueRange ?? { start: 0, end: 0 };
  }

  member(key: string): JsonMember | undefined {
    const { members, top } = this.section;
    return members.find((member) => member.key === key) ?? top.find((member) => member.key === key);
  }

  get(name: string): Fact | undefined {
    return [...this.stated, ...this.added].find((fact) => fact.name === name);
  }

  number(name: string): number | undefined {
    const value = this.get(name)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  add(draft: Draft): void {
    this.added.push({
      file: this.section.file,
      ...(this.section.role === undefined ? {} : { role: this.section.role }),
      ...draft,
      keyRange: draft.keyRange ?? draft.range,
    });
  }

  fromMember(name: string, value: FactValue, member: JsonMember, origin?: string): void {
    this.add({
      name,
      value,
      state: origin === undefined ? 'literal' : 'derived',
      key: member.key,
      range: member.valueRange,
      keyRange: member.keyRange,
      ...(origin === undefined ? {} : { origin }),
    });
  }

  /** Computed from `from`, which the file states. */
  compute(name: string, value: FactValue, from: Fact | undefined, origin: string): void {
    if (this.get(name) !== undefined) return;
    const place = from ?? { key: 'model_type', range: this.anchor, keyRange: this.anchor };
    this.add({
      name,
      value,
      state: 'derived',
      key: place.key,
      range: place.range,
      keyRange: place.keyRange,
      origin,
    });
  }

  /** Follows from what the file does not say, so only from text that is whole. */
  conclude(name: string, value: FactValue, from: Fact | undefined, origin: string): void {
    if (this.whole) this.compute(name, value, from, origin);
  }
}

function addName(facts: Builder): void {
  const { section } = facts;
  const own = section.top.find((member) => member.key === '_name_or_path');
  const value = own?.value.value as unknown;
  if (own !== undefined && typeof value === 'string' && value !== '') {
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
  const format = weightFormat(facts.section.members, facts.section.top);
  if (format !== null) facts.fromMember('model.weightDtype', format.dtype, format.member, format.rule);
}

function addUnknownType(facts: Builder): void {
  const value = facts.typeMember?.value.value as unknown;
  if (facts.typeMember !== undefined && typeof value === 'string') {
    facts.fromMember('huggingface.modelType', value, facts.typeMember);
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

/** Keys whose meaning depends on the family. */
function addFamilyKeys(facts: Builder, family: Family): void {
  const bias = family.attentionBias ? facts.member('attention_bias') : undefined;
  if (typeof bias?.value.value === 'boolean') {
    const value = bias.value.value as boolean;
    facts.fromMember('model.qkvBias', value, bias);
    facts.fromMember('model.outputBias', value, bias);
  }
  const sliding = family.sliding === 'none' ? undefined : facts.member('sliding_window');
  const window = sliding?.value.value as unknown;
  if (sliding !== undefined && typeof window === 'number' && Number.isSafeInteger(window) && window > 0) {
    facts.fromMember('model.slidingWindow', window, sliding);
  }
}

/** Keys of facts that the common table does not hold. */
const EXTRA_KEYS: Readonly<Record<string, string>> = {
  'model.slidingWindow': 'sliding_window',
  'model.outputBias': 'attention_bias',
};

function addDefaults(facts: Builder, family: Family): void {
  if (!facts.whole) return;
  for (const [name, value] of Object.entries(family.defaults)) {
    if (facts.get(name) !== undefined) continue;
    const keys = COMMON_KEYS.filter((spec) => spec.name === name).map((spec) => spec.key);
    const extra = EXTRA_KEYS[name];
    if (extra !== undefined) keys.push(extra);
    // A key that is there with `null` or a value of the wrong type is not absent.
    if (keys.some((key) => facts.member(key) !== undefined || facts.section.started.has(key))) continue;
    const origin = `${family.source}: the default`;
    facts.add({ name, value, state: 'default', key: keys[0] ?? 'model_type', range: facts.anchor, origin });
  }
}

function addWidths(facts: Builder, family: Family): void {
  const width = facts.get('model.intermediateSize');
  if (family.intermediateIs === 'expert' && width !== undefined) {
    facts.added.push({ ...width, name: 'model.expertIntermediateSize' });
  }
  const heads = facts.get('model.attentionHeads');
  if (heads !== undefined) {
    const rule = 'num_attention_heads, where num_key_value_heads is absent';
    facts.conclude('model.kvHeads', heads.value, heads, rule);
  }
  if (family.attention === 'mla') {
    const nope = facts.number('model.mla.qkNopeHeadDim');
    const rope = facts.number('model.mla.qkRopeHeadDim');
    if (nope === undefined || rope === undefined) return;
    const rule = 'width of a query head: qk_nope_head_dim + qk_rope_head_dim';
    facts.compute('model.headDim', nope + rope, facts.get('model.mla.qkNopeHeadDim'), rule);
    return;
  }
  const hidden = facts.get('model.hiddenSize');
  const count = heads?.value;
  if (
    typeof hidden?.value === 'number' &&
    typeof count === 'number' &&
    count > 0 &&
    hidden.value % count === 0
  ) {
    const rule = 'hidden_size / num_attention_heads, where head_dim is absent';
    facts.conclude('model.headDim', hidden.value / count, hidden, rule);
  }
}

function addLayers(facts: Builder, family: Family): void {
  const frequency = facts.get('model.moeLayerFrequency');
  if (family.layers === 'sparse-step') {
    if (typeof frequency?.value === 'number') {
      const rule = 'layer i is MoE where (i + 1) % decoder_sparse_step = 0';
      facts.compute('model.moeLayerOffset', Math.max(0, frequency.value - 1), frequency, rule);
    }
  } else {
    facts.conclude('model.moeLayerFrequency', 1, undefined, `every layer of ${family.title} is MoE`);
    facts.compute('model.moeLayerOffset', 0, frequency, 'layer i is MoE where i % moe_layer_freq = 0');
  }
  if (family.layers !== 'first-dense') {
    facts.compute('model.firstDenseLayers', 0, undefined, `${family.title} has no leading dense layers`);
  }
  if (!facts.section.started.has('num_nextn_predict_layers')) {
    facts.conclude('model.mtpLayers', 0, undefined, 'the file names no multi-token-prediction layers');
  }
}

function addShared(facts: Builder, family: Family): void {
  const width = 'model.sharedExpertIntermediateSize';
  facts.compute('model.sharedExpertGate', family.shared === 'gated', undefined, family.implementation);
  if (family.shared === 'none') {
    facts.compute('model.sharedExperts', 0, undefined, `${family.title} has no shared experts`);
    facts.compute(width, 0, undefined, `${family.title} has no shared experts`);
  } else if (family.shared === 'gated') {
    const written = facts.get(width);
    if (written === undefined) return;
    const rule = `${family.title} has one shared expert, unless its width is 0`;
    facts.compute('model.sharedExperts', written.value === 0 ? 0 : 1, written, rule);
  } else {
    facts.conclude('model.sharedExperts', 0, undefined, 'n_shared_experts is null');
    const count = facts.get('model.sharedExperts');
    const each = facts.number('model.expertIntermediateSize');
    if (typeof count?.value !== 'number' || each === undefined) return;
    facts.compute(width, count.value * each, count, 'n_shared_experts x moe_intermediate_size');
  }
}

function addRouter(facts: Builder, family: Family): void {
  if (family.attention !== 'mla') {
    facts.compute('model.router.groups', 1, undefined, `${family.title} routes over all experts`);
    facts.compute('model.router.topkGroups', 1, undefined, `${family.title} routes over all experts`);
    return;
  }
  facts.conclude('model.router.groups', 1, undefined, 'n_group is null: no groups');
  facts.conclude('model.router.topkGroups', 1, undefined, 'topk_group is null: no groups');
  const method = facts.get('huggingface.topkMethod');
  if (method !== undefined) {
    const rule = 'topk_method noaux_tc has a correction bias per expert';
    facts.compute('model.router.correctionBias', method.value === 'noaux_tc', method, rule);
  } else {
    const rule = `${family.implementation}: e_score_correction_bias`;
    facts.conclude('model.router.correctionBias', family.id !== 'deepseek_v2', undefined, rule);
  }
}

function addSlidingLayers(facts: Builder, family: Family): void {
  const layers = facts.number('model.layers');
  const window = facts.get('model.slidingWindow');
  if (window === undefined || layers === undefined || layers > MAX_LAYERS) return;
  const every = Array.from({ length: layers }, (_, i) => i);
  const types = facts.member('layer_types');
  if (family.sliding === 'layer-types' && types?.value.type === 'array') {
    const chosen = (types.value.children ?? []).flatMap((node, i) =>
      node.value === 'sliding_attention' ? [i] : [],
    );
    facts.fromMember(
      'model.slidingLayers',
      chosen,
      types,
      'the layers that layer_types calls sliding_attention',
    );
  } else if (family.sliding === 'layer-types') {
    const rule = `${family.source}: every other layer, from the first`;
    facts.conclude(
      'model.slidingLayers',
      every.filter((i) => i % 2 === 0),
      window,
      rule,
    );
  } else if (family.sliding === 'all') {
    facts.compute('model.slidingLayers', every, window, 'sliding_window is set: all layers');
  }
}

/** In this order: later rules use what earlier ones add. */
const RULES: readonly ((facts: Builder, family: Family) => void)[] = [
  addFamily,
  addFamilyKeys,
  addDefaults,
  addWidths,
  addLayers,
  addShared,
  addRouter,
  addSlidingLayers,
];

/** What a family's code adds to what the file states: defaults of absent keys, and what follows from both. */
export function impliedFacts(section: Section, family: Family | null, stated: readonly Fact[]): Fact[] {
  const facts = new Builder(section, stated);
  addName(facts);
  addWeightDtype(facts);
  if (family === null) addUnknownType(facts);
  else for (const rule of RULES) rule(facts, family);
  return facts.added;
}
