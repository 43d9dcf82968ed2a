import { homepage, version } from '../../../package.json';
import type { Location } from '../../config/fact';
import type { Finding, Fix, Severity } from '../../lint/finding';
import { ruleMarkdown } from '../../lint/markdown';
import { allRules } from '../../lint/registry';
import type { RuleDescription } from '../../lint/rule';
import { fingerprints } from './fingerprint';
import type { Report, View } from './report';
import { rootUri, uriFrom } from './uri';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const ROOT = 'SRCROOT';
/** Of our own making, and its version: a change of what is hashed is a change of the name. */
const FINGERPRINT = 'moeScopeFinding/v1';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
/** What GitHub sorts results by. */
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
};

/** A report as SARIF 2.1.0 (OASIS standard), for code scanning. `disabled`: codes of rules that did not run. */
export function sarifReport(report: Report, view: View, disabled: readonly string[]): string {
  const rules = allRules.filter(({ code }) => !disabled.includes(code));
  const indexes = new Map(rules.map(({ code }, index) => [code, index]));
  const results = [...report.findings, ...report.suppressed];
  const marks = fingerprints(results, view);
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'MoE Scope',
            version,
            semanticVersion: version,
            informationUri: homepage,
            rules: rules.map(descriptor),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.notes.map((text) => ({ level: 'warning', message: { text } })),
          },
        ],
        originalUriBaseIds: {
          [ROOT]: { uri: rootUri(view.root), description: { text: 'The root of the repository.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: results.map((finding, i) => result(finding, marks[i]!, indexes.get(finding.rule), view)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor(rule: RuleDescription) {
  return {
    id: rule.code,
    name: rule.name,
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\nSource: ${rule.source}`, markdown: ruleMarkdown(rule) },
    helpUri: `${homepage.replace(/#.*$/, '')}/blob/main/docs/rules/${rule.code}.md`,
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: rule.frameworks, 'problem.severity': problemSeverities[rule.severity] },
  };
}

function result(finding: Finding, fingerprint: string, ruleIndex: number | undefined, view: View) {
  const { rule, severity, message, fixes, suppression } = finding;
  const related = finding.related.filter(({ file }) => view.textOf(file) !== undefined);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(finding, view) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, index) => ({
        id: index + 1,
        physicalLocation: physicalLocation(other, view),
        message: { text: other.message },
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => sarifFix(fix, view)) }),
    // The standard wants them on all results of a run, or on none.
    suppressions: suppression
      ? [
          {
            kind: 'inSource',
            ...(suppression.reason === null ? {} : { justification: suppression.reason }),
            location: { physicalLocation: physicalLocation(suppression, view) },
          },
        ]
      : [],
    partialFingerprints: { [FINGERPRINT]: fingerprint },
  };
}

function artifactLocation(file: string, { root }: View) {
  const { uri, isBelow } = uriFrom(root, file);
  return isBelow ? { uri, uriBaseId: ROOT } : { uri };
}

function physicalLocation(location: Location, view: View) {
  return { artifactLocation: artifactLocation(location.file, view), region: region(location, view) };
}

function region(location: Location, { placeOf }: View) {
  const { line, column, endLine, endColumn } = placeOf(location);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function sarifFix({ title, edits }: Fix, view: View) {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifactLocation(file, view),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map((edit) => ({
          deletedRegion: region(edit, view),
          ...(edit.newText === '' ? {} : { insertedContent: { text: edit.newText } }),
        })),
    })),
  };
}
