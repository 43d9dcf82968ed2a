import { isAbsolute, relative, sep } from 'node:path';
import type { Finding, Severity } from '../../lint/finding';
import type { Report, View } from './report';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** As the runner decodes them: actions/runner@42fe310, src/Runner.Common/ActionCommand.cs. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands, which GitHub shows as annotations on the lines of a pull request. */
export function githubReport({ findings }: Report, view: View): string {
  return findings.map((finding) => `${annotation(finding, view)}\n`).join('');
}

function annotation(finding: Finding, { placeOf, root }: View): string {
  const { line, column, endLine, endColumn } = placeOf(finding);
  const properties: readonly (readonly [string, string | number])[] = [
    ['file', fileFrom(root, finding.file)],
    ['line', line],
    ['endLine', endLine],
    // The runner drops columns of what goes over several lines (actions/runner@02523b9, ActionCommandManager.cs).
    ...(line === endLine
      ? ([
          ['col', column],
          ['endColumn', endColumn],
        ] as const)
      : []),
    ['title', `${finding.rule} ${finding.name}`],
  ];
  const written = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
  return `::${commands[finding.severity]} ${written}::${data(finding.message)}`;
}

/** Annotations find files from the root of the repository. */
function fileFrom(root: string, file: string): string {
  const below = relative(root, file);
  return isAbsolute(below) || below.startsWith('..') ? file : below.split(sep).join('/');
}
