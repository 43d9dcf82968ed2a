import type { Fact, FrameworkId } from '../config/fact';
import type { Job } from '../config/job';
import { entryOf } from '../config/table';

const ROLE = 'rollout';
/** Engines by their names in the options of trainers. */
const ENGINES: Readonly<Record<string, FrameworkId>> = { vllm: 'vllm', sglang: 'sglang', trtllm: 'trtllm' };

/** What a trainer says of the model, which its rollouts sample from too. */
const isOfModel = ({ name }: Fact): boolean => name.startsWith('model.') || name.startsWith('huggingface.');

/** What a job's trainer says of the engine that it samples from; defaults are left out. */
export function rolloutFacts({ launch, command }: Job): readonly Fact[] {
  return (launch?.facts ?? []).filter(
    (fact) =>
      fact.role === ROLE &&
      fact.state !== 'default' &&
      (fact.command === undefined || fact.command === command),
  );
}

/**
 * The engine that a trainer of reinforcement learning samples from, as a job of its own; `null` for other jobs. What
 * the trainer does not hand on it decides itself, so that nothing follows from an option that is not written.
 */
export function rolloutJob(job: Job): Job | null {
  const own = rolloutFacts(job);
  const engine = own.find(({ name }) => name === 'workload.engine')?.value;
  const framework = typeof engine === 'string' ? entryOf(ENGINES, engine) : undefined;
  if (framework === undefined || job.launch === null) return null;
  return {
    ...job,
    framework,
    role: ROLE,
    launch: { ...job.launch, framework, partial: true },
    facts: [...own, ...job.facts.filter(isOfModel)],
  };
}
