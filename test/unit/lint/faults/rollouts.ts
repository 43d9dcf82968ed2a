import type { Dialect, Family, Options } from './fault';
import { type ScriptForm, scriptForms } from './script-forms';

const ROLLOUT = 'actor_rollout_ref.rollout.';
/** Overrides have an equals sign in every form. */
const hydraForms = Object.entries(scriptForms).filter(([name]) => name !== 'equals');

const verlKey = (option: string): string =>
  option === 'nodes'
    ? 'trainer.nnodes'
    : option === 'gpus'
      ? 'trainer.n_gpus_per_node'
      : `${ROLLOUT}${option}`;

const verlRollout = ([name, form]: readonly [string, ScriptForm]): Dialect => ({
  name: `verl rollout, ${name}`,
  framework: 'verl',
  key: verlKey,
  write({ nodes, gpus, ...options }) {
    const words = Object.entries(options).map(([option, value]) => ({
      key: verlKey(option),
      value: String(value),
      joint: '=' as const,
    }));
    const head =
      'python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B actor_rollout_ref.actor.megatron.expert_model_parallel_size=8';
    const text = form(head, words, `trainer.nnodes=${nodes} trainer.n_gpus_per_node=${gpus}`);
    return text === null ? null : { 'run.sh': text };
  },
});

/** The engines that verl samples from. */
export const verlRolloutFamily: Family = {
  name: 'verl rollouts',
  bases: {
    rollouts: {
      nodes: 2,
      gpus: 8,
      name: 'vllm',
      tensor_model_parallel_size: 4,
      data_parallel_size: 2,
      expert_parallel_size: 8,
    },
  },
  dialects: hydraForms.map(verlRollout),
  faults: [
    {
      rule: 'VR001',
      set: { tensor_model_parallel_size: 16, expert_parallel_size: 32 },
      at: 'tensor_model_parallel_size',
    },
    { rule: 'VR002', set: { expert_parallel_size: 4 }, at: 'expert_parallel_size' },
    { rule: 'VR003', set: { pipeline_model_parallel_size: 2 }, at: 'pipeline_model_parallel_size' },
  ],
  exceptions: [],
};

const allocation = ({ backend, dp, tp, pp, ep }: Options): string => `${backend}:d${dp}t${tp}p${pp}e${ep}`;

/** AReaL says all sizes in one word, as the actor's backend or for all engines. */
const arealForms: readonly (readonly [string, (options: Options) => string])[] = [
  [
    'backends',
    (options) =>
      `actor:\n  backend: ${allocation(options)}\n  path: Qwen/Qwen3-30B-A3B\nrollout:\n  backend: sglang:d1t8\n`,
  ],
  [
    'allocation mode',
    (options) => `allocation_mode: sglang:d1t8+${allocation(options)}\nactor:\n  path: Qwen/Qwen3-30B-A3B\n`,
  ],
];
const LETTERS: Readonly<Record<string, string>> = { dp: 'd', tp: 't', pp: 'p', ep: 'e' };

export const arealFamily: Family = {
  name: 'AReaL',
  bases: { training: { backend: 'megatron', dp: 4, tp: 2, pp: 2, ep: 8 } },
  dialects: arealForms.map(([name, write]) => ({
    name: `areal ${name}`,
    framework: 'areal',
    key: (option) => LETTERS[option] ?? option,
    write: (options) => ({ 'job.yaml': write(options) }),
  })),
  faults: [
    { rule: 'AR001', set: { dp: 2 } },
    { rule: 'AR002', set: { backend: 'fsdp' } },
    { rule: 'MG002', set: { dp: 6, ep: 12 } },
    { rule: 'MG009', set: { dp: 8, tp: 3 } },
  ],
  exceptions: [],
};
