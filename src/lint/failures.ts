/** A rule that threw: a mistake of ours, told to who runs the linter and never shown on a line. */
export interface RuleFailure {
  /** Code of the rule. */
  readonly rule: string;
  /** File that was judged. */
  readonly file: string;
  /** The error, and where in the rule it came from. */
  readonly message: string;
}

/** What a rule threw over a file, in one line. */
export function ruleFailure(rule: string, file: string, error: unknown): RuleFailure {
  if (!(error instanceof Error)) return { rule, file, message: String(error) };
  const place = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  return { rule, file, message: `${error.name}: ${error.message}${place ? ` (${place.trim()})` : ''}` };
}

/** What is said about a failure. */
export function failureText({ rule, file, message }: RuleFailure): string {
  return `Rule ${rule} failed on ${file} and was left out there: ${message}. Please report it; all other rules were checked.`;
}

/** Those of failures that were not told before: each rule's error once, however many files it meets. */
export function untold(failures: readonly RuleFailure[], told: Set<string>): readonly RuleFailure[] {
  return failures.filter(({ rule, message }) => {
    const key = `${rule} ${message}`;
    return !told.has(key) && told.add(key);
  });
}
