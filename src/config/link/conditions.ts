import type { Fact } from '../fact';

function sameValue(a: Fact, b: Fact): boolean {
  return (
    a.state !== 'unresolved' &&
    b.state !== 'unresolved' &&
    JSON.stringify(a.value) === JSON.stringify(b.value)
  );
}

/** What only some branches of the script say is not known of the job: one unresolved fact stands for it. */
export function settleConditions(facts: readonly Fact[]): Fact[] {
  const settled: Fact[] = [];
  const open = new Set<string>();
  for (const fact of facts) {
    const all = facts.filter((other) => other.name === fact.name);
    const certain = all.find((other) => other.condition === undefined);
    if (all.every((other) => other.condition === undefined)) settled.push(fact);
    else if (certain !== undefined && all.every((other) => sameValue(other, certain))) {
      if (fact === certain) settled.push(fact);
    } else if (!open.has(fact.name)) {
      open.add(fact.name);
      const first = all.find((other) => other.condition !== undefined) ?? fact;
      const { condition, via: _, ...rest } = first;
      settled.push({ ...rest, value: null, state: 'unresolved', expression: condition ?? '' });
    }
  }
  return settled;
}
