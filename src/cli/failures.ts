import { failureText, type RuleFailure, untold } from '../lint/failures';

const told = new Set<string>();

/** Says on stderr, once for a run, which rules failed. */
export function reportFailures(failures: readonly RuleFailure[]): void {
  for (const failure of untold(failures, told)) process.stderr.write(`moe-scope: ${failureText(failure)}\n`);
}
