import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import { linkJobs } from '../../../src/config/link';
import { presetFacts } from '../../../src/config/preset';
import { read } from '../../../src/config/read';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';
import { fact, smallModel } from '../facts';

function resolved(file: string, text: string) {
  const document = read({ file, text });
  if (document === null) throw new Error('not recognised');
  const [job] = linkJobs([document]);
  const facts = job!.facts;
  return resolveScenario({ framework: job!.framework, facts, overrides: {}, settings: {} });
}

const MEGATRON = `torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py \\
  --num-layers 8 --hidden-size 4096 --num-attention-heads 32 --seq-length 4096 --vocab-size 32000 \\
  --num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 14336 --moe-token-dispatcher-type alltoall \\
  --expert-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64 --bf16`;
const megatron = (flags: string) => resolved('train.sh', `${MEGATRON} ${flags}\n`);

describe('Megatron-LM', () => {
  it.each([
    ['', 'bf16'],
    ['--fp8-format hybrid', 'fp8'],
    ['--fp8-format e4m3 --fp8-recipe blockwise', 'fp8-blockwise'],
    ['--fp8-format e4m3 --fp8-recipe mxfp8', 'mxfp8'],
  ])('%s: precision %s', (flags, precision) => {
    const { scenario, provenance } = megatron(flags);
    expect(scenario!.workload.precision).toBe(precision);
    expect(provenance['workload.precision']).toMatchObject({ kind: 'fact' });
  });
  it('computes in 16 bits under --fp16 as under --bf16', () => {
    const { scenario, provenance } = resolved('train.sh', `${MEGATRON.replace('--bf16', '--fp16')}\n`);
    expect(scenario!.workload.precision).toBe('bf16');
    expect(provenance['workload.precision']).toMatchObject({ kind: 'fact', fact: { key: '--fp16' } });
  });
  it('an optimizer with BF16 moments keeps both in BF16, and SGD one', () => {
    const states = (optimizer: string) => {
      const facts = [fact('workload.optimizer', optimizer), ...smallModel];
      const { momentDtype, secondMomentDtype } = resolveScenario({ framework: null, facts }).scenario!
        .workload;
      return [momentDtype, secondMomentDtype];
    };
    expect(states('adam')).toEqual(['fp32', 'fp32']);
    expect(states('adam-bf16-moments')).toEqual(['bf16', 'bf16']);
    expect(states('sgd')).toEqual(['fp32', 'none']);
  });
  it('what has no model is assumed, and says so', () => {
    const { scenario, provenance } = megatron('--fp4-format e2m1');
    expect(scenario!.workload.precision).toBe('bf16');
    expect(provenance['workload.precision']).toMatchObject({
      kind: 'assumed',
      why: expect.stringContaining('--fp4-format'),
    });
  });
  it.each([
    ['', 0, 'derived'],
    ['--optimizer-offload-fraction 0.5', 0, 'derived'],
    ['--optimizer-cpu-offload --optimizer-offload-fraction 0.75', 0.75, 'fact'],
    ['--optimizer-cpu-offload', 1, 'assumed'],
    ['--optimizer-cpu-offload --optimizer-offload-fraction $F', 1, 'assumed'],
  ])('%s: %s of the optimizer state lies on the host', (flags, share, kind) => {
    const { scenario, provenance } = megatron(flags);
    expect(scenario!.workload.optimizerOffload).toBe(share);
    expect(provenance['workload.optimizerOffload']).toMatchObject({ kind });
    const whole = simulate(megatron('').scenario!).memory.perRank[0]!;
    const memory = simulate(scenario!).memory;
    expect(memory.perRank[0]).toMatchObject({
      optimizer: whole.optimizer * (1 - share),
      weights: whole.weights,
      gradients: whole.gradients,
    });
    expect(memory.notes.some((note) => note.includes('host memory'))).toBe(share > 0);
  });
  it('reduces gradients in FP32 unless told otherwise', () => {
    expect(megatron('').scenario!.workload.gradientDtype).toBe('fp32');
    expect(megatron('--grad-reduce-in-bf16').scenario!.workload.gradientDtype).toBe('bf16');
    expect(megatron('--main-grads-dtype bf16').scenario!.workload.gradientDtype).toBe('bf16');
  });
  it('keeps its moments in their own formats with the precision-aware optimizer only', () => {
    const dtypes = '--main-params-dtype fp16 --exp-avg-dtype fp8 --exp-avg-sq-dtype bf16';
    expect(megatron(`--use-precision-aware-optimizer ${dtypes}`).scenario!.workload).toMatchObject({
      masterDtype: 'fp16',
      momentDtype: 'fp8',
      secondMomentDtype: 'bf16',
    });
    expect(megatron(dtypes).scenario!.workload).toMatchObject({ masterDtype: 'fp32', momentDtype: 'fp32' });
  });
  it('overlaps dispatch and combine, and recomputes blocks', () => {
    const flags =
      '--overlap-moe-expert-parallel-comm --recompute-granularity full --recompute-method block --recompute-num-layers 3';
    expect(megatron(flags).scenario!.workload).toMatchObject({
      overlap: 'expert-parallel',
      recompute: 'full',
      recomputeMethod: 'block',
      recomputeLayers: 3,
    });
  });
});

describe('serving engines', () => {
  it('vLLM: cache, memory and DBO', () => {
    const text =
      'vllm serve Qwen/Qwen3-30B-A3B -tp 4 --kv-cache-dtype fp8_e4m3 --gpu-memory-utilization 0.85 --enable-dbo\n';
    expect(resolved('serve.sh', text).scenario!.workload).toMatchObject({
      kvCacheDtype: 'fp8',
      memoryFraction: 0.85,
      overlap: 'two-batch',
    });
    const plain = resolved('serve.sh', 'vllm serve Qwen/Qwen3-30B-A3B -tp 4\n');
    expect(plain.scenario!.workload).toMatchObject({
      kvCacheDtype: 'bf16',
      memoryFraction: 0.9,
      overlap: 'none',
    });
    expect(plain.provenance['workload.kvCacheDtype']).toMatchObject({ kind: 'derived' });
  });
  it('SGLang looks for requests before every step unless its command says otherwise', () => {
    const command = 'python -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp 4';
    const interval = (flags: string) => resolved('serve.sh', `${command} ${flags}\n`).scenario!.workload;
    expect(interval('').receiveInterval).toBe(1);
    expect(interval('--scheduler-recv-interval 10').receiveInterval).toBe(10);
  });
  it('without a command of SGLang it runs as the benchmark recipe of the model; other engines look always', () => {
    const on = (preset: string, concurrency: number, set: Values = {}) =>
      resolveScenario({
        framework: 'huggingface',
        facts: presetFacts(findPreset(preset)!),
        overrides: {
          'cluster.accelerator': 'b200-sxm',
          'workload.engine': 'sglang',
          'workload.concurrency': concurrency,
          ...set,
        },
      }).scenario!.workload.receiveInterval;
    const [deepseek, qwen, glm] = ['deepseek-ai/DeepSeek-V3', 'Qwen/Qwen3.5-397B-A17B', 'zai-org/GLM-5'];
    const fp8OnB300 = { 'cluster.accelerator': 'b300-sxm', 'model.weightDtype': 'fp8' };
    expect(on(deepseek!, 8)).toBe(10);
    expect(on(deepseek!, 16)).toBe(30);
    expect(on(deepseek!, 16, { 'layout.tp': 4 })).toBe(10);
    expect(on(deepseek!, 16, { 'layout.tp': 4, 'model.weightDtype': 'nvfp4' })).toBe(30);
    expect(on(deepseek!, 16, { 'cluster.accelerator': 'h200-sxm' })).toBe(1);
    expect(on(deepseek!, 16, { 'workload.engine': 'vllm' })).toBe(1);
    expect(on(qwen!, 16)).toBe(30);
    expect(on(qwen!, 16, fp8OnB300)).toBe(10);
    expect(on(qwen!, 8, { 'model.weightDtype': 'nvfp4' })).toBe(30);
    expect(on(glm!, 16)).toBe(1);
  });
  it('SGLang: cache, memory and two-batch overlap', () => {
    const text =
      'python -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp 4 --kv-cache-dtype fp8_e5m2 --mem-fraction-static 0.8 --enable-two-batch-overlap\n';
    expect(resolved('serve.sh', text).scenario!.workload).toMatchObject({
      kvCacheDtype: 'fp8',
      memoryFraction: 0.8,
      overlap: 'two-batch',
    });
  });
});

it('an overlap of the other kind of job is refused with both fields', () => {
  const { facts } = linkJobs([read({ file: 'train.sh', text: `${MEGATRON}\n` })!])[0]!;
  const { scenario, refusals } = resolveScenario({
    framework: 'megatron-lm',
    facts,
    overrides: { 'workload.overlap': 'two-batch' },
  });
  expect(scenario).toBeNull();
  expect(refusals).toMatchObject([{ fields: ['workload.overlap', 'workload.mode'] }]);
});
