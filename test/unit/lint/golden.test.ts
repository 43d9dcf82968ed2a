import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/lint/edits';
import type { Finding, Fix } from '../../../src/lint/finding';
import { mergeFindings } from '../../../src/lint/lint';
import { allRules } from '../../../src/lint/registry';
import {
  lineOf,
  lintFiguresOf,
  lintWorkspace as lintPlain,
  readAll,
  silent,
  type Want,
  type Workspace,
  wants,
  workspaces,
} from './fixtures';

const all = workspaces(fileURLToPath(new URL('../../golden/', import.meta.url)));

/** Simulating takes its time: only fixtures of rules on figures are simulated. */
const isSimulated = (workspace: Workspace): boolean =>
  Object.keys(workspace).some((file) => file.startsWith('simulated'));

function lintWorkspace(workspace: Workspace): readonly Finding[] {
  const plain = lintPlain(workspace);
  return isSimulated(workspace) ? mergeFindings([...plain, ...lintFiguresOf(workspace)]) : plain;
}

/** The workspace after a fix. */
function apply(workspace: Workspace, fix: Fix): Workspace {
  const files = [...new Set(fix.edits.map((edit) => edit.file))];
  const changed = files.map((file) => [
    file,
    applyEdits(
      workspace[file] ?? '',
      fix.edits.filter((edit) => edit.file === file),
    ),
  ]);
  return { ...workspace, ...Object.fromEntries(changed) };
}

const isWanted = (finding: Finding, want: Want, workspace: Workspace): boolean =>
  finding.rule === want.code &&
  lineOf(finding, workspace) === want.line &&
  finding.message.includes(want.message) &&
  (want.severity === null || finding.severity === want.severity);

const problemsOf = (workspace: Workspace): number =>
  readAll(workspace).flatMap((document) => document.problems).length;

describe.each(all)('%s', (_, workspace) => {
  const findings = lintWorkspace(workspace);
  const expected = wants(workspace);

  it('has the findings that its markers ask for, and no others', () => {
    for (const [file, list] of Object.entries(expected)) {
      const here = findings.filter((finding) => finding.file === file);
      const shown = here.map((f) => `${lineOf(f, workspace)} ${f.rule} ${f.severity} ${f.message}`);
      const missing = list.filter((want) => !here.some((finding) => isWanted(finding, want, workspace)));
      const extra = here.filter((finding) => !list.some((want) => isWanted(finding, want, workspace)));
      expect({ missing, extra: extra.map((f) => f.rule) }, shown.join('\n')).toEqual({
        missing: [],
        extra: [],
      });
    }
    expect(
      findings.map((finding) => finding.rule).filter((code) => silent(workspace).includes(code)),
    ).toEqual([]);
  });

  const fixed = Object.values(expected)
    .flat()
    .filter((want) => want.fix !== null);
  it.each(fixed)('$code at line $line is gone after "$fix"', (want) => {
    const finding = findings.find((candidate) => isWanted(candidate, want, workspace));
    const fix = finding?.fixes.find((candidate) => candidate.title === want.fix);
    expect(fix, finding?.fixes.map((f) => f.title).join('\n')).toBeDefined();
    const after = apply(workspace, fix!);
    expect(
      lintWorkspace(after)
        .filter((f) => f.rule === want.code)
        .map((f) => f.message),
    ).toEqual([]);
    expect(problemsOf(after)).toBeLessThanOrEqual(problemsOf(workspace));
  });
});

const offersOf = (workspace: Workspace) =>
  lintWorkspace(workspace).flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));

it.each(all.filter(([, workspace]) => offersOf(workspace).length > 0))(
  'every fix in %s ends its finding and leaves a file that can be read',
  (_, workspace) => {
    for (const { finding, fix } of offersOf(workspace)) {
      const after = apply(workspace, fix);
      const same = lintWorkspace(after).filter(
        (f) => f.rule === finding.rule && f.message === finding.message,
      );
      expect(same, `${finding.rule}: ${fix.title}`).toEqual([]);
      expect(problemsOf(after), `${finding.rule}: ${fix.title}`).toBeLessThanOrEqual(problemsOf(workspace));
    }
  },
);

describe('fixtures', () => {
  const codes = allRules.map((rule) => rule.code);

  it('show every rule at work', () => {
    const shown = new Set(all.flatMap(([, w]) => Object.values(wants(w)).flat()).map((want) => want.code));
    expect(codes.filter((code) => !shown.has(code))).toEqual(['VL012']);
  });

  it('have a silent twin for every rule', () => {
    const quiet = new Set(all.flatMap(([, w]) => silent(w)));
    expect(codes.filter((code) => !quiet.has(code))).toEqual([]);
  });
});
