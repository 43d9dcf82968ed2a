// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { expect, it } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import { fact, smallModel } from '../facts';

function resolved(file: string, text: string) {
  const document = read({ file, text });
  if (document === null) throw new Error('not recognised');
  const [job] = linkJobs([document]);
  return resolveScenario({ framework: job!.framework, facts: job!.facts, overrides: {}, settings: {} });
}

it('verl trains the actor, on the GPUs of its trainer', () => {
  const key = 'actor_rollout_ref.actor.megatron';
  const { scenario } = resolved(
    'run.sh',
    `python3 -m verl.trainer.main_ppo actor_rollout_ref.rollout.tensor_model_parallel_size=8 ` +
      `actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B ${key}.tensor_model_parallel_size=2 ` +
      `${key}.expert_model_parallel_size=8 trainer.nnodes=2 trainer.n_gpus_per_node=8\n`,
  );
  expect(scenario!.layout).toMatchObject({ tp: 2, ep: 8, etp: 2, worldSize: 16, dp: 8, edp: 1 });
  expect(scenario!.workload).toMatchObject({ mode: 'train', sharding: 'optimizer' });
});

it('ms-swift keeps experts whole over TP', () => {
  const { scenario } = resolved(
    'sft.sh',
    'NPROC_PER_NODE=8 megatron sft --model Qwen/Qwen3-30B-A3B --tensor_model_parallel_size 2 --expert_model_parallel_size 8\n',
  );
  expect(scenario!.layout).toMatchObject({ tp: 2, ep: 8, etp: 1, worldSize: 8, dp: 4, edp: 1 });
});

it('optimizers on the host are read wherever a trainer says it', () => {
  const prefix = '+actor_rollout_ref.actor.optim.override_optimizer_config';
  const verl =
    'python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B ' +
    'actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 trainer.nnodes=1 trainer.n_gpus_per_node=8 ' +
    `${prefix}.optimizer_cpu_offload=True ${prefix}.optimizer_offload_fraction=0.5\n`;
  const swift =
    'NPROC_PER_NODE=8 megatron sft --model Qwen/Qwen3-30B-A3B --expert_model_parallel_size 8 --optimizer_cpu_offload true\n';
  expect(resolved('run.sh', verl).scenario!.workload.optimizerOffload).toBe(0.5);
  expect(resolved('sft.sh', swift).scenario!.workload.optimizerOffload).toBe(1);
});

it.each([
  [{ device: 'cpu' }, 1, true],
  [{ device: 'nvme', ratio: 0.4 }, 0.4, false],
  [{ device: 'none' }, 0, false],
])('ZeRO-Offload %j', (offload, share, gradientOffload) => {
  const facts = [
    fact('deepspeed.offloadOptimizer', offload.device),
    ...('ratio' in offload ? [fact('deepspeed.offloadRatio', offload.ratio!)] : []),
  ];
  const { scenario } = resolveScenario({ framework: 'deepspeed', facts: [...facts, ...smallModel] });
  expect(scenario!.workload).toMatchObject({
    optimizerOffload: share,
    gradientOffload,
    parameterOffload: false,
  });
});

it('ZeRO-Infinity takes weights to the host as well', () => {
  const facts = [
    fact('deepspeed.offloadParam', 'cpu'),
    fact('workload.sharding', 'parameters'),
    ...smallModel,
  ];
  const { scenario } = resolveScenario({ framework: 'deepspeed', facts });
  expect(scenario!.workload).toMatchObject({ parameterOffload: true, gradientOffload: false });
});

it('what a recipe of Megatron-Bridge decides is an assumption', () => {
  const { scenario, provenance } = resolved(
    'run.sh',
    'python run_recipe.py --recipe qwen3_30b_a3b_pretrain_config model.expert_model_parallel_size=8\n',
  );
  expect(scenario!.layout).toMatchObject({ tp: 1, ep: 8 });
  expect(provenance['layout.tp']).toMatchObject({ kind: 'assumed' });
});

it('a launcher that gets its layout from the environment names its model', () => {
  const { scenario } = resolved(
    'run.sh',
    '# Megatron\nMODEL=Qwen3-30B-A3B PP=1 TP=1 EP=8 NNODES=4 bash run.sh\n',
  );
  expect(scenario!.layout).toMatchObject({ ep: 8, worldSize: 32, dp: 32, edp: 4 });
  expect(scenario!.model.routedExperts).toBe(128);
});
