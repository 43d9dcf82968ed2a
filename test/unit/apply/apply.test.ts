// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/lint/edits';
import { parseChange } from '../../../src/plan/whatif';
import { fieldValue } from '../../../src/scenario/fields';
import { Engine } from '../../../src/worker/engine';

const MODEL = JSON.stringify(
  {
    architectures: ['MixtralForCausalLM'],
    model_type: 'mixtral',
    hidden_size: 4096,
    intermediate_size: 14336,
    num_attention_heads: 32,
    num_hidden_layers: 32,
    num_key_value_heads: 8,
    num_experts_per_tok: 2,
    num_local_experts: 8,
    tie_word_embeddings: false,
    vocab_size: 32000,
  },
  null,
  2,
);

const TRAIN = `NODES=4
TP=1
EP=8
SIZE=2
torchrun --nnodes $NODES --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \\
    --tensor-model-parallel-size $TP \\
    --pipeline-model-parallel-size $SIZE \\
    --context-parallel-size $SIZE \\
    --expert-model-parallel-size $EP \\
    --micro-batch-size 1 \\
    --global-batch-size \${GLOBAL_BATCH:-256} \\
    --bf16
`;

const SERVE = `vllm serve ./model \\
    --tensor-parallel-size 2 \\
    --data-parallel-size 4 --enable-expert-parallel
`;

const TITAN = `[model]
name = "deepseek_v3"
flavor = "16B"

[training]
local_batch_size = 4
seq_len = 4096

[parallelism]
data_parallel_replicate_degree = 1
data_parallel_shard_degree = 8
expert_parallel_degree = 4
`;

const ENGINE = `tensor_parallel_size: 8
moe_expert_parallel_size: 8
enable_attention_dp: true
max_batch_size: 64
kv_cache_config:
  free_gpu_memory_fraction: 0.9
model: deepseek-ai/DeepSeek-V3
`;

const AUTOMODEL = `recipe: TrainFinetuneRecipeForNextTokenPrediction
step_scheduler:
  global_batch_size: 512
  local_batch_size: 2
model:
  _target_: nemo_automodel.NeMoAutoModelForCausalLM.from_pretrained
  pretrained_model_name_or_path: Qwen/Qwen3-30B-A3B
  backend:
    dispatcher: deepep
distributed:
  strategy: fsdp2
  pp_size: 1
  ep_size: 8
  activation_checkpointing: true
dataset:
  seq_len: 4096
`;

const SCENARIO = `job: train.sh
layout:
  ep: 4
`;

/** A job's files after changes, and what was said about them. */
function written(texts: Readonly<Record<string, string>>, file: string, ...changes: string[]) {
  const engine = new Engine();
  for (const [name, text] of Object.entries(texts)) engine.setDocument(name, text);
  const { job } = engine.analyse(file, {}, []).jobs[0]!;
  const parsed = changes.map(parseChange);
  const applied = engine.apply(job, { settings: {}, changes: parsed, disabled: [] });
  const after = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      applyEdits(
        text,
        applied.edits.filter((edit) => edit.file === name),
      ),
    ]),
  );
  for (const [name, text] of Object.entries(after)) engine.setDocument(name, text);
  const { scenario } = engine.analyse(file, {}, []).jobs[0]!;
  return { ...applied, after, scenario: scenario!, lines: changedLines(texts, after) };
}

/** The lines that came, of all files. */
function changedLines(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(after).flatMap(([name, text]) => {
    const known = new Set(before[name]!.split('\n'));
    return text
      .split('\n')
      .filter((line) => !known.has(line))
      .map((line) => line.trim());
  });
}

describe('a change is written', () => {
  test('into the variable that the value comes from', () => {
    const { lines, scenario, unwritten } = written(
      { 'train.sh': TRAIN },
      'train.sh',
      'layout.ep=4',
      'cluster.nodes=8',
    );
    expect(unwritten).toEqual([]);
    expect(lines).toEqual(['NODES=8', 'EP=4']);
    expect(scenario.layout).toMatchObject({ ep: 4, worldSize: 64 });
  });

  test('in the place of use where the variable means another size too', () => {
    const { lines, scenario } = written({ 'train.sh': TRAIN }, 'train.sh', 'layout.cp=4');
    expect(lines).toEqual(['--context-parallel-size 4 \\']);
    expect(scenario.layout).toMatchObject({ pp: 2, cp: 4 });
  });

  test('into the default of a fallback', () => {
    const { lines } = written({ 'train.sh': TRAIN }, 'train.sh', 'workload.globalBatchSize=512');
    expect(lines).toEqual(['--global-batch-size ${GLOBAL_BATCH:-512} \\']);
  });

  test('as options in the words of the framework, which come and go', () => {
    const full = written(
      { 'train.sh': TRAIN },
      'train.sh',
      'workload.recompute=full',
      'workload.sharding=optimizer',
    );
    expect(full.unwritten).toEqual([]);
    expect(full.after['train.sh']).toMatch(/--recompute-granularity full/);
    expect(full.after['train.sh']).toMatch(/--use-distributed-optimizer/);
    const back = written(full.after as { 'train.sh': string }, 'train.sh', 'workload.recompute=none');
    expect(back.after['train.sh']).not.toMatch(/--recompute/);
    expect(back.scenario.workload).toMatchObject({ recompute: 'none', sharding: 'optimizer' });
  });

  test('with the option that a framework wants beside it', () => {
    const alone = written({ 'train.sh': TRAIN }, 'train.sh', 'layout.tp=2');
    expect(alone.edits).toEqual([]);
    expect(alone.unwritten[0]!.reason).toMatch(
      /^Megatron-LM would refuse it \(MG\d+\): TP 2 with experts needs/,
    );
    const both = written({ 'train.sh': TRAIN }, 'train.sh', 'layout.tp=2', 'layout.sequenceParallel=true');
    expect(both.unwritten).toEqual([]);
    expect(both.lines).toEqual(['TP=2', '--sequence-parallel \\']);
  });

  test('as the keys of a NeMo AutoModel recipe, which come and go', () => {
    const { after, scenario, unwritten } = written(
      { 'recipe.yaml': AUTOMODEL },
      'recipe.yaml',
      'layout.ep=16',
      'layout.tp=2',
      'workload.microBatchSize=1',
      'workload.sequenceLength=8192',
      'workload.recompute=none',
      'communication.backend=hybrid-ep',
    );
    expect(unwritten).toEqual([]);
    const text = after['recipe.yaml'];
    for (const line of [
      'ep_size: 16',
      'tp_size: 2',
      'local_batch_size: 1',
      'seq_len: 8192',
      'dispatcher: hybridep',
    ])
      expect(text).toContain(`  ${line}\n`);
    expect(text).not.toContain('activation_checkpointing: true');
    expect(scenario.layout).toMatchObject({ ep: 16, tp: 2 });
    expect(scenario.workload).toMatchObject({ microBatchSize: 1, sequenceLength: 8192, recompute: 'none' });
  });

  test('into the sizes that an engine derives the changed one from', () => {
    const { lines, scenario } = written(
      { 'serve.sh': SERVE, 'model/config.json': MODEL },
      'serve.sh',
      'layout.ep=4',
    );
    expect(lines).toEqual(['--data-parallel-size 2 --enable-expert-parallel']);
    expect(scenario.layout).toMatchObject({ tp: 2, dp: 2, ep: 4 });
  });

  test("into the model's own file", () => {
    const { after, lines } = written(
      { 'serve.sh': SERVE, 'model/config.json': MODEL },
      'serve.sh',
      'model.topK=4',
    );
    expect(lines).toEqual(['"num_experts_per_tok": 4,']);
    expect(after['serve.sh']).toBe(SERVE);
  });

  test('as a key of the right table', () => {
    const { lines, scenario, unwritten } = written(
      { 'job.toml': TITAN },
      'job.toml',
      'layout.cp=2',
      'layout.dp=4',
    );
    expect(unwritten).toEqual([]);
    expect(lines).toContain('context_parallel_degree = 2');
    expect(lines).toContain('data_parallel_shard_degree = 4');
    // Left out, it would follow from DP, which is not what was meant.
    expect(lines).toContain('global_batch_size = 32');
    expect(scenario.layout).toMatchObject({ cp: 2, dp: 4 });
  });

  test('into a nested key', () => {
    const { lines } = written({ 'engine.yaml': ENGINE }, 'engine.yaml', 'workload.memoryFraction=0.8');
    expect(lines).toEqual(['free_gpu_memory_fraction: 0.8']);
  });

  test('into the scenario file, where the job is one', () => {
    const texts = { 'train.sh': TRAIN, 'a.moe.yaml': SCENARIO };
    const { lines, after } = written(
      texts,
      'a.moe.yaml',
      'layout.ep=2',
      'cluster.accelerator=h20',
      'routing.sigma=0.5',
    );
    expect(lines).toEqual(['ep: 2', 'cluster.accelerator: h20', 'routing.sigma: 0.5']);
    expect(after['train.sh']).toBe(TRAIN);
  });
});

const MAXTEXT = `EP=8
python3 -m maxtext.trainers.pre_train.train src/maxtext/configs/base.yml model_name=mixtral-8x7b \\
  per_device_batch_size=2 max_target_length=4096 \\
  ici_expert_parallelism=\${EP} ici_fsdp_parallelism=1 ici_tensor_parallelism=2 dcn_data_parallelism=2 \\
  megablox=True capacity_factor=1.25
`;
const MAXTEXT_YAML = `model_name: mixtral-8x7b
ici_expert_parallelism: 8
ici_fsdp_parallelism: 4
per_device_batch_size: 1
`;
const VERL = `python3 -m verl.trainer.main_ppo --config-name ppo_megatron_trainer \\
  actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \\
  actor_rollout_ref.actor.strategy=megatron \\
  actor_rollout_ref.actor.megatron.tensor_model_parallel_size=2 \\
  actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \\
  trainer.n_gpus_per_node=8 trainer.nnodes=2
`;
const SWIFT = `NPROC_PER_NODE=8 megatron sft --model Qwen/Qwen3-30B-A3B \\
  --expert_model_parallel_size 8 \\
  --micro_batch_size 1
`;

describe('what is on where nothing is said', () => {
  test.each([
    [VERL, 'workload.sharding=none', 'actor_rollout_ref.actor.megatron.use_distributed_optimizer=false'],
    [SWIFT, 'workload.sharding=none', '--use_distributed_optimizer false'],
  ])('is said to be off: %#', (text, change, option) => {
    const { after, unwritten, scenario } = written({ 'run.sh': text }, 'run.sh', change);
    expect(unwritten).toEqual([]);
    expect(after['run.sh']).toContain(option);
    const [name, value] = change.split('=');
    expect(String(fieldValue(scenario, name!))).toBe(value);
    // And on again, in the place where it was said.
    const back = written(
      { 'run.sh': after['run.sh']! },
      'run.sh',
      name === 'workload.sharding' ? 'workload.sharding=optimizer' : `${name}=true`,
    );
    expect(back.unwritten).toEqual([]);
    expect(back.after['run.sh']).not.toContain(option);
  });

  test('stays on where the framework needs it', () => {
    const { after, unwritten } = written({ 'run.sh': VERL }, 'run.sh', 'layout.sequenceParallel=false');
    expect(after['run.sh']).toBe(VERL);
    expect(unwritten.map(({ reason }) => reason).join()).toMatch(/MG006.*megatron\.sequence_parallel/);
  });

  test('a switch that names an order is put beside the sizes, and taken out', () => {
    const flat = TRAIN.replace('--pipeline-model-parallel-size $SIZE', '--pipeline-model-parallel-size 1');
    const mapped = written({ 'train.sh': flat }, 'train.sh', 'layout.order=tp-cp-ep-pp-dp');
    expect(mapped.unwritten).toEqual([]);
    expect(mapped.after['train.sh']).toMatch(/--use-tp-pp-dp-mapping(?! tp)/);
    const back = written(
      { 'train.sh': mapped.after['train.sh']! },
      'train.sh',
      'layout.order=tp-cp-ep-dp-pp',
    );
    expect(back.after['train.sh']).not.toContain('mapping');
  });
});

describe("MaxText's mesh", () => {
  test('takes a size on the axis that has it, and the data axis that keeps DP', () => {
    const { lines, scenario, unwritten } = written({ 'run.sh': MAXTEXT }, 'run.sh', 'layout.ep=4');
    expect(unwritten).toEqual([]);
    expect(lines[0]).toBe('EP=4');
    expect(lines[1]).toContain('dcn_data_parallelism=4');
    expect(scenario.layout).toMatchObject({ ep: 4, tp: 2, dp: 16, worldSize: 32 });
  });

  test('takes one that no axis has inside the slice', () => {
    const { after, scenario, unwritten } = written(
      { 'run.sh': MAXTEXT },
      'run.sh',
      'layout.cp=2',
      'layout.dp=8',
    );
    expect(unwritten).toEqual([]);
    expect(after['run.sh']).toContain('ici_context_parallelism=2');
    expect(scenario.layout).toMatchObject({ cp: 2, dp: 8, ep: 8 });
  });

  test('takes keys of a YAML file', () => {
    const { lines, scenario, unwritten } = written(
      { 'job.yml': MAXTEXT_YAML },
      'job.yml',
      'layout.tp=2',
      'layout.dp=16',
    );
    expect(unwritten).toEqual([]);
    expect(lines).toEqual(expect.arrayContaining(['ici_tensor_parallelism: 2', 'ici_fsdp_parallelism: 2']));
    expect(scenario.layout).toMatchObject({ tp: 2, dp: 16, ep: 8 });
  });

  test('says where a size has no single place', () => {
    const reasons = (text: string, change: string) =>
      written({ 'run.sh': text }, 'run.sh', change).unwritten.map(({ reason }) => reason);
    const spread = MAXTEXT.replace(
      'ici_tensor_parallelism=2',
      'ici_tensor_parallelism=2 dcn_tensor_parallelism=2',
    );
    expect(reasons(spread, 'layout.tp=8')).toEqual([
      'TP: TP is spread over several axes of the mesh: change one of them there.',
    ]);
    const several = MAXTEXT.replace('ici_fsdp_parallelism=1', 'ici_fsdp_parallelism=4');
    expect(reasons(several, 'layout.dp=8')[0]).toMatch(/DP is spread over several axes of the mesh/);
  });

  test('takes microbatch, capacity and full recomputation', () => {
    const { after, unwritten } = written(
      { 'run.sh': MAXTEXT.replace('ici_expert_parallelism', 'remat_policy=minimal ici_expert_parallelism') },
      'run.sh',
      'workload.microBatchSize=4',
      'routing.capacityFactor=2',
      'workload.recompute=full',
    );
    expect(unwritten).toEqual([]);
    expect(after['run.sh']).toMatch(/per_device_batch_size=4 [\s\S]*capacity_factor=2\n/);
    expect(after['run.sh']).toContain('remat_policy=full');
  });
});

describe('what cannot be written is said', () => {
  test.each([
    [
      'cluster.accelerator=h20',
      'Accelerator: the files do not name the GPU, the setting moeScope.accelerator or a scenario file does.',
    ],
    [
      'placement.redundantExperts=8',
      'Redundant experts: Megatron-LM has no option for Redundant experts, a scenario file can say it.',
    ],
    [
      'communication.backend=deepep-low-latency',
      'Backend: its dispatchers do not include deepep-low-latency.',
    ],
  ])('%s', (change, reason) => {
    const { edits, unwritten } = written({ 'train.sh': TRAIN }, 'train.sh', change);
    expect(edits).toEqual([]);
    expect(unwritten.map((one) => one.reason)).toEqual([reason]);
  });

  test('and the rest is written all the same', () => {
    const {
      lines,
      unwritten,
      written: done,
    } = written({ 'train.sh': TRAIN }, 'train.sh', 'layout.ep=4', 'cluster.accelerator=h20');
    expect(lines).toEqual(['EP=4']);
    expect(done).toEqual([{ name: 'layout.ep', value: 4 }]);
    expect(unwritten.map(({ change }) => change.name)).toEqual(['cluster.accelerator']);
  });

  test('with the line of a value that is computed', () => {
    const text = TRAIN.replace('--micro-batch-size 1', '--micro-batch-size $((2 / 2))');
    const { unwritten, scenario } = written({ 'train.sh': text }, 'train.sh', 'workload.microBatchSize=2');
    if (unwritten.length > 0)
      expect(unwritten[0]!.reason).toMatch(/--micro-batch-size is .* in train\.sh:13/);
    else expect(fieldValue(scenario, 'workload.microBatchSize')).toBe(2);
  });

  test('of a catalog model', () => {
    const text = 'vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-expert-parallel\n';
    const { unwritten } = written({ 'serve.sh': text }, 'serve.sh', 'model.topK=4');
    expect(unwritten[0]!.reason).toBe(
      'Top-k: the model is deepseek-ai/DeepSeek-V3 of the catalog; no file of the workspace states it.',
    );
  });
});
