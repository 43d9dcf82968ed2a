import type { Builder } from '../builder';
import type { Family } from '../families/family';

const COUNT = 'model.sharedExperts';
const WIDTH = 'model.sharedExpertIntermediateSize';
const EXPERT = 'model.expertIntermediateSize';

type Rule = (facts: Builder, family: Family) => void;

/** One expert whose width is stated, or none where that is 0. */
const oneSized: Rule = (facts, family) => {
  const written = facts.get(WIDTH);
  if (written === undefined) return;
  const rule = `${family.title} has one shared expert, unless its width is 0`;
  facts.compute(COUNT, written.value === 0 ? 0 : 1, written, rule);
};

/**
 * What the shared experts are: none; one behind a gate, of its own width; a number of the routed width; one of the routed
 * width; one of its own width, if that is not 0; a number of their own width, or of the routed width where none is stated.
 */
const RULES = {
  none(facts, family) {
    facts.compute(COUNT, 0, undefined, `${family.title} has no shared experts`);
    facts.compute(WIDTH, 0, undefined, `${family.title} has no shared experts`);
  },
  gated: oneSized,
  'one-sized': oneSized,
  one(facts, family) {
    const width = facts.number(EXPERT);
    facts.compute(COUNT, 1, undefined, `${family.title} has one shared expert`);
    if (width !== undefined) facts.compute(WIDTH, width, facts.get(EXPERT), 'as wide as a routed expert');
  },
  counted(facts) {
    facts.conclude(COUNT, 0, undefined, 'no number of shared experts is given');
    const count = facts.get(COUNT);
    const each = facts.number(EXPERT);
    if (typeof count?.value !== 'number' || each === undefined) return;
    facts.compute(WIDTH, count.value * each, count, `${count.key} x moe_intermediate_size`);
  },
  'each-sized'(facts) {
    facts.conclude(COUNT, 0, undefined, 'no number of shared experts is given');
    const count = facts.get(COUNT);
    const own = facts.get(WIDTH);
    const each = facts.number(WIDTH) ?? facts.number(EXPERT);
    if (typeof count?.value !== 'number' || each === undefined) return;
    if (own === undefined || count.value === 1) {
      facts.compute(WIDTH, count.value * each, count, `${count.key} x moe_intermediate_size`);
    } else facts.replace(WIDTH, count.value * each, own, `${count.key} x ${own.key}`);
  },
} satisfies Readonly<Record<string, Rule>>;

export type SharedRule = keyof typeof RULES;

/** Number and total width of the shared experts, and whether a gate stands in front of them. */
export function addShared(facts: Builder, family: Family): void {
  facts.compute('model.sharedExpertGate', family.shared === 'gated', undefined, family.implementation);
  const rule: Rule = RULES[family.shared];
  rule(facts, family);
}
