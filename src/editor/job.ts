import type { Finding, Severity } from '../lint/finding';
import { field } from '../scenario/fields';
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

/** Which part of its file a job is, where the file holds several: `decode`, `command 2`. */
export function partOf({ command, role }: JobAnalysis['job']): string | null {
  if (role !== null) return role.split('.').at(-1) ?? role;
  return command === null ? null : `command ${command + 1}`;
}

/** `serve.yaml, decode`. */
export function jobName({ state, job }: FoundJob): string {
  const part = partOf(job.job);
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

/** `Fits, 63.2 of 79.6 GiB` */
export const capital = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1);

/** How bad it is: the worst finding, and a job that does not fit is at least a warning. */
export function severityOf(outcome: Outcome, findings: readonly Finding[]): Severity {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('error')) return 'error';
  return has('warning') || outcome === 'does-not-fit' ? 'warning' : 'info';
}

/** What is known of a job in one word: whether it fits, or why nobody can say. A `model` on its own has no layout that could. */
export type Outcome = 'fits' | 'does-not-fit' | 'model' | 'open' | 'waiting';

export interface Verdict {
  readonly outcome: Outcome;
  /** `fits, 63.2 of 79.6 GiB`, or why there is no verdict. */
  readonly text: string;
  /** `training, 2,048 H800, EP 64 over 8 nodes`; empty without figures. */
  readonly subtitle: string;
  /** The verdict in a sentence; empty without figures. */
  readonly sentence: string;
}

/** Fields that decide the bytes of a rank: while a file leaves one of them open, nobody knows whether the job fits. */
const DECISIVE = [
  'layout.ep',
  'layout.tp',
  'layout.pp',
  'layout.etp',
  'model.routedExperts',
  'model.layers',
  'model.hiddenSize',
  'model.expertIntermediateSize',
];

const isOpen = ({ job, provenance }: Pick<JobAnalysis, 'job' | 'provenance'>, name: string): boolean =>
  provenance[name]?.kind === 'assumed' &&
  job.facts.some((fact) => fact.name === name && fact.state === 'unresolved');

/** `EP is`, `EP and TP are`. */
function labels(names: readonly string[]): string {
  const all = names.map((name) => field(name)?.label ?? name);
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)} are` : `${all[0]} is`;
}

/** The verdict on a job, as far as it is known. */
export function verdictOf({ state, job: { job, scenario, refusals, provenance } }: FoundJob): Verdict {
  const bare = { subtitle: '', sentence: '' };
  if (!scenario) return { ...bare, outcome: 'open', text: refusals[0]?.message ?? 'nothing to simulate' };
  const unknown = DECISIVE.filter((name) => isOpen({ job, provenance }, name));
  if (unknown.length > 0) return { ...bare, outcome: 'open', text: `${labels(unknown)} not known` };
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
  return memory.fits
    ? { outcome: 'fits', text: `fits, ${used}`, subtitle, sentence }
    : { outcome: 'does-not-fit', text: `does not fit, ${used}`, subtitle, sentence };
}

/** `671B parameters, 37.6B active`. */
function parametersText({ result }: Simulated): string {
  const billions = (many: number) => `${(many / 1e9).toPrecision(3)}B`;
  return result
    ? `${billions(result.parameters.total)} parameters, ${billions(result.parameters.active)} active`
    : '';
}
