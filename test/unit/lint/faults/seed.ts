import type { ReadDocument } from '../../../../src/config/fact';
import { applyEdits } from '../../../../src/lint/edits';
import type { Finding, Fix } from '../../../../src/lint/finding';
import { allRules } from '../../../../src/lint/registry';
import { lintWorkspace, readAll, type Workspace } from '../fixtures';
import { broken, type Dialect, type Family, type Fault, isExpressible } from './fault';

/** One fault written down, and what the linter says. */
export interface Seeded {
  readonly fault: Fault;
  readonly dialect: Dialect;
  readonly workspace: Workspace;
  readonly documents: readonly ReadDocument[];
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
      if (written !== null) yield judged(fault, dialect, { ...written, ...fault.files });
    }
  }
}

function judged(fault: Fault, dialect: Dialect, workspace: Workspace): Seeded {
  const documents = readAll(workspace);
  const findings = lintWorkspace(workspace, documents);
  const found = findings.find((one) => one.rule === fault.rule && isAt(one, fault, dialect, documents));
  return { fault, dialect, workspace, documents, findings, found };
}

/** Whether a finding is said at the value of the option that the fault names. */
function isAt(
  finding: Finding,
  { at }: Fault,
  dialect: Dialect,
  documents: readonly ReadDocument[],
): boolean {
  if (at === undefined) return true;
  const key = dialect.key(at);
  return documents
    .flatMap(({ facts }) => facts.filter((fact) => fact.key === key))
    .some(
      ({ file, range }) =>
        file === finding.file && range.start === finding.range.start && range.end === finding.range.end,
    );
}

/** Whether the family says that this fault is not found in this format. */
export function isExcepted({ exceptions }: Family, { fault, dialect }: Seeded): boolean {
  return exceptions.some(
    ({ in: name, rules }) => dialect.name.startsWith(name) && rules.includes(fault.rule),
  );
}

/** The workspace after a fix. */
export function fixed(workspace: Workspace, { edits }: Fix): Workspace {
  const files = [...new Set(edits.map(({ file }) => file))];
  const after = files.map((file) => [
    file,
    applyEdits(
      workspace[file] ?? '',
      edits.filter((edit) => edit.file === file),
    ),
  ]);
  return { ...workspace, ...Object.fromEntries(after) };
}
