import { describe, expect, it } from 'vitest';
import { allRules } from '../../../../src/lint/registry';
import { lintWorkspace } from '../fixtures';
import { families } from './families';
import type { Family } from './fault';
import { faultsOfFix } from './fixes';
import { isExcepted, type Seeded, seeded } from './seed';
import { textFaults } from './text-faults';

const known = new Map<Family, readonly Seeded[]>();

/** Faults are seeded once for all that is looked at. */
function faultsOf(family: Family): readonly Seeded[] {
  const all = known.get(family) ?? [...seeded(family)];
  known.set(family, all);
  return all;
}

const nameOf = ({ fault, dialect }: Seeded): string => `${fault.rule} in ${dialect.name}`;

describe.each(families.map((family) => [family.name, family] as const))('%s', (_, family) => {
  it('is clean in every format before a fault is seeded', () => {
    const said = family.dialects.flatMap((dialect) =>
      Object.entries(family.bases).flatMap(([base, options]) => {
        const workspace = dialect.write(options);
        const findings = workspace === null ? [] : lintWorkspace(workspace);
        return findings
          .filter(({ severity }) => severity !== 'info')
          .map(({ rule, message }) => `${base} in ${dialect.name}: ${rule} ${message}`);
      }),
    );
    expect(said).toEqual([]);
  });

  it('has every fault found at its place in every format', () => {
    const all = faultsOf(family);
    const missed = all.filter((one) => one.found === undefined && !isExcepted(family, one));
    expect(missed.map((one) => `${nameOf(one)}: ${one.findings.map(({ rule }) => rule).join(', ')}`)).toEqual(
      [],
    );
    expect(new Set(all.map(({ fault }) => fault)).size, 'faults that are seeded').toBe(family.faults.length);
  });

  it('has no exception that is found all the same', () => {
    const found = faultsOf(family).filter((one) => one.found !== undefined && isExcepted(family, one));
    expect(found.map(nameOf)).toEqual([]);
  });

  it('has fixes that end their finding, bring no other, change nothing else and are offered once', () => {
    const wrong = faultsOf(family).flatMap((one) =>
      (one.found?.fixes ?? []).flatMap((fix) =>
        faultsOfFix(one, fix).map((what) => `${nameOf(one)}, ${fix.title}: ${what}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

/** Text that no program reads. */
describe('a text that is spoilt', () => {
  const dialects = families.flatMap((family) =>
    family.dialects.map((dialect) => [dialect.name, dialect, Object.values(family.bases)[0]!] as const),
  );
  it.each(dialects)('is reported: %s', (name, dialect, options) => {
    const workspace = dialect.write(options)!;
    // Behind a text over several lines nobody knows which of the quotes was left open.
    const seeded = textFaults(workspace).filter(({ rule }) => rule !== 'MS000' || !name.endsWith(', string'));
    const missed = seeded.filter(
      (fault) => !lintWorkspace(fault.workspace).some(({ rule }) => rule === fault.rule),
    );
    expect(missed.map(({ rule, what }) => `${rule}: ${what}`)).toEqual([]);
  });
});

/** Rules whose fault is not seeded here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  VL012: 'the config.json of a dense model is no MoE config, so that none is read',
};

it('has a fault for every rule', () => {
  const text = ['GN001', 'GN017', 'MS000'];
  const covered = new Set([...text, ...families.flatMap(({ faults }) => faults.map(({ rule }) => rule))]);
  // Figures are seeded in figures.test.ts.
  const open = allRules
    .filter(({ code, simulated }) => !covered.has(code) && !simulated)
    .map(({ code }) => code);
  expect(open).toEqual(Object.keys(ELSEWHERE));
});
