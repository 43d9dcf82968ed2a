import type { Fact, ReadDocument } from '../../../../src/config/fact';
import type { Finding, Fix, TextEdit } from '../../../../src/lint/finding';
import { lintWorkspace, readAll } from '../fixtures';
import { fixed, type Seeded } from './seed';

/** What is wrong with a fix of the finding that was seeded; nothing when it does what it says and no more. */
export function faultsOfFix({ workspace, documents, findings, found }: Seeded, fix: Fix): readonly string[] {
  const after = fixed(workspace, fix);
  const documentsAfter = readAll(after);
  const findingsAfter = lintWorkspace(after, documentsAfter);
  return [
    ...staying(findings, findingsAfter, found!, fix),
    ...introduced(findings, findingsAfter),
    ...changedBeside(documents, documentsAfter, fix),
    ...promised(documentsAfter, fix),
  ];
}

const countOf = (findings: readonly Finding[], rule: string): number =>
  findings.filter((finding) => finding.rule === rule).length;

function staying(
  before: readonly Finding[],
  after: readonly Finding[],
  { rule }: Finding,
  fix: Fix,
): string[] {
  const isOffered = after.some(
    (one) => one.rule === rule && one.fixes.some(({ title }) => title === fix.title),
  );
  return [
    ...(countOf(after, rule) < countOf(before, rule) ? [] : [`${rule} is said as before`]),
    ...(isOffered ? ['the fix is offered again'] : []),
  ];
}

function introduced(before: readonly Finding[], after: readonly Finding[]): string[] {
  return [...new Set(after.map(({ rule }) => rule))]
    .filter((rule) => countOf(after, rule) > countOf(before, rule))
    .map((rule) => `${rule} is new`);
}

/** Facts that stand in a file, by what they say. */
const statements = (documents: readonly ReadDocument[]): readonly Fact[] =>
  documents.flatMap(({ facts }) => facts.filter(({ state }) => state !== 'default' && state !== 'derived'));

const says = ({ name, key, value, expression }: Fact): string =>
  JSON.stringify([name, key, value, expression]);

/** What a file said that no edit touches, and does not say any more. */
function changedBeside(
  before: readonly ReadDocument[],
  after: readonly ReadDocument[],
  { edits }: Fix,
): string[] {
  const still = new Set(statements(after).map(says));
  return statements(before)
    .filter((fact) => !still.has(says(fact)) && !edits.some((edit) => touches(edit, fact)))
    .map((fact) => `${fact.key} is lost`);
}

function touches({ file, range }: TextEdit, fact: Fact): boolean {
  const places = [
    { file: fact.file, range: fact.range },
    { file: fact.file, range: fact.keyRange },
    ...(fact.via ?? []).map((step) => ({ file: step.file ?? fact.file, range: step.range })),
  ];
  return places.some(
    (place) => place.file === file && range.start < place.range.end && place.range.start < range.end,
  );
}

/** `Add --flag`, `Rename it to key`: the option that a title names is one that the file is read to have. */
function promised(after: readonly ReadDocument[], { title }: Fix): string[] {
  const named = /^(?:Add|Replace it with|Rename it to) "?((?:--)?[A-Za-z][\w.-]*)/.exec(title)?.[1];
  if (named === undefined || !/[-_.]/.test(named)) return [];
  const isThere = statements(after).some(
    ({ key }) => key === named || key.startsWith(`${named}.`) || key.endsWith(`.${named}`),
  );
  return isThere ? [] : [`${named} is not read`];
}
