import type { FileAnalysis } from '../worker/analysis';

/** What the panel shows: the analysis of its job's file, when there is one, and how many changes are on it. */
export interface OnShow {
  readonly analysis: FileAnalysis | undefined;
  readonly changes: number;
}

/** Whether the panel turns to the job of the file that the user turned to. */
export function turnsTo(file: string, { analysis, changes }: OnShow): boolean {
  // A what-if is work: it ends by the user's own word.
  if (changes > 0) return false;
  if (!analysis) return true;
  // A look at the model config or the script of the job on show, by a click on one of its values, say, is about that job.
  const files = analysis.jobs.flatMap(({ job }) => [job.model?.file, job.launch?.file]);
  return analysis.file !== file && !files.includes(file);
}
