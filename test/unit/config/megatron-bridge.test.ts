import { describe, expect, it } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import { factOf, mustRead, valuesOf } from './facts';

const launch = (rest: string) => `torchrun run_recipe.py ${rest}\n`;
const factsOf = (rest: string) => valuesOf(mustRead('run.sh', launch(rest)).facts);
const resolved = (rest: string) => {
  const [job] = linkJobs([mustRead('run.sh', launch(rest))]);
  return resolveScenario({ framework: 'megatron-bridge', facts: job!.facts });
};

describe('a recipe of Megatron-Bridge', () => {
  it('is known by its model where nothing of its layout is changed', () => {
    const document = mustRead(
      'run.sh',
      launch('--recipe qwen35_vl_35b_a3b_sft_config train.micro_batch_size=1'),
    );
    expect(document.framework).toBe('megatron-bridge');
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3.5-35B-A3B');
    expect(factOf(document, 'layout.ep').expression).toBe('the recipe qwen35_vl_35b_a3b_sft_config');
    expect(
      read({ file: 'run.sh', text: launch('--recipe qwen3_8b_sft_config train.micro_batch_size=1') }),
    ).toBeNull();
  });

  it('takes the config that its launcher names', () => {
    const rest =
      '--recipe my_recipe --hf_path deepseek-ai/DeepSeek-V4-Flash --seq_length 8192 model.expert_model_parallel_size=8';
    expect(linkJobs([mustRead('run.sh', launch(rest))])[0]!.preset).toBe('deepseek-ai/DeepSeek-V4-Flash');
    expect(factsOf(rest)).toMatchObject({ 'workload.sequenceLength': 8192 });
  });

  it.each([
    ['--recipe gpt_oss_20b_sft_mxfp8_config', 'mxfp8'],
    ['--recipe gpt_oss_20b_pretrain_16gpu_h100_fp8cs_config', 'fp8'],
    ['--recipe gpt_oss_20b_pretrain_16gpu_h100_bf16_config mixed_precision=bf16_with_mxfp8_mixed', 'mxfp8'],
    [
      '--recipe gpt_oss_20b_sft_config mixed_precision=nanov2_bf16_with_fp8_current_scaling_mixed',
      'fp8-blockwise',
    ],
    ['--recipe gpt_oss_20b_sft_config', undefined],
  ])('%s computes in %s', (rest, precision) => {
    expect(factsOf(`${rest} model.expert_model_parallel_size=8`)['workload.precision']).toBe(precision);
  });

  it('shards the optimizer unless it is told otherwise', () => {
    const stated = '--recipe qwen3_30b_a3b_pretrain_config model.expert_model_parallel_size=8';
    expect(resolved(stated).scenario?.workload.sharding).toBe('optimizer');
    expect(resolved(stated).provenance['workload.sharding']?.kind).toBe('assumed');
  });
});

describe('adapters of a recipe', () => {
  const ep = 'model.expert_model_parallel_size=8';

  it('are trained where its name or the scheme says so, of a rank that may not be known', () => {
    for (const rest of [
      '--recipe qwen3_30b_a3b_peft_config',
      '--recipe qwen3_30b_a3b_finetune_config --peft_scheme lora',
    ]) {
      const { scenario, provenance } = resolved(`${rest} ${ep}`);
      expect(scenario?.workload.adapterRank, rest).toBeGreaterThan(0);
      expect(provenance['workload.adapterRank']?.kind, rest).toBe('assumed');
    }
    const whole = '--recipe qwen3_30b_a3b_peft_config --peft_scheme none';
    expect(resolved(`${whole} ${ep}`).scenario?.workload.adapterRank).toBe(0);
  });

  it('have the rank and the modules that are put over them', () => {
    const rest = `--recipe qwen3_30b_a3b_peft_config ${ep} peft.dim=8 "peft.target_modules=[linear_qkv,linear_proj]"`;
    expect(factsOf(rest)).toMatchObject({
      'workload.adapterRank': 8,
      'workload.adapterTargets': 'attention',
    });
    const yaml =
      'model:\n  expert_model_parallel_size: 8\ntrain:\n  train_iters: 10\npeft:\n  dim: 16\n' +
      '  target_modules:\n  - linear_fc1\n  - linear_fc2\n';
    expect(valuesOf(mustRead('lora.yaml', yaml).facts)).toMatchObject({
      'workload.adapterRank': 16,
      'workload.adapterTargets': 'mlp,shared_experts,experts',
    });
  });
});

it('says what the performance launcher asks of its recipe', () => {
  const text =
    'python scripts/performance/setup_experiment.py -m qwen -mr qwen3_30b_a3b -ng 16 --gpu h100 -c fp8_mx --task lora ' +
    '--moe_flex_dispatcher_backend hybridep --moe_a2a_overlap true --use_megatron_fsdp true -rl 4\n';
  expect(valuesOf(mustRead('perf.sh', text).facts)).toMatchObject({
    'workload.precision': 'mxfp8',
    'communication.backend': 'hybridep',
    'workload.overlap': 'expert-parallel',
    'workload.sharding': 'parameters',
    'workload.recompute': 'full',
    'workload.recomputeMethod': 'block',
    'workload.recomputeLayers': 4,
  });
  const off = valuesOf(mustRead('perf.sh', text.replaceAll(' true', ' false')).facts);
  expect(off).not.toHaveProperty('workload.overlap');
  expect(off).not.toHaveProperty('workload.sharding');
});
