// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, it } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

describe('Megatron-Bridge', () => {
  const script = [
    'EP=${EP:-16}',
    "CMD='",
    'uv run python run_recipe.py --recipe qwen3_30b_a3b_pretrain_config \\',
    '    model.expert_model_parallel_size="$EP" \\',
    '    model.tensor_model_parallel_size=$TP \\',
    '    model.sequence_parallel=True model.moe_permute_fusion=false \\',
    '    train.global_batch_size=128 dataset.seq_length=4096 checkpoint.save=/x',
    "'",
    'export EP',
    'srun bash -c "$CMD"',
    '',
  ].join('\n');

  it('reads overrides of a recipe, also in a script that a variable holds', () => {
    const document = mustRead('t.sh', script);
    expect(document.framework).toBe('megatron-bridge');
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({
      value: 16,
      state: 'constant',
      role: 'model',
      key: 'model.expert_model_parallel_size',
    });
    expect(textOf(script, ep)).toBe('$EP');
    expect(script.slice(ep.keyRange.start, ep.keyRange.end)).toBe('model.expert_model_parallel_size');
    expect(factOf(document, 'layout.tp')).toMatchObject({ state: 'unresolved', expression: '$TP' });
    expect(factOf(document, 'workload.globalBatchSize')).toMatchObject({ value: 128, role: 'train' });
    expect(factOf(document, 'workload.sequenceLength')).toMatchObject({ value: 4096, role: 'dataset' });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  it.each(['pretrain_config', 'sft_mxfp8_config', 'pretrain_8gpu_h100_bf16_config', 'peft_config'])(
    'knows the model of a recipe that ends in %s',
    (end) => {
      const text = `python run_recipe.py --recipe qwen3_30b_a3b_${end} model.expert_model_parallel_size=8\n`;
      expect(linkJobs([mustRead('t.sh', text)])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
    },
  );

  it('adds no defaults: the recipe has its own', () => {
    const { facts } = mustRead('t.sh', script);
    expect(facts.filter((fact) => fact.state === 'default' || fact.state === 'derived')).toEqual([]);
  });

  it('reads YAML overrides, and what is half typed', () => {
    const text =
      'model:\n  expert_model_parallel_size: 8\n  num_moe_experts: 64\n  context_parallel_size:\n  pipeline_model_parallel_size: null\ntrain:\n  micro_batch_size: 2\n';
    const document = mustRead('override.yaml', text);
    expect(document.framework).toBe('megatron-bridge');
    expect(textOf(text, factOf(document, 'layout.ep'))).toBe('8');
    expect(factOf(document, 'model.routedExperts').keyRange.start).toBe(text.indexOf('num_moe_experts'));
    expect(factOf(document, 'layout.cp').state).toBe('unresolved');
    expect(document.facts.some((fact) => fact.name === 'layout.pp')).toBe(false);
    expect(document.problems.map((problem) => problem.message)).toEqual([
      'model.context_parallel_size needs a whole number.',
    ]);
  });

  it('gives every override its own line, and torchrun its sizes', () => {
    const text = [
      '#SBATCH --nodes=2',
      'EP=${EP:-8}',
      'OVERRIDES="\\',
      '    model.expert_model_parallel_size=$EP \\',
      '    model.recompute_granularity=selective \\',
      '    model.recompute_modules=[moe_act,layernorm]"',
      'CMD="python -m torch.distributed.run --nproc_per_node=4 --nnodes=$SLURM_NNODES run_recipe.py"',
      'CMD="$CMD $OVERRIDES"',
      'srun bash -lc "export A=1',
      '  $CMD 2>&1 | tee log"',
      '',
    ].join('\n');
    const document = mustRead('slurm.sh', text);
    const lineOf = (name: string) => text.slice(0, factOf(document, name).range.start).split('\n').length;
    expect(lineOf('layout.ep')).toBe(4);
    expect(valuesOf(document.facts)).toMatchObject({
      'cluster.gpusPerNode': 4,
      'cluster.nodes': 2,
      'workload.recompute': 'moe_act layernorm',
    });
    expect(factOf(document, 'megatron.recomputeModules').state).toBe('constant');
  });

  it('reads the performance launcher', () => {
    const text =
      'python -m scripts.performance.setup_experiment -m qwen -mr qwen3_30b_a3b -ng 64 -gn 8 -tp 1 -ep 8 -vp None\n';
    const document = mustRead('perf.sh', text);
    expect(document).toMatchObject({ framework: 'megatron-bridge', partial: true, problems: [] });
    expect(valuesOf(document.facts)).toEqual({
      'layout.worldSize': 64,
      'cluster.gpusPerNode': 8,
      'layout.tp': 1,
      'layout.ep': 8,
    });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
    expect(
      read({ file: 'perf.sh', text: text.replace('-mr qwen3_30b_a3b', '').replace('-ep 8', '') }),
    ).toBeNull();
  });

  it('reads what comm_overlap puts over the model, and stages as lists of lists', () => {
    const yaml =
      'train: { train_iters: 10 }\nmodel:\n  pipeline_model_parallel_size: 2\n  expert_model_parallel_size: 8\n' +
      '  pipeline_model_parallel_layout:\n  - [embedding, decoder, decoder]\n  - [decoder, decoder]\n' +
      '  - [decoder, decoder]\n  - [decoder, mtp, loss]\n' +
      'comm_overlap: { overlap_moe_expert_parallel_comm: true, delay_wgrad_compute: false }\n';
    const facts = valuesOf(mustRead('override.yaml', yaml).facts);
    expect(facts).toMatchObject({
      'workload.overlap': 'expert-parallel',
      'megatron.pipelineModelParallelLayout': 'Ett|tt|tt|tmL',
      'layout.vpp': 2,
    });
    const script = (value: string) =>
      `torchrun run.py --recipe deepseek_v3_pretrain_config model.expert_model_parallel_size=64 comm_overlap.overlap_moe_expert_parallel_comm=${value}\n`;
    expect(valuesOf(mustRead('a.sh', script('true')).facts)).toMatchObject({
      'workload.overlap': 'expert-parallel',
    });
    expect(valuesOf(mustRead('a.sh', script('false')).facts)).not.toHaveProperty('workload.overlap');
    const [recipe] = mustRead('a.sh', script('$OVERLAP')).facts.filter(
      ({ name }) => name === 'workload.overlap',
    );
    expect(recipe).toMatchObject({ state: 'unresolved' });
  });

  it('knows its override files by fields that only they have', () => {
    const text =
      'model:\n  seq_length: 2048\ntrain:\n  train_iters: 600\n  global_batch_size: 64\nscheduler:\n  lr_warmup_iters: 0\nddp:\n  grad_reduce_in_fp32: true\n';
    const document = mustRead('override.yaml', text);
    expect(document.framework).toBe('megatron-bridge');
    expect(factOf(document, 'workload.globalBatchSize').value).toBe(64);
    expect(read({ file: 'override.yaml', text: text.replace('train_iters', 'steps') })).toBeNull();
  });

  it.each([
    ['a.yaml', 'model:\n  seq_length: 2048\ntrain:\n  global_batch_size: 8\n'],
    ['a.yaml', 'model:\n  expert_model_parallel_size: 8\n'],
    ['a.sh', 'python t.py model.seq_length=2048\n'],
    ['a.md', 'model.expert_model_parallel_size=8\n'],
  ])('%s: %j is none', (file, text) => {
    expect(read({ file, text })).toBeNull();
  });
});

describe('verl', () => {
  const text = [
    'ACTOR_EP=${ACTOR_EP:-8}',
    'python3 -m verl.trainer.main_ppo --config-name=ppo_megatron_trainer.yaml \\',
    '    actor_rollout_ref.model.path="Qwen/Qwen3-30B-A3B" \\',
    '    actor_rollout_ref.rollout.tensor_model_parallel_size=4 actor_rollout_ref.rollout.name=vllm \\',
    '    actor_rollout_ref.ref.megatron.expert_model_parallel_size=4 \\',
    '    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=2 \\',
    '    actor_rollout_ref.actor.megatron.expert_model_parallel_size=$ACTOR_EP \\',
    '    actor_rollout_ref.actor.megatron.expert_tensor_parallel_size=null \\',
    '    ++actor_rollout_ref.actor.megatron.override_transformer_config.moe_token_dispatcher_type=\'"flex"\' \\',
    '    trainer.n_gpus_per_node=8 trainer.nnodes=2',
    '',
  ].join('\n');
  const document = mustRead('run.sh', text);

  it('keeps the layouts of its workers apart', () => {
    expect(document).toMatchObject({ framework: 'verl', problems: [] });
    const of = (role: string) => valuesOf(document.facts.filter((fact) => fact.role === role));
    expect(of('actor')).toMatchObject({ 'layout.ep': 8, 'layout.tp': 2, 'layout.etp': 2, 'layout.pp': 1 });
    expect(of('ref')).toEqual({ 'layout.ep': 4 });
    expect(of('rollout')).toEqual({ 'layout.tp': 4, 'workload.engine': 'vllm' });
    expect(of('trainer')).toEqual({ 'cluster.nodes': 2, 'cluster.gpusPerNode': 8 });
    expect(of('actor')).toMatchObject({ 'layout.worldSize': 16, 'layout.dp': 8, 'layout.edp': 1 });
  });

  it('gives the actor first, so that a job is what it trains', () => {
    const [job] = linkJobs([document]);
    expect(job!.facts.find((fact) => fact.name === 'layout.tp')!.role).toBe('actor');
    expect(job!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  it('gives ranges of keys without their plus and of values without their quotes', () => {
    const flex = factOf(document, 'megatron.moeTokenDispatcherType');
    expect(flex).toMatchObject({ value: 'flex', role: 'actor' });
    expect(text.slice(flex.keyRange.start, flex.keyRange.end)).toMatch(
      /^actor_rollout_ref.*dispatcher_type$/,
    );
    const ep = document.facts.find((fact) => fact.name === 'layout.ep' && fact.role === 'actor')!;
    expect(textOf(text, ep)).toBe('$ACTOR_EP');
  });

  it('reads the options of the rollout engine, and keeps them out of what is trained', () => {
    const script = text.replace(
      'trainer.nnodes=2',
      'trainer.nnodes=2 actor_rollout_ref.rollout.data_parallel_size=3 actor_rollout_ref.rollout.max_num_seqs=64 actor_rollout_ref.rollout.max_model_len=4096 actor_rollout_ref.rollout.gpu_memory_utilization=0.5 +actor_rollout_ref.rollout.engine_kwargs.vllm.enable_expert_parallel=True',
    );
    const engine = mustRead('run.sh', script);
    const rollout = engine.facts.filter((fact) => fact.role === 'rollout');
    expect(valuesOf(rollout)).toMatchObject({
      'layout.dp': 3,
      'layout.expertParallelEnabled': true,
      'workload.concurrency': 64,
      'workload.contextLength': 4096,
      'workload.memoryFraction': 0.5,
    });
    const [job] = linkJobs([engine]);
    expect(job!.facts.some((fact) => fact.role === 'rollout' || fact.role === 'ref')).toBe(false);
    expect(job!.facts.filter((fact) => fact.name === 'layout.dp').map(({ value }) => value)).toEqual([8]);
  });

  it('reads maps of fields as one override for each', () => {
    const script =
      'python3 t.py actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \'+actor_rollout_ref.actor.megatron.override_transformer_config={moe_token_dispatcher_type: "flex", moe_router_topk: 6}\'\n';
    const map = mustRead('run.sh', script);
    const topK = factOf(map, 'model.topK');
    expect(topK).toMatchObject({ value: 6, role: 'actor', state: 'literal' });
    expect(textOf(script, topK)).toBe('6');
    expect(script.slice(topK.keyRange.start, topK.keyRange.end)).toBe('moe_router_topk');
    expect(factOf(map, 'megatron.moeTokenDispatcherType').value).toBe('flex');
  });

  it('takes a job whose model has experts by its name, also one with FSDP', () => {
    const script =
      'python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=$ROOT/Qwen3-30B-A3B actor_rollout_ref.actor.strategy=fsdp2 trainer.nnodes=4\n';
    const fsdp = mustRead('run.sh', script);
    expect(valuesOf(fsdp.facts)).toMatchObject({
      'cluster.nodes': 4,
      'layout.ep': 1,
      'workload.sharding': 'parameters',
    });
    expect(linkJobs([fsdp])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
    expect(read({ file: 'run.sh', text: script.replace('Qwen3-30B-A3B', 'Qwen3-8B') })).toBeNull();
  });

  const batch = (more: string) =>
    valuesOf(
      mustRead(
        'run.sh',
        text.replace(
          'trainer.nnodes=2',
          `trainer.nnodes=2 data.max_prompt_length=1024 data.max_response_length=3072 actor_rollout_ref.actor.ppo_mini_batch_size=32 actor_rollout_ref.rollout.n=8 actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu=4 ${more}`,
        ),
      ).facts,
    );

  it('pads the sequences of a microbatch to the longest that is allowed', () => {
    expect(batch('')).toMatchObject({
      'workload.microBatchSize': 4,
      'workload.sequenceLength': 4096,
      'workload.globalBatchSize': 256,
    });
  });

  it('packs a microbatch by tokens where batches are dynamic', () => {
    const dynamic =
      'actor_rollout_ref.actor.use_dynamic_bsz=True actor_rollout_ref.actor.ppo_max_token_len_per_gpu=8192 actor_rollout_ref.actor.megatron.context_parallel_size=2';
    expect(batch(dynamic)).toMatchObject({
      'workload.microBatchSize': 1,
      'workload.sequenceLength': 16384,
      'workload.globalBatchSize': 64,
    });
    // Nobody knows which of them counts.
    const open = batch('actor_rollout_ref.actor.use_dynamic_bsz=$DYNAMIC');
    expect(open).not.toHaveProperty(['workload.microBatchSize']);
    expect(open).not.toHaveProperty(['workload.sequenceLength']);
  });

  it('packs the share of every data parallel rank by itself', () => {
    const job =
      'python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B trainer.nnodes=1 trainer.n_gpus_per_node=8 ' +
      'data.max_prompt_length=2048 data.max_response_length=8192 actor_rollout_ref.actor.ppo_mini_batch_size=32 actor_rollout_ref.rollout.n=16 ' +
      'actor_rollout_ref.actor.use_dynamic_bsz=True actor_rollout_ref.actor.ppo_max_token_len_per_gpu=30720 ' +
      'actor_rollout_ref.actor.megatron.tensor_model_parallel_size=2 actor_rollout_ref.actor.megatron.expert_model_parallel_size=8\n';
    // 128 sequences of 10240 tokens on each of four ranks make 43 packs of 30720.
    expect(valuesOf(mustRead('run.sh', job).facts)).toMatchObject({ 'workload.globalBatchSize': 172 });
  });

  it('checkpoints models of transformers unless the job says otherwise', () => {
    const fsdp = (more: string) =>
      valuesOf(
        mustRead(
          'run.sh',
          `python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B actor_rollout_ref.actor.strategy=fsdp ${more}\n`,
        ).facts,
      )['workload.recompute'];
    expect(fsdp('')).toBe('full');
    expect(fsdp('actor_rollout_ref.model.enable_gradient_checkpointing=False')).toBe('none');
  });

  it.each([
    ['automodel_config.ep_size=8 actor_rollout_ref.actor.automodel_config.tp_size=2', 8, 2],
    ['veomni.expert_parallel_size=4 actor_rollout_ref.actor.veomni.ulysses_parallel_size=8', 4, 1],
    ['torchtitan.expert_parallel_size=16 actor_rollout_ref.actor.torchtitan.tensor_parallel_size=4', 16, 4],
  ])('reads the sizes of its other trainers: %s', (sizes, ep, tp) => {
    const script = `python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B actor_rollout_ref.actor.${sizes} actor_rollout_ref.rollout.expert_parallel_size=2 trainer.nnodes=2 trainer.n_gpus_per_node=8\n`;
    const [job] = linkJobs([mustRead('run.sh', script)]);
    expect(valuesOf(job!.facts)).toMatchObject({
      'layout.ep': ep,
      'layout.tp': tp,
      'layout.pp': 1,
      'workload.sharding': 'parameters',
      'cluster.nodes': 2,
    });
  });

  it('trains FP32 shards with FSDP, adapters where they have a rank, and on the host where FSDP2 is told so', () => {
    const fsdp = (more: string) =>
      valuesOf(
        mustRead(
          'run.sh',
          `python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B actor_rollout_ref.actor.strategy=fsdp2 ${more}\n`,
        ).facts,
      );
    expect(fsdp('')).toMatchObject({ 'workload.parameterDtype': 'fp32', 'workload.masterDtype': 'none' });
    const options =
      'actor_rollout_ref.actor.fsdp_config.offload_policy=True actor_rollout_ref.model.lora_rank=64 actor_rollout_ref.model.target_modules=all-linear actor_rollout_ref.actor.fsdp_config.model_dtype=bf16';
    expect(fsdp(options)).toMatchObject({
      'workload.parameterDtype': 'bf16',
      'workload.parameterOffload': true,
      'workload.adapterRank': 64,
      'workload.adapterTargets': 'all',
    });
  });

  it('splits sequences with Ulysses, and packs as many tokens on each of its ranks', () => {
    const values = (options: string) =>
      valuesOf(
        mustRead(
          'run.sh',
          `python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B ${options} actor_rollout_ref.actor.use_dynamic_bsz=True actor_rollout_ref.actor.ppo_max_token_len_per_gpu=4096\n`,
        ).facts,
      );
    const fsdp =
      'actor_rollout_ref.actor.strategy=fsdp2 actor_rollout_ref.actor.ulysses_sequence_parallel_size=4';
    expect(values(fsdp)).toMatchObject({ 'layout.cp': 4, 'workload.sequenceLength': 16_384 });
    const veomni =
      'actor_rollout_ref.actor.veomni.expert_parallel_size=4 actor_rollout_ref.actor.veomni.ulysses_parallel_size=2';
    expect(values(veomni)).toMatchObject({ 'layout.cp': 2, 'layout.ep': 4, 'workload.sequenceLength': 8192 });
  });

  it("shards nothing where Automodel's strategy is DDP, and recomputes where it checkpoints", () => {
    const script =
      'python3 -m verl.trainer.main_ppo actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B actor_rollout_ref.actor.automodel_config.ep_size=8 actor_rollout_ref.actor.automodel_config.distributed_strategy=ddp actor_rollout_ref.actor.automodel_config.activation_checkpointing=true\n';
    expect(valuesOf(mustRead('run.sh', script).facts)).toMatchObject({
      'workload.sharding': 'none',
      'workload.recompute': 'full',
    });
  });

  it('reads half-typed overrides', () => {
    const half =
      'python t.py actor_rollout_ref.actor.megatron.expert_model_parallel_size= trainer.nnodes=two\n';
    const broken = mustRead('a.sh', half);
    expect(broken.facts.find((fact) => fact.name === 'layout.ep')!.state).toBe('unresolved');
    expect(broken.problems.length).toBeGreaterThan(0);
  });

  it('takes no job without experts', () => {
    expect(
      read({
        file: 'a.sh',
        text: 'python t.py actor_rollout_ref.actor.megatron.tensor_model_parallel_size=2\n',
      }),
    ).toBeNull();
    expect(read({ file: 'a.sh', text: '# expert_ actor_rollout_ref.\n' })).toBeNull();
  });
});

describe('ms-swift', () => {
  const script =
    'NPROC_PER_NODE=8 NNODES=2 megatron sft --model Qwen/Qwen3-30B-A3B --expert_model_parallel_size 8 ' +
    '--sequence_parallel true --moe_shared_expert_overlap false --max_length 8192 --tensor_model_parallel_size 2\n';

  it('is known by what its command runs, started by hand', () => {
    const script =
      'EP=8\ntorchrun --nproc_per_node 8 --nnodes 2 swift/cli/_megatron/sft.py --model Qwen/Qwen3.5-35B-A3B --expert_model_parallel_size $EP\n';
    const document = mustRead('run.sh', script);
    expect(document.framework).toBe('ms-swift');
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.ep': 8, 'cluster.nodes': 2 });
  });

  it.each([
    ['--load Qwen3-30B-A3B-mcore', 'Qwen3-30B-A3B-mcore'],
    ['--load out/checkpoint-10 --model Qwen/Qwen3-30B-A3B', 'Qwen/Qwen3-30B-A3B'],
  ])('has the model of the folder that it loads where it names no other: %s', (options, model) => {
    const document = mustRead('sft.sh', `megatron sft ${options} --expert_model_parallel_size 8\n`);
    expect(document.models.map(({ value }) => value)).toEqual([model]);
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  it('reads a script with its own defaults', () => {
    const document = mustRead('sft.sh', script);
    expect(document).toMatchObject({ framework: 'ms-swift', problems: [] });
    const ep = factOf(document, 'layout.ep');
    expect(textOf(script, ep)).toBe('8');
    expect(script.slice(ep.keyRange.start, ep.keyRange.end)).toBe('--expert_model_parallel_size');
    expect(factOf(document, 'layout.etp')).toMatchObject({ value: 1, state: 'default' });
    const nodes = factOf(document, 'cluster.nodes');
    expect([nodes.value, script.slice(nodes.keyRange.start, nodes.keyRange.end)]).toEqual([2, 'NNODES']);
    const values = valuesOf(document.facts);
    expect(values).toMatchObject({
      'layout.sequenceParallel': true,
      'layout.worldSize': 16,
      'layout.dp': 8,
      'layout.edp': 2,
      'communication.backend': 'alltoall',
      'workload.sequenceLength': 8192,
      'workload.sharding': 'optimizer',
      'workload.recompute': 'core_attn',
    });
    expect(values).not.toHaveProperty(['megatron.sharedExpertOverlap']);
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  it('takes what is switched off for off, where it is on by default', () => {
    const on = 'NPROC_PER_NODE=8 megatron sft --model a --expert_model_parallel_size 8\n';
    const values = (text: string) => valuesOf(mustRead('sft.sh', text).facts);
    expect(values(on)).toMatchObject({ 'workload.sharding': 'optimizer' });
    expect(values(on.replace('\n', ' --use_distributed_optimizer false\n'))).toMatchObject({
      'megatron.useDistributedOptimizer': false,
      'workload.sharding': 'none',
    });
  });

  it('trains adapters where it is told to, of rank 8 beside all linear layers unless it says more', () => {
    const lora = 'NPROC_PER_NODE=8 megatron sft --model a --expert_model_parallel_size 8 --train_type lora\n';
    const values = (text: string) => valuesOf(mustRead('sft.sh', text).facts);
    expect(values(lora)).toMatchObject({ 'workload.adapterRank': 8, 'workload.adapterTargets': 'all' });
    const more = lora.replace('\n', ' --lora_rank 32 --target_modules linear_qkv linear_proj\n');
    expect(values(more)).toMatchObject({
      'workload.adapterRank': 32,
      'workload.adapterTargets': 'attention',
    });
    expect(values(lora.replace('lora', 'full'))).not.toHaveProperty(['workload.adapterRank']);
    for (const module of ['vision_proj', 'constructor']) {
      const unknown = lora.replace('\n', ` --target_modules ${module}\n`);
      expect(values(unknown)).not.toHaveProperty(['workload.adapterTargets']);
    }
  });

  it('tells the engine that it samples from by a role', () => {
    const text =
      'swift rollout --model Qwen/Qwen3-30B-A3B --vllm_data_parallel_size 2 &\nNPROC_PER_NODE=4 megatron rlhf --model Qwen/Qwen3-30B-A3B --tensor_model_parallel_size 1 --expert_model_parallel_size 4 --use_vllm true --vllm_tensor_parallel_size 2\n';
    const document = mustRead('grpo.sh', text);
    const rollout = document.facts.filter(({ role }) => role === 'rollout');
    expect(valuesOf(rollout)).toEqual({ 'layout.tp': 2, 'layout.dp': 2, 'workload.engine': 'vllm' });
    expect(valuesOf(linkJobs([document])[0]!.facts)).toMatchObject({ 'layout.tp': 1, 'layout.dp': 4 });
  });

  it('reads YAML', () => {
    const text =
      'model: "Qwen/Qwen3-30B-A3B"\ntuner_type: lora\nexpert_model_parallel_size: 4\nmoe_grouped_gemm: maybe\n';
    const document = mustRead('sft.yaml', text);
    expect(document.framework).toBe('ms-swift');
    expect(textOf(text, factOf(document, 'layout.ep'))).toBe('4');
    expect(document.models[0]!.range.start).toBe(text.indexOf('Qwen'));
  });

  it.each([
    ['a.sh', 'megatron sft --tensor_model_parallel_size 2\n'],
    ['a.sh', 'megatron train --expert_model_parallel_size 2\n'],
    ['a.yaml', 'model: x\nexpert_model_parallel_size: 2\n'],
  ])('%s: %j is none', (file, text) => {
    expect(read({ file, text })).toBeNull();
  });

  it('reads half-typed options', () => {
    const document = mustRead(
      'a.sh',
      'megatron sft --sequence_parallel perhaps --expert_model_parallel_size\n',
    );
    expect(document.problems.map((problem) => problem.message)).toEqual([
      '--sequence_parallel needs true or false, not “perhaps”.',
      '--expert_model_parallel_size needs a whole number.',
    ]);
  });
});
