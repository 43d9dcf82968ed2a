import type { Fact } from '../../../../src/config/fact';
import type { Finding } from '../../../../src/lint/finding';
import { allRules } from '../../../../src/lint/registry';
import { lintWorkspace, readAll, type Workspace } from '../fixtures';
import { broken, type Dialect, type Family, type Fault, isExpressible } from './fault';

/** One fault written down, and what the linter says. */
export interface Seeded {
  readonly fault: Fault;
  readonly dialect: Dialect;
  readonly workspace: Workspace;
  readonly findings: readonly Finding[];
  /** The finding of the fault's rule at its place. */
  readonly found: Finding | undefined;
}

const frameworksOf = new Map(allRules.map(({ code, frameworks }) => [code, frameworks]));

/** Every fault of a family in every format that can hold it, of a framework that its rule looks at. */
export function* seeded(family: Family): Generator<Seeded> {
  for (const dialect of family.dialects) {
    for (const fault of family.faults) {
      if (!frameworksOf.get(fault.rule)?.includes(dialect.framework) || !isExpressible(dialect, fault))
        continue;
      const written = dialect.write(broken(family, fault));
      if (written === null) continue;
      const workspace = { ...written, ...fault.files };
      const findings = lintWorkspace(workspace);
      yield {
        fault,
        dialect,
        workspace,
        findings,
        found: findings.find((one) => isAt(one, fault, dialect, workspace)),
      };
    }
  }
}

function isAt(finding: Finding, { rule, at }: Fault, dialect: Dialect, workspace: Workspace): boolean {
  if (finding.rule !== rule) return false;
  if (at === undefined) return true;
  const places = readAll(workspace).flatMap((document) => placesOf(document.facts, dialect.key(at)!));
  return places.some(
    ({ file, range }) =>
      file === finding.file && range.start === finding.range.start && range.end === finding.range.end,
  );
}

const placesOf = (facts: readonly Fact[], key: string): readonly Fact[] =>
  facts.filter((fact) => fact.key === key);

/** Whether the family says that this fault is not found in this format, and why. */
export function isExcepted(
  { exceptions }: Family,
  { fault, dialect }: Pick<Seeded, 'fault' | 'dialect'>,
): boolean {
  return exceptions.some(
    ({ in: name, rules }) => dialect.name.startsWith(name) && rules.includes(fault.rule),
  );
}
