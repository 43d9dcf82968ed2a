import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { givesOption, hidesArguments } from '../command';
import { makeContext } from '../context';
import { fix, setValue } from '../edits';
import type { Fix } from '../finding';
import { rolloutFacts } from '../rollout';
import type { Rule, RuleContext } from '../rule';
import { factorsAndProduct, literalSource, product, report, setTo, textOf } from './common';
import { world } from './megatron-shared';

const verl = ['verl'] as const;
const SIZES = ['layout.tp', 'layout.dp', 'layout.pp'] as const;

/** Options that give the rollouts GPUs of their own (verl/experimental: one_step_off_policy, fully_async_policy). */
const APART = [
  'actor_rollout_ref.rollout.nnodes',
  'actor_rollout_ref.rollout.n_gpus_per_node',
  'rollout.nnodes',
  'rollout.n_gpus_per_node',
  'actor_rollout_ref.hybrid_engine',
].flatMap((option) => [option, `+${option}`, `++${option}`]);

/** The engine's options as a job of their own. */
function rolloutOf(context: RuleContext): RuleContext {
  return makeContext({ ...context.job, facts: rolloutFacts(context.job) }, { text: context.text });
}

/** GPUs of one rollout engine; `undefined` where a size is hidden. verl's own default of TP is not taken for a mistake. */
function engineSizes(context: RuleContext, rollout: RuleContext) {
  if (SIZES.some((name) => rollout.unresolved(name)) || rollout.written('layout.tp') === undefined)
    return undefined;
  if (SIZES.some((name) => rollout.absent(name)) && hidesArguments(context)) return undefined;
  const [tp, dp, pp] = SIZES.map((name) => rollout.number(name) ?? 1) as [number, number, number];
  const shown = factorsAndProduct([
    ['TP', tp],
    ['DP', dp],
    ['PP', pp],
  ]);
  return { tp, dp, pp, gpus: product([tp, dp, pp])!, shown };
}

/** The fix that sets the TP of rollouts, and their EP with it where it is written. */
function fixOf(context: RuleContext, rollout: RuleContext, tp: number, ep: number): readonly Fix[] {
  const set = (fact: Fact, value: number) => setValue(fact, value, literalSource(context, fact));
  const written = rollout.written('layout.ep');
  const follows = written !== undefined && Number(written.value) > 1;
  return fix(
    follows ? `Set the TP of rollouts to ${tp}, their EP to ${ep}` : `Set the TP of rollouts to ${tp}`,
    [set(rollout.written('layout.tp')!, tp), ...(follows ? [set(written, ep)] : [])],
  );
}

/** Rules on the engines that verl samples from. */
export const verlRules: readonly Rule[] = [
  {
    code: 'VR001',
    name: 'verl/rollouts-divide-gpus',
    severity: 'error',
    frameworks: verl,
    summary: 'The rollout engines do not divide the GPUs',
    why: 'Rollouts share the GPUs of the trainer: so many engines are started as TP × DP × PP of one of them divides all GPUs, and an engine over nodes takes whole nodes. verl asserts both, after the cluster is up and the actor is loaded.',
    source:
      'verl-project/verl@b178a3cd: verl/workers/engine_workers.py (rollout world_size … is not divisible by infer_world_size); verl@065ef9bf: verl/workers/rollout/replica.py (RolloutReplica)',
    limits: 'Silent where rollouts have GPUs of their own (rollout.nnodes, hybrid_engine).',
    example: {
      language: 'bash',
      bad: '  trainer.nnodes=2 trainer.n_gpus_per_node=8 \\\n  actor_rollout_ref.rollout.tensor_model_parallel_size=12',
      good: '  trainer.nnodes=2 trainer.n_gpus_per_node=8 \\\n  actor_rollout_ref.rollout.tensor_model_parallel_size=8',
    },
    check(context) {
      const rollout = rolloutOf(context);
      const engine = engineSizes(context, rollout);
      const ranks = world(context);
      const perNode = context.number('cluster.gpusPerNode');
      if (!engine || !ranks || !perNode || APART.some((option) => givesOption(context, option))) return [];
      const isSplit = engine.gpus > perNode && engine.gpus % perNode !== 0;
      if (ranks.ranks % engine.gpus === 0 && !isSplit) return [];
      const written = rollout.written('layout.tp')!;
      const fits = divisors(ranks.ranks).filter((n) => n <= perNode || n % perNode === 0);
      const legal = fits
        .filter((n) => n % (engine.dp * engine.pp) === 0)
        .map((n) => n / (engine.dp * engine.pp));
      const near = neighbours(legal, engine.tp);
      const instead = near.length > 0 ? `use TP ${orList(near)}` : 'use fewer GPUs per engine';
      return report(
        [written, rollout.written('layout.dp'), rollout.written('layout.pp'), ...ranks.operands],
        `Rollout engines of ${engine.shown} GPUs do not divide ${ranks.ranks} GPUs in nodes of ${perNode}: ${instead}.`,
        { fixes: near.flatMap((tp) => fixOf(context, rollout, tp, tp * engine.dp)) },
      );
    },
  },
  {
    code: 'VR002',
    name: 'verl/rollout-expert-parallel',
    severity: 'error',
    frameworks: verl,
    summary: 'EP of rollouts is not TP × DP',
    why: 'vLLM and SGLang spread the experts of a rollout engine over all its TP × DP ranks. verl asserts that expert_parallel_size says the same.',
    source: 'verl-project/verl@005f2732: verl/workers/config/rollout.py (RolloutConfig.__post_init__)',
    limits: 'Not for TensorRT-LLM, whose EP and MoE TP share the ranks.',
    example: {
      language: 'bash',
      bad: '  actor_rollout_ref.rollout.tensor_model_parallel_size=4 \\\n  actor_rollout_ref.rollout.expert_parallel_size=8',
      good: '  actor_rollout_ref.rollout.tensor_model_parallel_size=8 \\\n  actor_rollout_ref.rollout.expert_parallel_size=8',
    },
    check(context) {
      const rollout = rolloutOf(context);
      const ep = rollout.written('layout.ep');
      const engine = engineSizes(context, rollout);
      const name = textOf(rollout.fact('workload.engine'));
      if (!ep || !engine || !(Number(ep.value) > 1) || (name !== 'vllm' && name !== 'sglang')) return [];
      const wanted = engine.tp * engine.dp;
      if (ep.value === wanted) return [];
      const shown = factorsAndProduct([
        ['TP', engine.tp],
        ['DP', engine.dp],
      ]);
      return report(
        [ep, rollout.written('layout.tp'), rollout.written('layout.dp')],
        `The EP of rollouts is ${ep.value}, but must be ${shown}: set it to ${wanted}.`,
        { fixes: setTo(context, ep, 'the EP of rollouts', [wanted]) },
      );
    },
  },
  {
    code: 'VR003',
    name: 'verl/rollout-pipeline',
    severity: 'warning',
    frameworks: verl,
    summary: 'Rollout engines have no pipeline stages',
    why: 'verl starts vLLM, SGLang and TensorRT-LLM with tensor and data parallelism only, and raises for pipeline_model_parallel_size above 1.',
    source: 'verl-project/verl@005f2732: verl/workers/config/rollout.py (RolloutConfig.__post_init__)',
    limits: 'A warning, because newer versions may support it.',
    example: {
      language: 'bash',
      bad: '  actor_rollout_ref.rollout.pipeline_model_parallel_size=2',
      good: '  actor_rollout_ref.rollout.pipeline_model_parallel_size=1',
    },
    check(context) {
      const rollout = rolloutOf(context);
      const pp = rollout.written('layout.pp');
      const name = textOf(rollout.fact('workload.engine'));
      if (!pp || !(Number(pp.value) > 1) || !['vllm', 'sglang', 'trtllm'].includes(name ?? '')) return [];
      return report(
        [pp],
        `verl starts ${name} with one pipeline stage only, not with ${pp.value}: use TP instead.`,
        {
          fixes: setTo(context, pp, 'the PP of rollouts', [1]),
        },
      );
    },
  },
];
