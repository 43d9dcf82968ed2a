// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, it } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

describe('options of another file', () => {
  const script = (more: string) =>
    `source models/deepseek-v3.sh\nP=(--expert-model-parallel-size 32 --tensor-model-parallel-size 8)\nray job submit -- python3 train.py --actor-num-nodes 16 --hf-checkpoint $BASE/DeepSeek-R1/ ${more} \${P[@]}\n`;

  it('leave what is absent without a default', () => {
    const document = mustRead('run.sh', script('${MODEL_ARGS[@]}'));
    expect(document.partial).toBe(true);
    expect(document.facts.some(({ state }) => state === 'default')).toBe(false);
    expect(factOf(document, 'cluster.nodes').value).toBe(16);
    expect(document.models.map(({ value }) => value)).toEqual(['DeepSeek-R1']);
    expect(linkJobs([document])[0]!.preset).toBe('deepseek-ai/DeepSeek-V3');
  });

  it('may also be what someone adds, which changes no default', () => {
    for (const extra of ['"$@"', '$EXTRA_ARGS', '']) {
      const document = mustRead('run.sh', script(extra));
      expect([extra, document.partial]).toEqual([extra, undefined]);
      expect(factOf(document, 'layout.pp')).toMatchObject({ value: 1, state: 'default' });
    }
  });
});

describe('the flex dispatcher', () => {
  const backends = (options: string) =>
    mustRead('a.sh', `torchrun t.py --num-experts 8 ${options}\n`)
      .facts.filter(({ name }) => name === 'communication.backend')
      .map(({ value }) => value);

  it('is what its backend says, which has no effect on another one', () => {
    const backend = '--moe-flex-dispatcher-backend hybridep';
    expect(backends(`--moe-token-dispatcher-type flex ${backend}`)).toEqual(['hybridep', 'flex']);
    expect(backends(`--moe-token-dispatcher-type alltoall ${backend}`)).toEqual(['alltoall']);
  });
});

describe('a size that is half typed', () => {
  it('is open, and no default speaks for it', () => {
    const sizes = '--nproc_per_node 8 t.py --num-experts 8 --expert-model-parallel-size 16';
    const world = (options: string) =>
      mustRead('a.sh', `torchrun ${options} ${sizes}\n`).facts.some(
        ({ name }) => name === 'layout.worldSize',
      );
    expect(world('')).toBe(true);
    for (const begun of ['--nno', '--nnodes', '--nnodes='])
      expect([begun, world(begun)]).toEqual([begun, false]);
  });
});

describe('a launcher that gets its layout from the environment', () => {
  it('is known by its model and dispatcher too, on the nodes of the header', () => {
    const text =
      '#SBATCH --nodes=8 --gres=gpu:8\nexport MEGATRON_PATH=/m\nMODEL=Mixtral-8x22B DISPATCHER=alltoall bash ./sbatch_benchmarking.sh\n';
    expect(valuesOf(mustRead('run.sh', text).facts)).toEqual({
      'communication.backend': 'alltoall',
      'cluster.nodes': 8,
      'cluster.gpusPerNode': 8,
    });
  });

  it('hands options on, and says precision and overlap in words of its own', () => {
    const text =
      'MODEL=m DISPATCHER=hybridep PR=mxfp8 A2A_OVERLAP=1 bash ./sbatch_benchmarking.sh --moe-router-force-load-balancing ' +
      '--recompute-granularity selective --recompute-modules moe_act layernorm\n';
    expect(valuesOf(mustRead('run.sh', text).facts)).toMatchObject({
      'workload.precision': 'mxfp8',
      'workload.momentDtype': 'bf16',
      'workload.overlap': 'expert-parallel',
      'workload.recompute': 'moe_act layernorm',
    });
    const other = valuesOf(mustRead('run.sh', text.replace('sbatch_benchmarking', 'train')).facts);
    expect(other).not.toHaveProperty('workload.precision');
  });
});

describe('a module of Primus', () => {
  const yaml = (overrides: string): string =>
    'modules:\n  pre_trainer:\n    framework: megatron\n    config: pre_trainer.yaml\n    model: mixtral_8x7B_v0.1.yaml\n' +
    `    overrides:\n      tensor_model_parallel_size: 1\n      expert_model_parallel_size: 8\n${overrides}`;

  it('shards the optimizer and computes in BF16 unless it says otherwise', () => {
    expect(valuesOf(mustRead('p.yaml', yaml('')).facts)).toMatchObject({
      'workload.sharding': 'optimizer',
      'workload.precision': 'bf16',
    });
    const off = yaml('      use_torch_fsdp2: true\n');
    expect(valuesOf(mustRead('p.yaml', off).facts)['workload.sharding']).toBe('parameters');
  });
});

describe('Megatron-LM arguments in YAML', () => {
  const text = [
    'ENV_VARS:',
    "  CUDA_DEVICE_MAX_CONNECTIONS: '1'",
    'MODEL_ARGS:',
    '  --tensor-model-parallel-size: ${TP}',
    '  --expert-model-parallel-size: 8 # of 64',
    '  --num-experts: 64',
    '  --moe-layer-freq: ([0]*1+[1]*26)',
    '  --moe-token-dispatcher-type: "flex"',
    '  --sequence-parallel: true',
    '  --use-distributed-optimizer: false',
    '  --recompute-granularity: selective',
    '  --recompute-modules: [moe_act, layernorm]',
    '  --load: false',
    '  --tokenizer-model: Qwen/Qwen3-30B-A3B',
    '',
  ].join('\n');

  it('states the options of the map, under its key as role', () => {
    const document = mustRead('model_config.yaml', text);
    expect(document).toMatchObject({ framework: 'megatron-lm', kind: 'launch', problems: [] });
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({
      value: 8,
      state: 'literal',
      role: 'MODEL_ARGS',
      key: '--expert-model-parallel-size',
    });
    expect(textOf(text, ep)).toBe('8');
    expect(text.slice(ep.keyRange.start, ep.keyRange.end)).toBe('--expert-model-parallel-size');
    expect(valuesOf(document.facts)).toMatchObject({
      'model.routedExperts': 64,
      'model.moeLayerFrequency': '([0]*1+[1]*26)',
      'communication.backend': 'deepep',
      'layout.sequenceParallel': true,
      'workload.recompute': 'moe_act layernorm',
      'workload.sharding': 'none',
      'megatron.cudaDeviceMaxConnections': 1,
      'layout.pp': 1,
    });
    expect(document.facts.every((fact) => fact.role === 'MODEL_ARGS')).toBe(true);
    expect(document.models.map((model) => model.value)).toEqual(['Qwen/Qwen3-30B-A3B']);
  });

  it('leaves variables open, and what follows from them', () => {
    const document = mustRead('model_config.yaml', text);
    expect(factOf(document, 'layout.tp')).toMatchObject({ state: 'unresolved', expression: '${TP}' });
    expect(factOf(document, 'layout.etp').state).toBe('unresolved');
  });

  it('reads half-typed text and says what is missing', () => {
    const half =
      'MODEL_ARGS:\n  --num-experts: 64\n  --expert-model-parallel-size:\n  --moe-router-topk: six\n  --tens';
    const document = mustRead('a.yaml', half);
    expect(factOf(document, 'model.routedExperts').value).toBe(64);
    expect(factOf(document, 'layout.ep').state).toBe('unresolved');
    expect(document.problems.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([
        '--expert-model-parallel-size needs a whole number.',
        '--moe-router-topk needs a whole number, not “six”.',
      ]),
    );
  });

  it('reads a file that is nothing but arguments, and several maps as several commands', () => {
    expect(factOf(mustRead('a.yml', '--num-experts: 8\n'), 'model.routedExperts').role).toBeUndefined();
    const two = 'a:\n  --num-experts: 8\nb:\n  --num-experts: 16\n';
    const document = mustRead('a.yml', two);
    expect(factOf(document, 'model.routedExperts', 1)).toMatchObject({ value: 16, role: 'b' });
  });
});

describe('a layout in the environment of a launcher', () => {
  const text = [
    '#!/bin/bash',
    'export MODEL=Qwen3-30B-A3B MEGATRON_PATH=',
    'export MBS=${MBS:-1}',
    'PP=1 TP=1 EP=8 NNODES=4 bash ./launch.sh --recompute-granularity full',
    'PP=2 TP="$1" EP=16 GBS=256 DISPATCHER=hybridep sbatch launch.sh',
    '',
  ].join('\n');
  const document = mustRead('run.sh', text);

  it('makes every call a command of its own, with its line as role', () => {
    expect(linkJobs([document])).toHaveLength(2);
    const ep = factOf(document, 'layout.ep', 0);
    expect(ep).toMatchObject({ value: 8, role: 'cmd@L4', key: 'EP', state: 'literal' });
    expect(textOf(text, ep)).toBe('8');
    expect(text.slice(ep.keyRange.start, ep.keyRange.end)).toBe('EP');
    expect(factOf(document, 'megatron.recomputeGranularity', 0).value).toBe('full');
    expect(factOf(document, 'layout.tp', 1)).toMatchObject({
      state: 'unresolved',
      role: 'cmd@L5',
      expression: '$1',
    });
    expect(factOf(document, 'communication.backend', 1).value).toBe('hybridep');
    expect(factOf(document, 'workload.microBatchSize', 1)).toMatchObject({ value: 1, state: 'constant' });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  it('may export it, and be in a folder that is not known', () => {
    const text =
      'D="$(cd "$(dirname "$0")" && pwd)"\nexport MODEL_NAME=deepseek_v3\nexport EP=16\nexport PP=8\nbash "${D}"/primus_slurm_pretrain.sh --moe_token_dispatcher_type alltoall\n';
    const document = mustRead('run.sh', text);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.ep': 16,
      'layout.pp': 8,
      'communication.backend': 'alltoall',
    });
    expect(linkJobs([document])[0]!.preset).toBe('deepseek-ai/DeepSeek-V3');
  });

  it.each([
    ['no layout', 'export MEGATRON_PATH=\nEP=8 bash launch.sh\n'],
    ['no launcher', '# megatron\nPP=1 EP=8 make\n'],
    ['another framework', 'PP=1 EP=8 bash serve.sh\n'],
  ])('does not take %s', (_, other) => {
    expect(read({ file: 'a.sh', text: other })).toBeNull();
  });
});

describe('a table of layouts', () => {
  const text = [
    'declare -A CONFIGS=(',
    '    # MODEL:          TP PP EP LAYERS DISPATCHER NNODES [PP_FIRST]',
    '    [Mixtral-8x7B]="  1  4  8  32     alltoall   8"',
    '    [Kimi-K2]="       1  4  x  61     deepep     16  4" # note',
    ')',
    '',
  ].join('\n');

  it('reads each row by the names of the columns', () => {
    const document = mustRead('runtime.conf', text);
    expect(document.models.map((model) => model.value)).toEqual(['Mixtral-8x7B', 'Kimi-K2']);
    const ep = factOf(document, 'layout.ep', 0);
    expect(ep).toMatchObject({ value: 8, role: 'Mixtral-8x7B', key: 'EP' });
    expect(textOf(text, ep)).toBe('8');
    expect(ep.range.start).toBe(text.indexOf('8  32'));
    expect(text.slice(ep.keyRange.start, ep.keyRange.end)).toBe('Mixtral-8x7B');
    expect(factOf(document, 'layout.ep', 1)).toMatchObject({ state: 'unresolved', expression: 'x' });
    expect(factOf(document, 'communication.backend', 1).value).toBe('deepep');
  });

  it('needs a header that names them', () => {
    expect(read({ file: 'a.conf', text: text.replace('# MODEL', '# NAME') })).toBeNull();
  });
});

describe('Megatron-DeepSpeed', () => {
  const text =
    'EP=4\ndeepspeed --num_nodes 2 --num_gpus 8 pretrain_gpt.py --num-experts 8 --moe-expert-parallel-size $EP --num-layers 4 ' +
    '--hidden-size 64 --num-attention-heads 4 --tensor-model-parallel-size 2 --zero-stage 2 --deepspeed\n';

  it('reads its own names and defaults', () => {
    const document = mustRead('t.sh', text);
    expect(document.framework).toBe('deepspeed');
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ value: 4, state: 'constant', key: '--moe-expert-parallel-size' });
    expect(textOf(text, ep)).toBe('$EP');
    expect(ep.via).toEqual([{ variable: 'EP', range: { start: 3, end: 4 } }]);
    expect(valuesOf(document.facts)).toMatchObject({
      'model.routedExperts': 8,
      'model.topK': 1,
      'layout.etp': 1,
      'model.intermediateSize': 256,
      'model.moeLayerFrequency': [0, 1, 0, 1],
      'workload.sharding': 'gradients',
      'layout.worldSize': 16,
      'routing.capacityFactor': 1,
    });
  });

  it('recomputes and computes as its options say', () => {
    const options = (more: string) => valuesOf(mustRead('t.sh', text.replace('--deepspeed', more)).facts);
    expect(options('--deepspeed --checkpoint-activations --fp16')).toMatchObject({
      'workload.recompute': 'full',
      'workload.precision': 'bf16',
    });
    expect(options('--deepspeed-activation-checkpointing')['workload.recompute']).toBe('full');
    expect(options('--deepspeed')).not.toHaveProperty('workload.recompute');
  });

  it('knows pyramids of experts, dropless training and experts split over TP', () => {
    const document = mustRead(
      't.sh',
      't --num-experts 64 128 --moe-expert-parallel-size 64 --enable-expert-tensor-parallelism --tensor-model-parallel-size 2 --disable-moe-token-dropping --expert-interval 1\n',
    );
    const values = valuesOf(document.facts);
    expect(values).toMatchObject({
      'deepspeed.numExperts': '64 128',
      'layout.etp': 2,
      'model.moeLayerFrequency': 1,
    });
    expect(values).not.toHaveProperty('model.routedExperts');
    expect(values).not.toHaveProperty(['routing.capacityFactor']);
  });

  it('says what is missing in half-typed options', () => {
    const document = mustRead('t.sh', 't --num-experts 8 --expert-interval $X --moe-expert-parallel-size\n');
    expect(document.problems.map((problem) => problem.message)).toEqual([
      '--moe-expert-parallel-size needs a whole number.',
    ]);
    expect(factOf(document, 'model.moeLayerFrequency').state).toBe('unresolved');
  });
});

describe('options of Pai-Megatron-Patch', () => {
  it('state head sizes and MTP modules by names of their own', () => {
    const document = mustRead(
      'run.sh',
      'torchrun t.py --num-experts 8 --multi-latent-attention --qk-nope-head-dim 96 --qk-rope-head-dim 48 --num-mtp-predictor 1\n',
    );
    expect(factOf(document, 'model.mla.qkNopeHeadDim')).toMatchObject({
      value: 96,
      key: '--qk-nope-head-dim',
    });
    expect(factOf(document, 'model.mla.qkRopeHeadDim')).toMatchObject({ value: 48, state: 'literal' });
    expect(factOf(document, 'model.mtpLayers')).toMatchObject({ value: 1, key: '--num-mtp-predictor' });
  });
});

describe('fields of Megatron-Core’s configs in YAML', () => {
  const recipe = [
    'ENV_VARS:',
    "  CUDA_DEVICE_MAX_CONNECTIONS: '32'",
    'ARGS:',
    '  num_layers: 61',
    '  num_experts: 256',
    '  moe_layer_freq: ([0]*3+[1]*58)',
    '  expert_model_parallel_size: 64 # of 1024',
    '  tensor_model_parallel_size: 2',
    '  sequence_parallel: true',
    '  moe_token_dispatcher_type: flex',
    '  moe_flex_dispatcher_backend: deepep',
    '  recompute_granularity: selective',
    '  recompute_modules:',
    '  - mla_up_proj',
    '  - mlp',
    '  finetune: false',
    '  load: ${LOAD_PATH}',
    '',
  ].join('\n');

  it('are the options of a command under ARGS, with the defaults of what is absent', () => {
    const document = mustRead('recipe.yaml', recipe);
    const ep = factOf(document, 'layout.ep');
    expect(ep).toMatchObject({ role: 'ARGS', key: 'expert_model_parallel_size', state: 'literal' });
    expect(textOf(recipe, ep)).toBe('64');
    expect(valuesOf(document.facts)).toMatchObject({
      'model.routedExperts': 256,
      'model.topK': 2,
      'layout.etp': 2,
      'layout.pp': 1,
      'communication.backend': 'deepep',
      'workload.recompute': 'mla_up_proj mlp',
      'megatron.cudaDeviceMaxConnections': 32,
    });
    expect(document.problems).toEqual([]);
  });

  const yamlCfg = [
    'language_model:',
    '  num_layers: 24',
    '  hidden_size: 1024',
    '  num_attention_heads: 16',
    '  num_query_groups: 4',
    '  ffn_hidden_size: null',
    '  add_bias_linear: False',
    '  activation_func: swiglu',
    '  num_moe_experts: 8',
    'model_parallel:',
    '  tensor_model_parallel_size: 2',
    '  expert_model_parallel_size: 4',
    '  bf16: True',
    'micro_batch_size: 2',
    'group_query_attention: False',
    '',
  ].join('\n');

  it('are the sections of a file for --yaml-cfg', () => {
    const document = mustRead('gpt_config.yaml', yamlCfg);
    expect(factOf(document, 'model.routedExperts')).toMatchObject({ value: 8, role: 'language_model' });
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 4, role: 'model_parallel' });
    expect(valuesOf(document.facts)).toMatchObject({
      'workload.microBatchSize': 2,
      'model.kvHeads': 4,
      'model.mlpMatrices': 3,
      'model.intermediateSize': 2688,
      'model.expertBias': false,
      'workload.precision': 'bf16',
    });
    expect(linkJobs([document])).toHaveLength(1);
  });

  it('have the default of a variable, and the model beside them', () => {
    const text =
      'modules:\n  pre_trainer:\n    model: ${PRIMUS_MODEL:deepseek_v2_lite}.yaml\n    overrides:\n      tensor_model_parallel_size: ${PRIMUS_TP:1}\n      expert_model_parallel_size: ${oc.env:EP,8}\n      seq_length: ${SEQ}\n';
    const document = mustRead('pretrain.yaml', text);
    expect(factOf(document, 'layout.tp')).toMatchObject({ value: 1, state: 'constant' });
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 8, role: 'modules.pre_trainer.overrides' });
    expect(factOf(document, 'workload.sequenceLength').state).toBe('unresolved');
    expect(linkJobs([document])[0]!.preset).toBe('deepseek-ai/DeepSeek-V2-Lite');
  });

  it('are the sections of FlagScale, too', () => {
    const text =
      'system:\n  tensor_model_parallel_size: 2\n  expert_model_parallel_size: 4\n  sequence_parallel: true\n  precision: { bf16: true }\nmodel:\n  num_layers: 27\n  num_experts: 64\n  moe_token_dispatcher_type: "alltoall"\n';
    const document = mustRead('train.yaml', text);
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 4, role: 'system' });
    expect(valuesOf(linkJobs([document])[0]!.facts)).toMatchObject({
      'model.routedExperts': 64,
      'layout.etp': 2,
      'communication.backend': 'alltoall',
      'workload.precision': 'bf16',
    });
  });

  it('of a dense --yaml-cfg file are none', () => {
    expect(
      read({ file: 'a.yaml', text: yamlCfg.replace('num_moe_experts: 8', 'num_moe_experts: null') }),
    ).toBeNull();
  });

  it('may stand anywhere in a trainer’s file, whose own defaults are not Megatron’s', () => {
    const text =
      'cluster: { gpus_per_node: 8, num_nodes: 4 }\npolicy:\n  megatron_cfg:\n    tensor_model_parallel_size: 4\n    expert_model_parallel_size: 8\n';
    const document = mustRead('grpo.yaml', text);
    expect(document).toMatchObject({ framework: 'megatron-lm', partial: true });
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 8, role: 'policy.megatron_cfg' });
    expect(valuesOf(document.facts)).toMatchObject({ 'cluster.nodes': 4, 'cluster.gpusPerNode': 8 });
    expect(document.facts.some(({ state }) => state === 'default')).toBe(false);
  });

  it('stands beside the batch and the engine that a NeMo-RL policy samples from', () => {
    const text =
      'policy:\n  model_name: deepseek-ai/DeepSeek-V3\n  train_global_batch_size: 512\n  train_micro_batch_size: 2\n' +
      '  max_total_sequence_length: 1536\n  megatron_cfg:\n    activation_checkpointing: true\n' +
      '    pipeline_model_parallel_size: 16\n    expert_model_parallel_size: 16\n' +
      '  generation:\n    vllm_cfg: { tensor_parallel_size: 32, expert_parallel_size: 64, gpu_memory_utilization: 0.5 }\n';
    const document = mustRead('grpo.yaml', text);
    const [job] = linkJobs([document]);
    expect(valuesOf(job!.facts)).toMatchObject({
      'layout.pp': 16,
      'layout.ep': 16,
      'workload.globalBatchSize': 512,
      'workload.microBatchSize': 2,
      'workload.sequenceLength': 1536,
      'workload.recompute': 'full',
      'workload.recomputeMethod': 'uniform',
    });
    // No edit may take `true` for the word that it stands for.
    expect(factOf(document, 'megatron.recomputeGranularity')).toMatchObject({ state: 'constant' });
    // What says itself what is recomputed goes before it, wherever it stands.
    const selective = text.replace(
      'megatron_cfg:\n',
      'megatron_cfg:\n    recompute_granularity: selective\n',
    );
    const [other] = linkJobs([mustRead('grpo.yaml', selective)]);
    expect(valuesOf(other!.facts)).toMatchObject({ 'workload.recompute': 'core_attn' });
    expect(valuesOf(document.facts.filter(({ role }) => role === 'rollout'))).toEqual({
      'layout.tp': 32,
      'layout.ep': 64,
      'workload.memoryFraction': 0.5,
    });
  });

  it('may say no size in a file that builds on another', () => {
    const text =
      'defaults: ./base.yaml\npolicy:\n  megatron_cfg:\n    moe_token_dispatcher_type: flex\n    moe_flex_dispatcher_backend: hybridep\n';
    const document = mustRead('grpo.yaml', text);
    expect(document.partial).toBe(true);
    expect(valuesOf(document.facts)).toMatchObject({ 'communication.backend': 'hybridep' });
    expect(read({ file: 'a.yaml', text: text.replace('megatron_cfg', 'other') })).toBeNull();
  });

  it.each([
    'expert_model_parallel_size: 8\nother: 1\n',
    'model:\n  num_experts: 8\n  hidden_size: 64\n',
    'a: &a\n  b: *a\n  expert_model_parallel_size: 8\n',
  ])('%j is none', (text) => {
    expect(read({ file: 'a.yaml', text })).toBeNull();
  });
});

describe('the engine that slime samples from', () => {
  const text =
    'ray job submit -- python3 train.py --actor-num-nodes 2 --actor-num-gpus-per-node 8 --num-experts 8 --tensor-model-parallel-size 2 --expert-model-parallel-size 8 --rollout-num-gpus-per-engine 4 --sglang-ep-size 4 --sglang-enable-dp-attention\n';

  it('has a role of its own, and no say in the job that trains', () => {
    const document = mustRead('run.sh', text);
    const rollout = document.facts.filter(({ role }) => role === 'rollout');
    expect(valuesOf(rollout)).toEqual({
      'layout.tp': 4,
      'layout.ep': 4,
      'layout.attentionDataParallel': true,
      'workload.engine': 'sglang',
    });
    const [job, ...others] = linkJobs([document]);
    expect(others).toEqual([]);
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.tp': 2, 'layout.ep': 8 });
    expect(job!.facts.some(({ name }) => name === 'workload.engine')).toBe(false);
  });
});

describe('Megatron-Core’s fields in the overrides of a trainer', () => {
  const overrides =
    'cluster.num_nodes=${N} cluster.gpus_per_node=4 policy.model_name=Qwen/Qwen3-30B-A3B policy.train_global_batch_size=512 ++policy.megatron_cfg.optimizer.use_precision_aware_optimizer=true policy.megatron_cfg.tensor_model_parallel_size=2 policy.megatron_cfg.expert_model_parallel_size=16 policy.generation.vllm_cfg.tensor_parallel_size=8';

  it('say nothing under a name that every object has', () => {
    const named = `${overrides} policy.generation.vllm_cfg.constructor=1`;
    const text = (options: string) => `N=8\nuv run examples/run_grpo_math.py --config a.yaml ${options}\n`;
    const facts = (options: string) => valuesOf(mustRead('run.sh', text(options)).facts);
    expect(facts(named)).toEqual(facts(overrides));
  });

  it('are read from the command, or from the variable that a batch script runs', () => {
    for (const text of [
      `N=8\nuv run examples/run_grpo_math.py --config a.yaml ${overrides}\n`,
      `N=8\nCOMMAND="NRL=1 uv run ./examples/run_grpo_math.py \\\n${overrides}" \\\nCONTAINER=/c sbatch --nodes=$N ray.sub\n`,
    ]) {
      const document = mustRead('run.sh', text);
      expect(document).toMatchObject({ framework: 'megatron-lm', partial: true });
      const [job] = linkJobs([document]);
      expect(job!.preset).toBe('Qwen/Qwen3-30B-A3B');
      expect(valuesOf(job!.facts)).toMatchObject({
        'cluster.nodes': 8,
        'cluster.gpusPerNode': 4,
        'layout.tp': 2,
        'layout.ep': 16,
        'workload.globalBatchSize': 512,
      });
      const rollout = document.facts.filter(({ role }) => role === 'rollout');
      expect(valuesOf(rollout)).toEqual({ 'layout.tp': 8 });
      expect(textOf(text, factOf(document, 'layout.ep'))).toBe('16');
    }
  });

  it('of a dense model are none', () => {
    expect(read({ file: 'a.sh', text: 'run policy.megatron_cfg.tensor_model_parallel_size=2\n' })).toBeNull();
  });
});

it("reads LLaMA-Factory's arguments beside Megatron-Core's fields", () => {
  const document = mustRead(
    'qwen3_moe_full.yaml',
    'model_name_or_path: Qwen/Qwen3-30B-A3B-Instruct-2507\nfinetuning_type: full\ncutoff_len: 4096\n' +
      'per_device_train_batch_size: 2\ngradient_accumulation_steps: 8\npipeline_model_parallel_size: 4\n' +
      'moe_token_dispatcher_type: alltoall\nexpert_model_parallel_size: 2\n',
  );
  expect(valuesOf(document.facts)).toMatchObject({
    'workload.sequenceLength': 4096,
    'workload.microBatchSize': 2,
    'layout.pp': 4,
    'layout.ep': 2,
  });
  expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
});
