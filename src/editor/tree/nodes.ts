import type { Finding, Severity } from '../../lint/finding';
import { capital } from '../format';
import { type FoundJob, jobAt, partOf, verdictOf } from '../job';
import type { FileState } from '../session';

/** A file with several jobs. */
export interface FileNode {
  readonly kind: 'file';
  readonly file: string;
  readonly state: FileState;
  readonly children: readonly JobNode[];
}

/** One job; `file` and `id` are what commands take. `part` is `null` where it is the whole file. */
export interface JobNode {
  readonly kind: 'job';
  readonly file: string;
  readonly id: string;
  readonly found: FoundJob;
  readonly part: string | null;
  readonly findings: readonly Finding[];
  readonly children: readonly (DetailNode | FindingNode)[];
}

/** What is known of a job in a line: whether it fits, and how it is laid out. */
export interface DetailNode {
  readonly kind: 'detail';
  readonly what: 'verdict' | 'layout';
  readonly file: string;
  readonly id: string;
  readonly text: string;
}

export interface FindingNode {
  readonly kind: 'finding';
  readonly file: string;
  readonly rule: string;
  readonly finding: Finding;
}

export type Node = FileNode | JobNode | DetailNode | FindingNode;

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The jobs of the workspace by file, in the order of their paths; a file with one job is that job. */
export function rootNodes(states: readonly FileState[]): (FileNode | JobNode)[] {
  return [...states]
    .filter(({ analysis }) => analysis.jobs.length > 0)
    .sort((a, b) => compare(a.uri.path, b.uri.path))
    .map((state): FileNode | JobNode => {
      const jobs = state.analysis.jobs.map((job) => jobNode({ state, job }));
      const [only] = jobs;
      if (jobs.length === 1 && only) return { ...only, part: null };
      return { kind: 'file', file: state.uri.toString(), state, children: jobs };
    });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function jobNode(found: FoundJob): JobNode {
  const { state, job } = found;
  const [file, id] = [state.uri.toString(), job.job.id];
  const { text, subtitle } = verdictOf(found);
  const detail = (what: DetailNode['what'], said: string): DetailNode[] =>
    said === '' ? [] : [{ kind: 'detail', what, file, id, text: capital(said) }];
  const isOwn = ({ file: where, range }: Finding) =>
    state.analysis.jobs.length === 1 || where !== file || jobAt(state, range.start)?.job === job;
  const findings = [...state.findings, ...state.elsewhere]
    .filter(isOwn)
    .sort(
      (a, b) =>
        ranks[a.severity] - ranks[b.severity] || compare(a.file, b.file) || a.range.start - b.range.start,
    );
  return {
    kind: 'job',
    file,
    id,
    found,
    part: partOf(job.job, state.analysis.jobs),
    findings,
    children: [
      ...detail('verdict', text),
      ...detail('layout', subtitle),
      ...findings.map(
        (finding): FindingNode => ({ kind: 'finding', file: finding.file, rule: finding.rule, finding }),
      ),
    ],
  };
}
