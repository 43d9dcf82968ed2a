import type { Fact, FrameworkId } from '../config/fact';
import type { Job } from '../config/job';
import type { Values } from '../scenario/values';
import type { Finding } from './finding';
import { type LintOptions, lintJob } from './lint';

const NOWHERE = { start: 0, end: 0 };

/** Serving engines whose sizes are those of a replica or of a part of the ranks: not what the scenario calls so. */
const OWN_SIZES: ReadonlySet<FrameworkId> = new Set(['vllm', 'sglang', 'trtllm']);

/** A change of the scenario as a file would state it; `null` where rules mean something else by that name. */
function pin(name: string, value: Fact['value'], { framework }: Job): Fact | null {
  if (OWN_SIZES.has(framework) && name.startsWith('layout.')) return null;
  return { name, value, key: name, file: '', range: NOWHERE, keyRange: NOWHERE, state: 'literal', pin: true };
}

const keyOf = ({ rule, range }: Finding): string => `${rule} ${range.start}`;

/**
 * What the framework's own rules hold against a job with some fields changed, and not against the job as it is: errors
 * only. Cheap enough to ask for every value of a list; what a change makes of the files is for `apply` to say.
 */
export function errorsOfChange(
  job: Job,
  changes: Values,
  options: LintOptions = {},
  before: readonly Finding[] = errorsOf(job, options),
): Finding[] {
  const pins = Object.entries(changes).flatMap(([name, value]) => pin(name, value, job) ?? []);
  const changed: Job = {
    ...job,
    facts: [...pins, ...job.facts],
    scenarioFile: job.scenarioFile ?? {
      file: '',
      framework: 'moe-scope',
      title: '',
      kind: 'scenario',
      facts: [],
      problems: [],
      models: [],
    },
  };
  const known = new Set(before.map(keyOf));
  return errorsOf(changed, options).filter((finding) => !known.has(keyOf(finding)));
}

/** What keeps a job from running, by its framework's rules. */
export function errorsOf(job: Job, options: LintOptions = {}): Finding[] {
  return lintJob(job, options).filter(({ severity }) => severity === 'error');
}
