import type { Dialect, Family, Options } from './fault';
import { everyOther } from './models';
import { type ScriptForm, scriptForms, type Word } from './script-forms';
import { nested, yamlForms } from './tree-forms';

/** A job of 2 nodes with 8 GPUs each that every rule is content with. */
const training = {
  nodes: 2,
  gpus: 8,
  'num-layers': 32,
  'hidden-size': 2048,
  'ffn-hidden-size': 8192,
  'num-attention-heads': 16,
  'num-experts': 64,
  'moe-router-topk': 6,
  'moe-ffn-hidden-size': 1024,
  'moe-token-dispatcher-type': 'alltoall',
  'tensor-model-parallel-size': 2,
  'sequence-parallel': true,
  'expert-tensor-parallel-size': 1,
  'expert-model-parallel-size': 8,
  'pipeline-model-parallel-size': 2,
  'context-parallel-size': 1,
  'micro-batch-size': 1,
  'global-batch-size': 64,
} as const satisfies Options;

/** Options that say how many machines there are: every launcher has its own. */
const CLUSTER: ReadonlySet<string> = new Set(['nodes', 'gpus']);
/** Where Megatron-LM itself reads the options. */
const ITSELF = ['megatron script', 'megatron arguments', 'megatron slime'];
const ENVIRONMENT = 'CUDA_DEVICE_MAX_CONNECTIONS';

const words = (options: Options, key: Dialect['key'], joint: ' ' | '=', on: string | null): Word[] =>
  Object.entries(options).flatMap(([option, value]): Word[] => {
    const spelled = key(option);
    if (spelled === null || CLUSTER.has(option) || option === ENVIRONMENT) return [];
    if (value === false) return [];
    return [{ key: spelled, value: value === true ? on : String(value), joint }];
  });

const underscored = (option: string): string => option.replaceAll('-', '_');
const environment = (options: Options): string =>
  options[ENVIRONMENT] === undefined ? '' : `export ${ENVIRONMENT}=${options[ENVIRONMENT]}\n`;

const keyOrOwn = (spell: (option: string) => string) => (option: string) =>
  CLUSTER.has(option) ? option : option === ENVIRONMENT ? option : spell(option);

function megatronScript([name, form]: readonly [string, ScriptForm]): Dialect {
  const key = keyOrOwn((option) => `--${option}`);
  return {
    name: `megatron script, ${name}`,
    framework: 'megatron-lm',
    key: (option) => (option === 'nodes' ? '--nnodes' : option === 'gpus' ? '--nproc_per_node' : key(option)),
    write(options) {
      const { nodes, gpus } = options;
      const head = `torchrun --nproc_per_node ${gpus} --nnodes ${nodes} pretrain_gpt.py`;
      const text = form(head, words(options, key, ' ', null), '');
      return text === null ? null : { 'train.sh': `#!/bin/bash\n${environment(options)}${text}` };
    },
  };
}

function megatronYaml(name: string): Dialect {
  const key = (option: string) =>
    CLUSTER.has(option) ? null : option === ENVIRONMENT ? option : `--${option}`;
  return {
    name: `megatron arguments, ${name}`,
    framework: 'megatron-lm',
    key,
    write(options) {
      const entries = Object.entries(options).flatMap(([option, value]) =>
        key(option) === null || option === ENVIRONMENT ? [] : [[`--${option}`, value] as const],
      );
      const own = options[ENVIRONMENT];
      const sections = {
        ENV_VARS: { SKIP: 1, ...(own === undefined ? {} : { [ENVIRONMENT]: own }) },
        MODEL_ARGS: nested(entries),
      };
      return { 'model_config.yaml': yamlForms[name]!(sections) };
    },
  };
}

/** slime hands Megatron-LM's options through Ray, in arrays beside those of the rollout's engine. */
const slime: Dialect = {
  name: 'megatron slime script',
  framework: 'megatron-lm',
  key: (option) =>
    option === 'nodes'
      ? '--actor-num-nodes'
      : option === 'gpus'
        ? '--actor-num-gpus-per-node'
        : option === ENVIRONMENT
          ? null
          : `--${option}`,
  write(options) {
    const { nodes, gpus } = options;
    const own = words(
      options,
      keyOrOwn((option) => `--${option}`),
      ' ',
      null,
    );
    const array = (name: string, part: readonly Word[]) =>
      `${name}=(\n${part.map(({ key, value }) => `   ${key}${value === null ? '' : ` ${/^[\w./:@+-]+$|^\$/.test(value) ? value : `"${value}"`}`}\n`).join('')}\n   # --micro-batch-size 1\n)\n`;
    const half = Math.ceil(own.length / 2);
    return {
      'run.sh': `#!/bin/bash\nset -ex\n${array('MODEL_ARGS', own.slice(0, half))}${array('PERF_ARGS', own.slice(half))}SGLANG_ARGS=(\n   --rollout-num-gpus-per-engine 8\n   --sglang-ep-size 8\n)\nray job submit --address="http://127.0.0.1:8265" \\\n   --runtime-env-json='{"env_vars":{"PYTHONPATH":"/root/Megatron-LM/"}}' \\\n   -- python3 train.py \\\n   --actor-num-nodes ${nodes} \\\n   --actor-num-gpus-per-node ${gpus} \\\n   --colocate \\\n   \${MODEL_ARGS[@]} \\\n   \${PERF_ARGS[@]} \\\n   \${SGLANG_ARGS[@]}\n`,
    };
  },
};

const verl = ([name, form]: readonly [string, ScriptForm]): Dialect => {
  const key = (option: string) =>
    option === 'nodes'
      ? 'trainer.nnodes'
      : option === 'gpus'
        ? 'trainer.n_gpus_per_node'
        : option === ENVIRONMENT
          ? null
          : `actor_rollout_ref.actor.megatron.${underscored(option)}`;
  return {
    name: `verl script, ${name}`,
    framework: 'verl',
    key,
    write(options) {
      const { nodes, gpus } = options;
      const tail = `trainer.nnodes=${nodes} trainer.n_gpus_per_node=${gpus}`;
      const text = form('python3 -m verl.trainer.main_ppo', words(options, key, '=', 'True'), tail);
      return text === null ? null : { 'run.sh': text };
    },
  };
};

const swiftKey = (option: string) =>
  option === 'nodes' ? 'NNODES' : option === 'gpus' ? 'NPROC_PER_NODE' : `--${underscored(option)}`;

const msSwift = ([name, form]: readonly [string, ScriptForm]): Dialect => ({
  name: `ms-swift script, ${name}`,
  framework: 'ms-swift',
  key: (option) => (option === ENVIRONMENT ? null : swiftKey(option)),
  write(options) {
    const { nodes, gpus } = options;
    const text = form('megatron sft', words(options, swiftKey, ' ', 'true'), '--max_length 4096');
    return text === null
      ? null
      : { 'sft.sh': `export NNODES=${nodes}\nexport NPROC_PER_NODE=${gpus}\n${text}` };
  },
});

const msSwiftYaml = (name: string): Dialect => {
  const key = (option: string) =>
    CLUSTER.has(option) || option === ENVIRONMENT ? null : underscored(option);
  return {
    name: `ms-swift arguments, ${name}`,
    framework: 'ms-swift',
    key,
    write(options) {
      const entries = Object.entries(options).flatMap(([option, value]) => {
        const spelled = key(option);
        return spelled === null ? [] : [[spelled, value] as const];
      });
      const own = [
        ['load', 'checkpoints'],
        ['tuner_type', 'full'],
      ] as const;
      return { 'sft.yaml': yamlForms[name]!(nested([...own, ...entries])) };
    },
  };
};

/** Sections of a recipe's options; the others are the model's. */
const BRIDGE_SECTIONS: Readonly<Record<string, string>> = {
  'global-batch-size': 'train',
  'micro-batch-size': 'train',
  'use-megatron-fsdp': 'ddp',
  'megatron-fsdp-version': 'ddp',
};
const bridgeKey = (option: string) =>
  option === ENVIRONMENT ? null : `${BRIDGE_SECTIONS[option] ?? 'model'}.${underscored(option)}`;

const bridge = ([name, form]: readonly [string, ScriptForm]): Dialect => ({
  name: `megatron-bridge script, ${name}`,
  framework: 'megatron-bridge',
  key: (option) =>
    option === 'nodes' ? '--nnodes' : option === 'gpus' ? '--nproc_per_node' : bridgeKey(option),
  write(options) {
    const { nodes, gpus } = options;
    const head = `torchrun --nproc_per_node ${gpus} --nnodes ${nodes} run_recipe.py`;
    const text = form(head, words(options, bridgeKey, '=', 'true'), '');
    return text === null ? null : { 'run.sh': text };
  },
});

const bridgeYaml = (name: string): Dialect => ({
  name: `megatron-bridge overrides, ${name}`,
  framework: 'megatron-bridge',
  key: (option) => (CLUSTER.has(option) ? null : bridgeKey(option)),
  write(options) {
    const entries = Object.entries(options).flatMap(([option, value]) => {
      const spelled = CLUSTER.has(option) ? null : bridgeKey(option);
      return spelled === null ? [] : [[spelled, value] as const];
    });
    return { 'override.yaml': yamlForms[name]!(nested([['train.train_iters', 100], ...entries])) };
  },
});

/** Overrides have an equals sign in every form. */
const hydraForms = Object.entries(scriptForms).filter(([name]) => name !== 'equals');
const yamlNames = Object.keys(yamlForms);

/** Everything that Megatron-Core lays out. */
export const megatronFamily: Family = {
  name: 'Megatron-Core',
  bases: {
    training,
    overlapped: {
      ...training,
      'num-virtual-stages-per-pipeline-rank': 2,
      'moe-grouped-gemm': true,
      'overlap-moe-expert-parallel-comm': true,
      'delay-wgrad-compute': true,
      bf16: true,
    },
    checkpoint: {
      'hf-checkpoint': './model',
      ...training,
      'num-layers': 94,
      'hidden-size': 4096,
      'ffn-hidden-size': 12288,
      'num-attention-heads': 64,
      'num-experts': 128,
      'moe-router-topk': 8,
      'moe-ffn-hidden-size': 1536,
    },
    inference: {
      ...training,
      'transformer-impl': 'inference_optimized',
      'moe-router-dtype': 'fp32',
    },
  },
  dialects: [
    ...Object.entries(scriptForms).map(megatronScript),
    ...yamlNames.map(megatronYaml),
    slime,
    ...hydraForms.map(verl),
    ...Object.entries(scriptForms).map(msSwift),
    ...yamlNames.map(msSwiftYaml),
    ...hydraForms.map(bridge),
    ...yamlNames.map(bridgeYaml),
  ],
  faults: [
    {
      rule: 'MG001',
      set: { 'num-experts': null, 'moe-router-topk': null, 'moe-ffn-hidden-size': null },
      at: 'expert-model-parallel-size',
    },
    { rule: 'MG002', set: { 'expert-model-parallel-size': 24 }, at: 'expert-model-parallel-size' },
    { rule: 'MG003', set: { 'pipeline-model-parallel-size': 3 }, at: 'pipeline-model-parallel-size' },
    { rule: 'MG004', set: { 'expert-tensor-parallel-size': 2 }, at: 'expert-model-parallel-size' },
    {
      rule: 'MG005',
      set: {
        'expert-tensor-parallel-size': null,
        'expert-model-parallel-size': 4,
        'disable-bias-linear': true,
      },
      at: 'expert-model-parallel-size',
    },
    { rule: 'MG006', set: { 'sequence-parallel': null }, at: 'tensor-model-parallel-size', in: ITSELF },
    { rule: 'MG006', set: { 'sequence-parallel': 'False' }, at: 'sequence-parallel', in: ['verl'] },
    { rule: 'MG007', set: { 'tensor-model-parallel-size': 1 }, at: 'sequence-parallel' },
    { rule: 'MG008', set: { 'use-tp-pp-dp-mapping': true }, at: 'use-tp-pp-dp-mapping' },
    {
      rule: 'MG009',
      set: { 'num-attention-heads': 20, 'tensor-model-parallel-size': 8 },
      at: 'tensor-model-parallel-size',
    },
    {
      rule: 'MG010',
      set: {
        'num-attention-heads': 24,
        'group-query-attention': true,
        'num-query-groups': 6,
        'tensor-model-parallel-size': 4,
      },
      at: 'tensor-model-parallel-size',
    },
    { rule: 'MG011', set: { 'num-layers': 61 }, at: 'pipeline-model-parallel-size' },
    {
      rule: 'MG012',
      set: { 'pipeline-model-parallel-size': 1, 'num-virtual-stages-per-pipeline-rank': 4 },
      at: 'num-virtual-stages-per-pipeline-rank',
    },
    {
      rule: 'MG011',
      set: { 'num-layers-per-virtual-pipeline-stage': 3 },
      at: 'num-layers-per-virtual-pipeline-stage',
    },
    { rule: 'MG013', set: { 'moe-layer-freq': '([0]*3+[1]*30)' }, at: 'moe-layer-freq' },
    { rule: 'MG015', set: { 'moe-router-topk': 1 }, at: 'moe-router-topk' },
    {
      rule: 'MG016',
      set: { 'moe-router-num-groups': 4, 'moe-router-group-topk': 8 },
      at: 'moe-router-group-topk',
    },
    {
      rule: 'MG017',
      set: { 'moe-router-num-groups': 8, 'moe-router-group-topk': 4, 'moe-router-topk-limited-devices': 4 },
      at: 'moe-router-topk-limited-devices',
    },
    {
      rule: 'MG018',
      set: { 'moe-token-dispatcher-type': 'allgather', 'moe-shared-expert-overlap': true },
      at: 'moe-shared-expert-overlap',
    },
    { rule: 'MG019', set: { 'moe-token-dispatcher-type': null }, at: 'expert-model-parallel-size' },
    { rule: 'MG020', set: { 'moe-enable-deepep': true }, at: 'moe-enable-deepep' },
    {
      rule: 'MG021',
      set: { 'moe-token-dispatcher-type': 'flex', 'moe-enable-deepep': true },
      at: 'moe-enable-deepep',
    },
    { rule: 'MG022', set: { 'moe-flex-dispatcher-backend': 'ncclep' }, at: 'moe-flex-dispatcher-backend' },
    {
      rule: 'MG023',
      set: { 'moe-pad-expert-input-to-capacity': true },
      at: 'moe-pad-expert-input-to-capacity',
      in: [...ITSELF, 'ms-swift', 'verl'],
    },
    {
      rule: 'MG024',
      set: { 'moe-expert-capacity-factor': 1.5, 'moe-router-load-balancing-type': 'sinkhorn' },
      at: 'moe-expert-capacity-factor',
    },
    {
      rule: 'MG025',
      set: { 'moe-router-load-balancing-type': 'sinkhorn', 'moe-aux-loss-coeff': 0.01 },
      at: 'moe-aux-loss-coeff',
    },
    {
      rule: 'MG026',
      set: { 'moe-router-load-balancing-type': 'aux_loss seq_aux_loss', 'moe-aux-loss-coeff': 0.01 },
      at: 'moe-aux-loss-coeff',
    },
    {
      rule: 'MG027',
      set: { 'moe-router-enable-expert-bias': true },
      at: 'moe-router-enable-expert-bias',
      in: ITSELF,
    },
    {
      rule: 'MG028',
      set: { 'expert-tensor-parallel-size': 2, 'expert-model-parallel-size': 4 },
      at: 'expert-tensor-parallel-size',
    },
    {
      rule: 'MG029',
      set: { 'recompute-granularity': 'selective', 'recompute-modules': 'moe_act' },
      at: 'recompute-modules',
    },
    {
      rule: 'MG030',
      set: {
        'recompute-granularity': 'selective',
        'recompute-modules': 'shared_experts',
        'moe-shared-expert-overlap': true,
      },
      at: 'moe-shared-expert-overlap',
    },
    {
      rule: 'MG031',
      set: { 'num-virtual-stages-per-pipeline-rank': null },
      at: 'overlap-moe-expert-parallel-comm',
      base: 'overlapped',
      in: [...ITSELF, 'ms-swift', 'verl'],
    },
    {
      rule: 'MG032',
      set: { 'overlap-moe-expert-parallel-comm': null },
      at: 'delay-wgrad-compute',
      base: 'overlapped',
    },
    {
      rule: 'MG033',
      set: {
        'num-experts': null,
        'expert-model-parallel-size': 1,
        'moe-token-dispatcher-type': null,
        'moe-router-topk': null,
      },
      at: 'moe-ffn-hidden-size',
    },
    { rule: 'MG034', set: { 'moe-ffn-hidden-size': null }, at: 'num-experts' },
    { rule: 'MG035', set: { 'use-torch-fsdp2': true }, at: 'use-torch-fsdp2' },
    { rule: 'MG036', set: { CUDA_DEVICE_MAX_CONNECTIONS: 8 }, at: 'CUDA_DEVICE_MAX_CONNECTIONS' },
    {
      rule: 'MG037',
      set: { 'moe-router-padding-for-quantization': true },
      at: 'moe-router-padding-for-quantization',
    },
    {
      rule: 'MG038',
      set: { 'use-megatron-fsdp': true, 'megatron-fsdp-version': 2 },
      at: 'megatron-fsdp-version',
    },
    { rule: 'MG039', set: { 'global-batch-size': 66 }, at: 'global-batch-size' },
    {
      rule: 'MG041',
      set: { 'expert-model-parallel-size': 16, 'pipeline-model-parallel-size': 1 },
      at: 'expert-model-parallel-size',
    },
    { rule: 'MG042', set: { 'moe-router-dtype': null }, at: 'transformer-impl', base: 'inference' },
    {
      rule: 'MG023',
      set: {
        'moe-token-dispatcher-type': 'flex',
        'moe-flex-dispatcher-backend': 'deepep',
        'moe-expert-capacity-factor': 1.5,
        'moe-pad-expert-input-to-capacity': true,
      },
      at: 'moe-pad-expert-input-to-capacity',
    },
    {
      rule: 'MG027',
      set: { 'moe-router-enable-expert-bias': true, 'moe-router-score-function': 'softmax' },
      at: 'moe-router-enable-expert-bias',
    },
    {
      rule: 'MG016',
      set: { 'moe-router-num-groups': 5, 'moe-router-group-topk': 2 },
      at: 'moe-router-num-groups',
    },
    {
      rule: 'MG031',
      set: { 'recompute-granularity': 'selective', 'recompute-modules': 'moe' },
      at: 'overlap-moe-expert-parallel-comm',
      base: 'overlapped',
    },
    {
      rule: 'MG031',
      set: { 'moe-shared-expert-overlap': true },
      at: 'overlap-moe-expert-parallel-comm',
      base: 'overlapped',
    },
    {
      rule: 'MG031',
      set: { 'moe-token-dispatcher-type': 'allgather' },
      at: 'overlap-moe-expert-parallel-comm',
      base: 'overlapped',
    },
    {
      rule: 'MG043',
      set: { 'recompute-granularity': 'full' },
      at: 'recompute-granularity',
      in: [...ITSELF, 'ms-swift'],
    },
    {
      rule: 'MG043',
      set: { 'recompute-granularity': 'selective', 'recompute-num-layers': 1 },
      at: 'recompute-num-layers',
    },
    {
      rule: 'MG049',
      set: {
        'decoder-first-pipeline-num-layers': 15,
        'decoder-last-pipeline-num-layers': 16,
      },
      at: 'decoder-last-pipeline-num-layers',
    },
    {
      rule: 'MG050',
      set: { 'pipeline-model-parallel-layout': 'Et*16|t*14L' },
      at: 'pipeline-model-parallel-layout',
    },
    {
      rule: 'MG050',
      set: { 'pipeline-model-parallel-layout': 'Et*10|t*10|t*12L' },
      at: 'pipeline-model-parallel-layout',
    },
    {
      rule: 'GN018',
      set: { 'moe-router-load-balancing-type': 'sinkhon' },
      at: 'moe-router-load-balancing-type',
    },
    {
      rule: 'GN018',
      set: { 'recompute-granularity': 'selective', 'recompute-modules': 'core_atn' },
      at: 'recompute-modules',
    },
    {
      rule: 'MG044',
      set: {
        'fp8-format': 'hybrid',
        'fp8-recipe': 'delayed',
        'recompute-granularity': 'selective',
        'recompute-modules': 'layernorm',
      },
      at: 'recompute-modules',
    },
    {
      rule: 'MG045',
      set: {
        'recompute-granularity': 'selective',
        'recompute-modules': 'moe',
        'offload-modules': 'expert_fc1',
      },
      at: 'offload-modules',
    },
    {
      rule: 'MG046',
      set: { 'cuda-graph-impl': 'transformer_engine', 'cuda-graph-modules': 'attn moe moe_router' },
      at: 'cuda-graph-modules',
    },
    {
      rule: 'MG047',
      set: {
        'moe-token-dispatcher-type': 'flex',
        'moe-flex-dispatcher-backend': 'deepep',
        'moe-expert-rank-capacity-factor': 1.5,
      },
      at: 'moe-expert-rank-capacity-factor',
    },
    {
      rule: 'MG048',
      set: { 'overlap-dispatch-backward-with-experts-wgrad': true },
      at: 'overlap-dispatch-backward-with-experts-wgrad',
      base: 'overlapped',
    },
    {
      rule: 'MG051',
      set: {
        'cuda-graph-impl': 'transformer_engine',
        'recompute-granularity': 'full',
        'recompute-method': 'uniform',
        'recompute-num-layers': 1,
      },
      at: 'cuda-graph-impl',
    },
    { rule: 'MG052', set: { 'offload-modules': 'attn_proj' }, at: 'offload-modules' },
    {
      rule: 'MG054',
      set: {
        'decoder-first-pipeline-num-layers': 15,
        'decoder-last-pipeline-num-layers': 17,
        'num-virtual-stages-per-pipeline-rank': 3,
      },
      at: 'decoder-last-pipeline-num-layers',
    },
    {
      rule: 'MG055',
      set: {
        'moe-paged-stash': true,
        'moe-token-dispatcher-type': 'flex',
        'moe-flex-dispatcher-backend': 'hybridep',
        'moe-expert-rank-capacity-factor': 1.5,
        'offload-modules': 'moe_act',
      },
      at: 'offload-modules',
    },
    {
      rule: 'MG056',
      set: {
        'moe-latent-size': 512,
        'moe-shared-expert-intermediate-size': 1024,
        'moe-shared-expert-overlap': true,
      },
      at: 'moe-shared-expert-overlap',
    },
    { rule: 'MG057', set: { 'cpu-offloading-num-layers': 4 }, at: 'cpu-offloading-num-layers' },
    { rule: 'MG053', set: { 'fp8-format': 'hybrid', 'fp4-format': 'e2m1' }, at: 'fp8-format' },
    { rule: 'GN018', set: { 'moe-flex-dispatcher-backend': 'hybridpe' }, at: 'moe-flex-dispatcher-backend' },
    {
      rule: 'GN004',
      set: {
        nodes: 3,
        'num-experts': 60,
        'expert-model-parallel-size': 6,
        'pipeline-model-parallel-size': 1,
      },
      at: 'expert-model-parallel-size',
    },
    { rule: 'GN006', set: { 'moe-router-topk': 65 }, at: 'moe-router-topk' },
    {
      rule: 'GN018',
      set: { 'moe-token-dispatcher-type': 'altoall' },
      at: 'moe-token-dispatcher-type',
    },
    { rule: 'GN002', set: { 'expert-model-parallel-size': '$1' }, at: 'expert-model-parallel-size' },
    {
      rule: 'MG014',
      set: { 'moe-layer-freq': 2 },
      at: 'moe-layer-freq',
      base: 'checkpoint',
      files: everyOther,
    },
    { rule: 'MG040', set: { 'num-experts': 64 }, at: 'num-experts', base: 'checkpoint', files: everyOther },
  ],
  exceptions: [
    {
      in: 'verl script, variable',
      rules: ['MG046'],
      why: 'an unquoted variable of several words is several arguments',
    },
    {
      in: 'verl script, fallback of a variable',
      rules: ['MG046'],
      why: 'an unquoted variable of several words is several arguments',
    },
    {
      in: 'megatron-bridge script, variable',
      rules: ['MG046'],
      why: 'an unquoted variable of several words is several arguments',
    },
    {
      in: 'megatron-bridge script, fallback of a variable',
      rules: ['MG046'],
      why: 'an unquoted variable of several words is several arguments',
    },
    {
      in: 'megatron arguments',
      rules: ['MG003', 'MG004', 'MG008', 'MG039', 'MG041', 'GN004'],
      why: 'the file does not say how many GPUs there are',
    },
    {
      in: 'ms-swift arguments',
      rules: ['MG003', 'MG004', 'MG039', 'MG041', 'GN004'],
      why: 'the file does not say how many GPUs there are',
    },
    {
      in: 'megatron-bridge overrides',
      rules: ['MG003', 'MG004', 'MG039', 'MG041', 'GN004'],
      why: 'the file does not say how many GPUs there are',
    },
    {
      in: 'megatron arguments',
      rules: ['MG014', 'MG040'],
      why: '--hf-checkpoint is an option of slime, which has scripts',
    },
    { in: 'megatron-bridge', rules: ['MG011'], why: 'the recipe may lay the layers out itself' },
  ],
};
