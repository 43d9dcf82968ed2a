import type { Fact, FactState, FactValue, TextRange } from '../../fact';
import type { JsonMember } from '../../syntax/json';
import type { Section } from './section';

interface Draft {
  readonly name: string;
  readonly value: FactValue;
  readonly state: FactState;
  readonly key: string;
  readonly range: TextRange;
  readonly keyRange?: TextRange;
  readonly origin?: string;
  readonly expression?: string;
}

/** Layer count up to which per-layer lists are built; no model comes near it. */
const MAX_LAYERS = 10_000;

/** The facts of one section, stated ones first, to which the rules below add. */
export class Builder {
  readonly added: Fact[] = [];
  /** Half-typed text may hide a key that is there: nothing may rest on its absence then. */
  readonly whole: boolean;
  readonly typeMember: JsonMember | undefined;

  constructor(
    readonly section: Section,
    /** What the file states; owned by the builder, which may replace some of it. */
    readonly stated: Fact[],
  ) {
    this.whole = section.problems.length === 0;
    this.typeMember = this.member('model_type') ?? this.member('architectures');
  }

  /** Where facts lead that no key of their own says: the line that names the family. */
  get anchor(): TextRange {
    return this.typeMember?.valueRange ?? { start: 0, end: 0 };
  }

  /** The strings of a list, `null` where an entry is none; `undefined` where the key holds no list. */
  strings(key: string): readonly (string | null)[] | undefined {
    const list = this.member(key)?.value;
    if (list?.type !== 'array') return undefined;
    return (list.children ?? []).map((node) => {
      const value = node.value as unknown;
      return typeof value === 'string' ? value : null;
    });
  }

  /** The whole numbers of a list; `undefined` where the key holds anything else. */
  numbers(key: string): readonly number[] | undefined {
    const list = this.member(key)?.value;
    if (list?.type !== 'array') return undefined;
    const values = (list.children ?? []).map((node) => node.value as unknown);
    return values.every((value) => Number.isSafeInteger(value)) ? (values as number[]) : undefined;
  }

  text(key: string): string | undefined {
    const value = this.member(key)?.value.value as unknown;
    return typeof value === 'string' ? value : undefined;
  }

  /** Whole number under a key; `undefined` for anything else. */
  count(key: string): number | undefined {
    const value = this.member(key)?.value.value as unknown;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  }

  truth(key: string): boolean | undefined {
    const value = this.member(key)?.value.value as unknown;
    return typeof value === 'boolean' ? value : undefined;
  }

  /** Layers of the model as far as they are listed one by one; none where their number is not known. */
  layers(): readonly number[] {
    const count = this.number('model.layers') ?? 0;
    return count > MAX_LAYERS ? [] : Array.from({ length: count }, (_, layer) => layer);
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

  /** Like `compute`, from a key that states no fact of its own. */
  computeAt(
    name: string,
    value: FactValue,
    place: { readonly key: string; readonly range: TextRange; readonly keyRange: TextRange },
    origin: string,
  ): void {
    if (this.get(name) === undefined) this.add({ name, value, state: 'derived', ...place, origin });
  }

  /** Computed in place of what `from` says by itself. */
  replace(name: string, value: FactValue, from: Fact | undefined, origin: string): void {
    for (const facts of [this.stated, this.added]) {
      for (let index = facts.length - 1; index >= 0; index--) {
        if (facts[index]?.name === name) facts.splice(index, 1);
      }
    }
    this.compute(name, value, from, origin);
  }

  /** Parts of the model that are not described here: what is refused says so, at the key that brings them. */
  refuse(what: string, key: string): void {
    const member = this.member(key);
    if (member === undefined) return;
    this.fromMember('huggingface.notSimulated', `${what} (${key}) is not simulated yet.`, member);
  }

  /** Follows from what the file does not say, so only from text that is whole. */
  conclude(name: string, value: FactValue, from: Fact | undefined, origin: string): void {
    if (this.whole) this.compute(name, value, from, origin);
  }
}
