import type { ArtefactProblem } from './artefact';

/** More kinds of problems than this in one file help nobody. */
const MAX_KINDS = 20;

/** Problems of one file, each kind once with its first place and its number: a gigabyte of bad lines is one problem. */
export class Problems {
  private readonly byKind = new Map<string, { problem: ArtefactProblem; times: number }>();

  /** `say` is only called for the first of its kind. */
  add(kind: string, severity: ArtefactProblem['severity'], line: number, say: () => string): void {
    const known = this.byKind.get(kind);
    if (known !== undefined) known.times++;
    else if (this.byKind.size < MAX_KINDS) {
      this.byKind.set(kind, { problem: { severity, message: say(), line, times: 1 }, times: 1 });
    }
  }

  list(): ArtefactProblem[] {
    return [...this.byKind.values()].map(({ problem, times }) => ({ ...problem, times }));
  }
}

/** `3, 17 and 40`; of many the first ones and how many more. */
export function listed(values: readonly number[], most = 5): string {
  if (values.length > most) return `${values.slice(0, most).join(', ')} and ${values.length - most} more`;
  return values.length > 1 ? `${values.slice(0, -1).join(', ')} and ${values.at(-1)}` : `${values[0]}`;
}
