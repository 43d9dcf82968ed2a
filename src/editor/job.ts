import type { Finding, Severity } from '../lint/finding';
import { fitWords } from '../plan/fit';
import { openLabels, openSizes } from '../scenario/open-sizes';
import type { Shortage } from '../sim/result';
import type { JobAnalysis, Simulated } from '../worker/analysis';
import { fileName } from './convert';
import type { FileState } from './session';

const GIB = 2 ** 30;

/** A job as commands pass it: by its file's URI and its id. */
export interface JobTarget {
  readonly file: string;
  readonly id: string;
}

/** One job with the file that it is of. */
export interface FoundJob {
  readonly state: FileState;
  readonly job: JobAnalysis;
}

export const targetOf = ({ state, job }: FoundJob): JobTarget => ({
  file: state.uri.toString(),
  id: job.job.id,
});

export const isTarget = (value: unknown): value is JobTarget =>
  typeof value === 'object' && value !== null && 'file' in value && 'id' in value;

type Part = Pick<JobAnalysis['job'], 'command' | 'role'>;

/** Which part of its file a job is, where the file holds several: `decode`, `command 2`, `decode, low_latency`. */
export function partOf({ command, role }: Part, siblings: readonly { readonly job: Part }[]): string | null {
  if (role === null) return command === null ? null : `command ${command + 1}`;
  const last = (name: string) => name.split('.').at(-1)!;
  const alike = siblings.flatMap(({ job }) =>
    job.role !== null && last(job.role) === last(role) ? [job.role.split('.')] : [],
  );
  // Of a path only what tells it from its like is worth the room.
  const own = role.split('.').filter((word, i) => alike.some((other) => other[i] !== word));
  return [last(role), own.join('.')].filter(Boolean).join(', ');
}

/** `serve.yaml, decode`. */
export function jobName({ state, job }: FoundJob): string {
  const part = partOf(job.job, state.analysis.jobs);
  return fileName(state.uri.toString()) + (part === null ? '' : `, ${part}`);
}

/** Offset of the job in its file: the top, or its command's own block where the file holds several. */
export function anchorOf({ job }: JobAnalysis): number {
  if (job.scenarioFile || (job.command === null && job.role === null)) return 0;
  const own = job.facts.filter(
    (fact) =>
      fact.file === job.launch?.file &&
      fact.keyRange.end > fact.keyRange.start &&
      (job.role === null ? fact.command === job.command : fact.role === job.role),
  );
  return Math.min(...own.map((fact) => fact.keyRange.start), Number.MAX_SAFE_INTEGER);
}

/** The job that an offset lies in: the last that begins before it, else the first. */
export function jobAt(state: FileState, offset: number): FoundJob | undefined {
  const jobs = [...state.analysis.jobs].sort((a, b) => anchorOf(a) - anchorOf(b));
  const job = jobs.filter((one) => anchorOf(one) <= offset).at(-1) ?? jobs[0];
  return job && { state, job };
}

/** How bad it is: the worst finding, and a job that does not fit, or without room for one sequence, is at least a warning. */
export function severityOf(outcome: Outcome, findings: readonly Finding[]): Severity {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('error')) return 'error';
  return has('warning') || outcome === 'no-sequence' || outcome === 'does-not-fit' ? 'warning' : 'info';
}

/** What is known of a job in one word: whether it fits, or why nobody can say. A `model` on its own has no layout that could. */
export type Outcome = Fit | 'model' | 'open' | 'waiting';
type Fit = 'fits' | 'fewer-sequences' | 'no-sequence' | 'does-not-fit';

const fits: Readonly<Record<Shortage, Fit>> = {
  none: 'fits',
  'some-sequences': 'fewer-sequences',
  'every-sequence': 'no-sequence',
  memory: 'does-not-fit',
};

export interface Verdict {
  readonly outcome: Outcome;
  /** `fits, 65.3 of 79.6 GiB`, or why there is no verdict. */
  readonly text: string;
  /** `training, 2,048 H800, EP 64 over 8 nodes`; empty without figures. */
  readonly subtitle: string;
  /** The verdict in a sentence; empty without figures. */
  readonly sentence: string;
}

/** The verdict on a job, as far as it is known. */
export function verdictOf({ state, job: { job, scenario, refusals, provenance } }: FoundJob): Verdict {
  const bare = { subtitle: '', sentence: '' };
  if (!scenario) return { ...bare, outcome: 'open', text: refusals[0]?.message ?? 'nothing to simulate' };
  const unknown = openSizes(job.facts, provenance);
  if (unknown.length > 0) {
    const verb = unknown.length > 1 ? 'are' : 'is';
    return { ...bare, outcome: 'open', text: `${openLabels(unknown)} ${verb} not known` };
  }
  const simulated = state.simulated.get(job.id);
  const memory = simulated?.result?.memory;
  const rank = memory?.perRank[memory.fullestRank];
  if (!simulated || !memory || !rank) {
    if (!state.isSimulated) return { ...bare, outcome: 'waiting', text: 'simulating…' };
    return {
      ...bare,
      outcome: 'open',
      text: simulated?.refusals[0]?.message ?? 'the simulation failed: see the log',
    };
  }
  const used = `${(rank.total / GIB).toFixed(1)} of ${(rank.capacity / GIB).toFixed(1)} GiB`;
  const { subtitle, sentence } = simulated;
  const isModel = !job.launch && provenance['layout.worldSize']?.kind === 'assumed';
  if (isModel) return { outcome: 'model', text: parametersText(simulated), subtitle, sentence };
  if (!memory.fits && simulated.isShortageOpen) {
    return { outcome: 'open', text: `may not fit, ${used} by assumptions`, subtitle, sentence };
  }
  return { outcome: fits[memory.shortage], text: `${fitWords(memory)}, ${used}`, subtitle, sentence };
}

/** `671B parameters, 37.6B active`. */
function parametersText({ result }: Simulated): string {
  const billions = (many: number) => `${(many / 1e9).toPrecision(3)}B`;
  return result
    ? `${billions(result.parameters.total)} parameters, ${billions(result.parameters.active)} active`
    : '';
}
