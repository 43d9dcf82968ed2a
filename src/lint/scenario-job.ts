import type { TextRange } from '../config/fact';
import type { Job } from '../config/job';
import { fileNameOf } from '../config/paths';
import { scenarioEntry } from '../config/scenario-file';
import type { Finding } from './finding';
import { type LintOptions, mergeFindings } from './lint';
import { readSuppressions } from './suppress';

const keyOf = ({ rule, file, range, message }: Finding): string =>
  [rule, file, range.start, range.end, message].join('\0');

/**
 * The findings of a scenario file's job as they are shown: on lines of the scenario file. What lies in the file of the
 * job is said on the answer or pin that it rests on, else where the job is named, and leads to its place; what is said
 * of that file without the scenario too (`before`) is said there alone, and what a comment in the scenario file
 * silences, nowhere, unless `options` keep it.
 */
export function onScenarioFile(
  job: Job,
  findings: readonly Finding[],
  before: readonly Finding[],
  { text, keepsSuppressed }: Pick<LintOptions, 'text' | 'keepsSuppressed'>,
): Finding[] {
  const own = job.scenarioFile;
  if (own === undefined) return [...findings];
  const known = new Set(before.map(keyOf));
  const suppressionAt = readSuppressions(own.file, text?.(own.file));
  const shown = findings.flatMap((finding): Finding[] => {
    if (finding.file === own.file) return [finding];
    if (known.has(keyOf(finding))) return [];
    const { file, range } = finding;
    const place = finding.related.find((other) => other.file === own.file)?.range ?? anchor(job);
    const suppression =
      finding.suppression ?? suppressionAt({ code: finding.rule, name: finding.name }, [place]);
    if (suppression && !keepsSuppressed) return [];
    const related = finding.related.filter((other) => other.file !== own.file || other.range !== place);
    return [
      {
        ...finding,
        file: own.file,
        range: place,
        related: [{ file, range, message: `in ${fileNameOf(file)}` }, ...related],
        ...(suppression && { suppression }),
      },
    ];
  });
  return mergeFindings(shown);
}

/** Where a scenario file says what it is about: its job, else its first key. */
function anchor({ scenarioFile }: Job): TextRange {
  const scenario = scenarioFile?.scenario ?? { entries: [] };
  const named = scenarioEntry(scenario, 'job') ?? scenarioEntry(scenario, 'model');
  return named?.range ?? scenario.entries[0]?.keyRange ?? { start: 0, end: 0 };
}
