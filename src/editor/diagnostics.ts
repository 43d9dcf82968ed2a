import * as vscode from 'vscode';
import type { Finding, Severity } from '../lint/finding';
import type { Positions } from './convert';
import { ruleCommandUri } from './rule-pages';
import type { Session } from './session';

export const SOURCE = 'MoE Scope';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** Shows the findings of every file that the session follows, and takes them away with the file. */
export function publishDiagnostics(session: Session): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('moe-scope');
  const subscription = session.onDidChangeFindings((uri) => {
    const positions = session.positions(uri.toString());
    if (positions)
      collection.set(
        uri,
        session.findings(uri).map((finding) => toDiagnostic(finding, positions, session)),
      );
    else collection.delete(uri);
  });
  return vscode.Disposable.from(collection, subscription);
}

function toDiagnostic(finding: Finding, own: Positions, session: Session): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    own.range(finding.range),
    finding.message,
    severities[finding.severity],
  );
  diagnostic.source = SOURCE;
  diagnostic.code = { value: finding.rule, target: ruleCommandUri(finding.rule) };
  diagnostic.relatedInformation = finding.related.flatMap(({ file, range, message }) => {
    // None for a preset's facts, which have no file to lead to.
    const positions = file === finding.file ? own : session.positions(file);
    if (!positions) return [];
    const location = new vscode.Location(vscode.Uri.parse(file), positions.range(range));
    return [new vscode.DiagnosticRelatedInformation(location, message)];
  });
  return diagnostic;
}
