import type { Finding } from '../../lint/finding';
import type { Report, View } from './report';

/** A finding as `lint --format json` prints it. */
export function findingJson(finding: Finding, { placeOf, nameOf }: Pick<View, 'placeOf' | 'nameOf'>) {
  const { rule, name, severity, message, file, related, fixes } = finding;
  return {
    rule,
    name,
    severity,
    message,
    file: nameOf(file),
    ...placeOf(finding),
    related: related.map((other) => ({
      file: nameOf(other.file),
      message: other.message,
      ...placeOf(other),
    })),
    fixes: fixes.map((fix) => ({
      title: fix.title,
      isPreferred: fix.isPreferred ?? false,
      edits: fix.edits.map((edit) => ({
        file: nameOf(edit.file),
        ...placeOf(edit),
        newText: edit.newText,
      })),
    })),
  };
}

/** A report under the names of the command-line contract. */
export function jsonReport(report: Report, view: View): string {
  const { findings, suppressed, files, configs, notes } = report;
  const json = {
    findings: findings.map((finding) => findingJson(finding, view)),
    suppressed: suppressed.map((finding) => ({
      ...findingJson(finding, view),
      suppression: finding.suppression && {
        line: view.placeOf(finding.suppression).line,
        reason: finding.suppression.reason,
      },
    })),
    files,
    configs,
    notes,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
