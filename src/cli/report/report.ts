import type { Finding, Severity } from '../../lint/finding';
import type { Workspace } from '../workspace';

/** What `lint` found out. */
export interface Report {
  /** Those that count: no comment silences them. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  /** How many files were looked at, and how many of them are MoE configs. */
  readonly files: number;
  readonly configs: number;
  /** Files that were meant and could not be looked at, and rules that failed. */
  readonly notes: readonly string[];
}

/** What a report needs to say where things are. */
export type View = Pick<Workspace, 'nameOf' | 'placeOf'> & {
  readonly textOf: (file: string) => string | undefined;
  /** The folder that reports for other programs take paths from. */
  readonly root: string;
};

/** How many of what, in words: `2 errors, 1 warning, 0 notes in 3 MoE configs (12 files looked at).` */
export function countLine({ findings, suppressed, files, configs }: Report): string {
  if (files === 0) return 'No files to look at.';
  if (configs === 0) return `No MoE config in ${plural(files, 'file')}.`;
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const parts = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    plural(count('info'), 'note'),
    ...(suppressed.length > 0 ? [`${suppressed.length} silenced`] : []),
  ];
  const found = findings.length + suppressed.length === 0 ? 'No findings' : parts.join(', ');
  return `${found} in ${plural(configs, 'MoE config')} (${plural(files, 'file')} looked at).`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
