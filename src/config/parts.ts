import type { Fact, FrameworkId, ReadDocument } from './fact';

/** The facts of a launch file that make up one job: one command of several, one role of several, or all. */
export interface JobPart {
  readonly command: number | null;
  readonly role: string | null;
}

/** Frameworks of which one file may start several servers in different roles. */
const SERVING: ReadonlySet<FrameworkId> = new Set(['vllm', 'sglang', 'trtllm']);
/** Sections of a recipe that hold for the workers of every role. */
const SHARED_SECTION = /^(.*\.)?(resources|hardware|benchmark)$/;
/** Trainers of reinforcement learning lay out several workers; the job is the one that is trained, on this cluster. */
const TRAINED: Partial<Record<FrameworkId, { readonly role: string; readonly cluster: string }>> = {
  verl: { role: 'actor', cluster: 'trainer' },
  areal: { role: 'actor', cluster: 'cluster' },
};
/** The engine that such a trainer samples from, where all else has no role: no part of the job. */
const ROLLOUT = 'rollout';
/** Between a variant of a recipe and the role's name: `zip_override_8k1k.backend.sglang_config.decode`, `worker_config.gen`. */
const OPTIONS_SECTION = /(backend\.\w+_config|worker_config)\./;

/** The jobs of a launch file. Each role for which an engine is started is one; otherwise each command is. */
export function jobParts(document: ReadDocument): JobPart[] {
  if (document.isPart) return [];
  const trained = TRAINED[document.framework];
  if (trained !== undefined) return commandParts(document).map((part) => ({ ...part, role: trained.role }));
  const engines = SERVING.has(document.framework)
    ? document.facts.filter((fact) => fact.name === 'workload.engine')
    : [];
  if (engines.every((fact) => fact.role === undefined)) return commandParts(document);
  const parts = new Map<string, JobPart>();
  for (const { role, command } of engines) {
    const part = { role: role ?? null, command: command ?? null };
    parts.set(JSON.stringify(part), part);
  }
  return [...parts.values()];
}

function commandParts(document: ReadDocument): JobPart[] {
  const commands = new Set(
    document.facts.map((fact) => fact.command).filter((command) => command !== undefined),
  );
  if (commands.size === 0) return [{ command: null, role: null }];
  return [...commands].sort((a, b) => a - b).map((command) => ({ command, role: null }));
}

/** The part's name behind the file's: `#2` for a command, `#decode` for a role. */
export function partSuffix({ command, role }: JobPart): string {
  const name = role === null ? '' : `#${role.replace(OPTIONS_SECTION, '')}`;
  return command === null ? name : `${name}#${command + 1}`;
}

/** Whether something that is said in a file concerns one part of it. */
export function concerns(part: JobPart, item: Pick<Fact, 'command' | 'role'>): boolean {
  if (item.command !== undefined && item.command !== part.command) return false;
  return part.role === null ? item.role !== ROLLOUT : nearness(part.role, item.role) !== null;
}

/** Facts of one part, those of its own role before what is said for several. */
export function factsOfPart(document: ReadDocument, part: JobPart): Fact[] {
  const facts = document.facts.filter((fact) => concerns(part, fact));
  const { role } = part;
  if (role === null) return facts;
  return facts
    .map((fact) => ({ fact, nearness: nearness(role, fact.role) ?? 0 }))
    .sort((a, b) => a.nearness - b.nearness)
    .map(({ fact }) => settleVariants(fact));
}

/** 0 for the role's own facts, more for those that it shares; `null` for those of another role. */
function nearness(role: string, other: string | undefined): number | null {
  if (other === role) return 0;
  const isCluster = Object.values(TRAINED).some((own) => own.role === role && own.cluster === other);
  if (other === undefined || isCluster) return 1;
  const shared = SHARED_SECTION.exec(other);
  if (shared === null) return null;
  const section = shared[1] ?? '';
  const own = OPTIONS_SECTION.exec(role);
  if (own !== null && section === role.slice(0, own.index)) return 2;
  return section === 'base.' ? 3 : null;
}

/** A recipe that lists a value for each of its variants does not say which of them runs. */
function settleVariants(fact: Fact): Fact {
  if (!Array.isArray(fact.value)) return fact;
  return { ...fact, value: null, state: 'unresolved', expression: `[${fact.value.join(', ')}]` };
}
