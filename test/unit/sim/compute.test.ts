import { describe, expect, it } from 'vitest';
import type { BackendId, Scenario, WeightDtype, WorkloadScenario } from '../../../src/scenario/scenario';
import { group, ring } from '../../../src/sim/compute/collective';
import { TRAINING } from '../../../src/sim/compute/constants';
import { gemm } from '../../../src/sim/compute/gemm';
import { machineOf } from '../../../src/sim/compute/machine';
import { SERVING } from '../../../src/sim/compute/serving/constants';
import { fullestOverMean, touchedShare } from '../../../src/sim/compute/serving/experts';
import { servingStep } from '../../../src/sim/compute/serving/serve';
import type { StepResult } from '../../../src/sim/result';
import { simulate } from '../../../src/sim/simulate';
import { deepseekV3, gptOss120b, mixtral8x22b } from '../../accuracy/models';
import { layoutOf, scenarioOf } from '../../accuracy/scenarios';

const folding = (workload: Partial<WorkloadScenario> = {}): Scenario =>
  scenarioOf(mixtral8x22b, 'h100-sxm', layoutOf({ gpus: 128, tp: 2, ep: 8, pp: 8, vpp: 7 }), workload);
const machine = machineOf(folding().cluster);
const part = (result: StepResult, name: string): number =>
  result.parts.find((candidate) => candidate.name === name)!.seconds;
const total = (result: StepResult): number => result.parts.reduce((sum, { seconds }) => sum + seconds, 0);

describe('GEMM roofline', () => {
  it('approaches the fitted share of the peak when large', () => {
    const { forward } = gemm(machine, 'bf16', 8192, 8192, 8192);
    const share = (2 * 8192 ** 3) / forward / machine.peakFlops;
    expect(share).toBeGreaterThan(0.62);
    expect(share).toBeLessThan(TRAINING.gemmEfficiencyBf16);
  });
  it('is bound by reading the weights when few rows are multiplied', () => {
    const { forward } = gemm(machine, 'bf16', 1, 8192, 8192);
    const read = (2 * 8192 * 8192) / machine.memoryBytes;
    expect(forward / read).toBeGreaterThan(1);
    expect(forward / read).toBeLessThan(1.2);
  });
  it('an expected load a hair above a whole tile takes no tile more', () => {
    const rows = (count: number) => gemm(machine, 'bf16', count, 4096, 7168, 32).forward;
    for (const whole of [16, 128, 1024]) expect(rows(whole * (1 + 4e-16)) / rows(whole)).toBeCloseTo(1, 9);
    expect(rows(1025)).toBeGreaterThan(1.05 * rows(1024));
  });
  it('computes whole tiles: one row more takes as long as 128 more', () => {
    const rows = (count: number) => gemm(machine, 'bf16', count, 256 * machine.sms, 8192, 8).forward;
    expect(rows(1025) / rows(1024)).toBeGreaterThan(1.08);
    expect(rows(1152) / rows(1025)).toBeLessThan(1.03);
  });
});

describe('rings', () => {
  it('of one rank take no time, inside a domain the measured bus bandwidth', () => {
    expect(ring(machine, group(machine, 1, 1), 1e9)).toBe(0);
    expect(ring(machine, group(machine, 8, 1), 1e9)).toBeCloseTo((1e9 * 7) / 8 / 335.4e9, 6);
  });
  it('across domains use the NICs of the ranks that share a domain', () => {
    expect(ring(machine, group(machine, 16, 8), 1e9)).toBeCloseTo((1e9 * 15) / 16 / 47e9, 6);
    expect(ring(machine, group(machine, 16, 4), 1e9)).toBeCloseTo((1e9 * 15) / 16 / 94e9, 6);
  });
});

describe('training step', () => {
  const result = simulate(folding()).step;
  it('is the sum of its parts', () => {
    expect(total(result)).toBeCloseTo(result.seconds, 9);
    expect(result.mfu).toBeGreaterThan(0.4);
    expect(result.mfu).toBeLessThan(0.6);
  });
  it('waits for the fullest rank only when routing is skewed', () => {
    expect(part(result, 'waiting')).toBeCloseTo(0, 6);
    const job = folding();
    const skewed = simulate({ ...job, routing: { ...job.routing, distribution: 'lognormal', sigma: 1 } });
    expect(part(skewed.step, 'waiting')).toBeGreaterThan(0);
    expect(skewed.step.seconds).toBeGreaterThan(result.seconds);
  });
  it('takes longer with recomputation, shorter with overlap', () => {
    expect(simulate(folding({ recompute: 'full' })).step.seconds).toBeGreaterThan(1.2 * result.seconds);
    const overlapped = simulate(folding({ overlap: 'expert-parallel' })).step;
    expect(part(overlapped, 'alltoall')).toBeLessThan(part(result, 'alltoall'));
  });
  it('reduces over TP where sequences are not split, in less time than it gathers and scatters', () => {
    const job = folding({});
    const reduced = simulate({ ...job, layout: { ...job.layout, sequenceParallel: false } }).step;
    expect(part(reduced, 'tensor')).toBeGreaterThan(0.5 * part(result, 'tensor'));
    expect(part(reduced, 'tensor')).toBeLessThan(part(result, 'tensor'));
  });
  it('needs a smaller share for the bubble with more microbatches', () => {
    const long = simulate(folding({ globalBatchSize: 2048 })).step;
    expect(part(long, 'bubble') / long.seconds).toBeLessThan(part(result, 'bubble') / result.seconds);
  });
  it('adds the biases of experts in passes of their own', () => {
    const job = (expertBias: boolean) =>
      simulate(
        scenarioOf({ ...gptOss120b, expertBias }, 'h100-sxm', layoutOf({ gpus: 8, ep: 8 }), {
          globalBatchSize: 32,
        }),
      ).step;
    const bytes = 4096 * gptOss120b.topK * 2880 * (2 * 20 + 28);
    const passes = (4 * gptOss120b.layers * bytes) / machine.memoryBytes;
    expect(part(job(true), 'experts') - part(job(false), 'experts')).toBeCloseTo(passes, 6);
  });
  describe('beside the work of its experts', () => {
    const experts = (framework: Scenario['framework'], precision: 'bf16' | 'mxfp8', backend: BackendId) => {
      const job = folding({ precision });
      return part(
        simulate({ ...job, framework, communication: { ...job.communication, backend } }).step,
        'experts',
      );
    };
    const layers = (folding().workload.globalBatchSize / 8) * (mixtral8x22b.layers / 8);

    it('takes time for each of them, unless one kernel computes them all', () => {
      const each = experts(null, 'bf16', 'nccl-alltoall') - experts('torchtitan', 'bf16', 'nccl-alltoall');
      expect(each / layers).toBeCloseTo(TRAINING.expertSeconds, 9);
    });
    it('copies rows to whole blocks of FP8 and back, which HybridEP does on the way', () => {
      const padded = experts(null, 'mxfp8', 'nccl-alltoall') - experts(null, 'mxfp8', 'hybrid-ep');
      // Before and behind the experts, forward and backward; a copy reads and writes BF16.
      const copies = (2 * 2 * 4 * 2048 * mixtral8x22b.topK * 6144) / machine.memoryBytes;
      expect(padded / layers).toBeCloseTo(copies, 9);
    });
  });
});

describe('the error that a step states', () => {
  const step = (accelerator: Parameters<typeof scenarioOf>[1], workload: Partial<WorkloadScenario> = {}) =>
    simulate(scenarioOf(mixtral8x22b, accelerator, layoutOf({ gpus: 8, ep: 8 }), workload)).step.basis;
  const width = ({ interval }: StepResult['basis']): number => interval.high - interval.low;

  it('is that of published steps, on every accelerator that has one', () => {
    expect(step('h100-sxm').note).toMatch(/half are within 9 %, and nine of ten take 0\.73 to 1\.4 times/);
    expect(step('b200-sxm')).toEqual(step('h100-sxm'));
  });
  it('is wide where experts have biases, which releases fuse or not', () => {
    const biased = simulate(scenarioOf(gptOss120b, 'h100-sxm', layoutOf({ gpus: 8, ep: 8 }), {})).step.basis;
    expect(width(biased)).toBeGreaterThan(3 * width(step('h100-sxm')));
    expect(biased.note).toContain('93 %');
  });
  it('reaches as far as the host may delay layers that are shorter than their launches', () => {
    const short = step('h100-sxm', { sequenceLength: 512 });
    expect(short.note).toContain('Without CUDA graphs the host takes longer to launch a MoE layer');
    expect(width(short)).toBeGreaterThan(1.5 * width(step('h100-sxm')));
    expect(width(step('h100-sxm', { sequenceLength: 256 }))).toBeGreaterThan(1.3 * width(short));
    expect(step('h100-sxm', { sequenceLength: 512, sharding: 'parameters' })).toEqual(
      step('h100-sxm', { sharding: 'parameters' }),
    );
  });
  it('is that of other accelerators where nobody measured', () => {
    const unknown = step('h20');
    expect(unknown).toMatchObject({ kind: 'model', errorFrom: 'other-kinds' });
    expect(width(unknown)).toBeGreaterThan(1.5 * width(step('h100-sxm')));
    expect(unknown.note).toContain(
      'No such step on this accelerator was published. So the error is that of other settings',
    );
    const biased = simulate(scenarioOf(gptOss120b, 'h20', layoutOf({ gpus: 8, ep: 8 }), {})).step.basis;
    expect(width(biased)).toBeGreaterThan(width(unknown));
  });
  it('is that of published steps on TPUs without expert parallelism alone', () => {
    const onTpu = (ep: number) =>
      simulate(scenarioOf(mixtral8x22b, 'tpu-v5p', layoutOf({ gpus: 8, ep }), {})).step.basis.errorFrom;
    expect([onTpu(1), onTpu(8)]).toEqual(['same-kind', 'other-kinds']);
  });
});

describe('touched experts', () => {
  const slots = (ep: number) => ({ count: 256, topK: 8, ep });
  it('one token touches k of E, many tokens all', () => {
    expect(touchedShare(slots(1), 1)).toBeCloseTo(8 / 256, 12);
    expect(touchedShare(slots(1), 10_000)).toBeCloseTo(1, 12);
  });
  it('the fullest rank touches more, until all are touched', () => {
    expect(fullestOverMean(slots(8), 0.3)).toBeGreaterThan(1.2);
    expect(fullestOverMean(slots(8), 1)).toBe(1);
    expect(fullestOverMean(slots(1), 0.3)).toBe(1);
  });
  it('the fullest rank touches more with more tokens, and never more than all of its experts', () => {
    for (const ep of [2, 8, 64, 256]) {
      let before = 0;
      for (let tokens = 1; tokens < 2000; tokens *= 1.3) {
        const touched = touchedShare(slots(ep), tokens);
        const fullest = touched * fullestOverMean(slots(ep), touched);
        expect(fullest).toBeLessThanOrEqual(1);
        expect(fullest).toBeGreaterThanOrEqual(before - 1e-12);
        before = fullest;
      }
    }
  });
});

describe('serving', () => {
  const decode = (change: Partial<WorkloadScenario>, ep = 8): StepResult =>
    simulate(
      scenarioOf(
        deepseekV3,
        'h200-sxm',
        { ...layoutOf({ gpus: 8, tp: 8 }), ep, etp: 8 / ep },
        {
          mode: 'decode',
          engine: 'sglang',
          tokensPerRank: 2,
          contextLength: 1400,
          concurrency: 16,
          ...change,
        },
      ),
    ).step;
  it('a decode step is the sum of its parts', () => {
    const result = decode({});
    expect(total(result)).toBeCloseTo(result.seconds, 9);
  });
  it('slows with concurrency, context and prompts, and serves more tokens with concurrency', () => {
    const result = decode({});
    const busier = decode({ concurrency: 128, tokensPerRank: 16 });
    expect(busier.tpotMilliseconds).toBeGreaterThan(result.tpotMilliseconds!);
    expect(busier.tokensPerSecondPerGpu).toBeGreaterThan(result.tokensPerSecondPerGpu);
    expect(decode({ contextLength: 32_000 }).seconds).toBeGreaterThan(result.seconds);
    expect(decode({ inputLength: 8192 }).ttftMilliseconds).toBeGreaterThan(result.ttftMilliseconds!);
  });
  it('states a wide error on MI300X, and that of other settings beyond a node of TP', () => {
    const served = (accelerator: Parameters<typeof scenarioOf>[1], gpus: number) =>
      simulate(
        scenarioOf(deepseekV3, accelerator, layoutOf({ gpus, tp: gpus }), {
          mode: 'decode',
          tokensPerRank: 2,
        }),
      ).step.basis;
    expect(served('mi300x', 8).note).toContain('1.2 to 5 times as slowly');
    expect(served('mi300x', 8).interval.high).toBeGreaterThan(2.5 * served('h200-sxm', 8).interval.high);
    expect(served('h200-sxm', 8).errorFrom).toBe('same-kind');
    expect(served('h200-sxm', 16).errorFrom).toBe('other-kinds');
    expect(served('h200-sxm', 16).note).toContain('No run of such a setting was published');
  });
  it('states an error of its own for the formats and engines of published runs alone', () => {
    const served = (
      accelerator: Parameters<typeof scenarioOf>[1],
      weightDtype: WeightDtype,
      engine: WorkloadScenario['engine'],
    ) =>
      simulate(
        scenarioOf({ ...deepseekV3, weightDtype }, accelerator, layoutOf({ gpus: 8, tp: 8 }), {
          mode: 'decode',
          engine,
          tokensPerRank: 2,
        }),
      ).step.basis;
    const from = (...setting: Parameters<typeof served>) => served(...setting).errorFrom;
    expect(from('b200-sxm', 'nvfp4', 'vllm')).toBe('same-kind');
    expect(from('h200-sxm', 'nvfp4', 'vllm')).toBe('other-kinds');
    expect(from('mi300x', 'fp8', 'sglang')).toBe('same-kind');
    expect(from('mi300x', 'fp8', 'vllm')).toBe('other-kinds');
    expect(from('mi300x', 'mxfp4', 'sglang')).toBe('other-kinds');
    const [own, beside] = [served('mi300x', 'fp8', 'sglang'), served('mi300x', 'fp8', 'vllm')];
    expect(beside.interval.high).toBeGreaterThanOrEqual(own.interval.high);
    expect(beside.interval.low).toBeLessThan(own.interval.low);
  });
  it('states the error of TTFT beside that of TPOT', () => {
    const { basis, ttftBasis } = decode({});
    expect(ttftBasis!.interval.high).toBeGreaterThan(basis.interval.high);
    expect(decode({ mode: 'prefill' }).basis).toEqual(decode({ mode: 'prefill' }).ttftBasis);
  });
  it('says that SGLang was slower than predicted with attention DP', () => {
    const notes = (engine: WorkloadScenario['engine'], attentionDataParallel: boolean): string => {
      const layout = { ...layoutOf({ gpus: 8, tp: 1, ep: 8 }), attentionDataParallel };
      const tensor = layoutOf({ gpus: 8, tp: 8 });
      const job = scenarioOf(deepseekV3, 'b200-sxm', attentionDataParallel ? layout : tensor, {
        mode: 'serve',
        engine,
        concurrency: 64,
      });
      return simulate(job).step.basis.note;
    };
    expect(notes('sglang', true)).toContain('1.5 to 3.4 times as slowly');
    expect(notes('sglang', false)).not.toContain('attention DP in one node');
    expect(notes('vllm', true)).not.toContain('attention DP in one node');
  });
  it('a prompt waits longer where the engine looks for requests rarely', () => {
    const often = decode({});
    const rarely = decode({ receiveInterval: 30 });
    expect(rarely.ttftMilliseconds).toBeGreaterThan(often.ttftMilliseconds! + 10 * 1e3 * often.seconds);
    expect(rarely.tpotMilliseconds).toBe(often.tpotMilliseconds);
  });
  it('answers wait for the passes of prompts, and for the host that launches them', () => {
    const short = decode({ outputLength: 128 });
    const alone = decode({ concurrency: 1, outputLength: 128 });
    const perPrompt = ((short.tpotMilliseconds! - 1e3 * short.seconds) * 128) / 15;
    expect(perPrompt).toBeGreaterThan(deepseekV3.layers * 0.3);
    expect(alone.tpotMilliseconds).toBeCloseTo(1e3 * alone.seconds, 9);
    expect(short.tpotMilliseconds! - 1e3 * short.seconds).toBeGreaterThan(
      decode({ engine: 'vllm', outputLength: 128 }).tpotMilliseconds! - 1e3 * short.seconds,
    );
  });
  it('the host takes longer to launch a prompt whose layers have more kernels', () => {
    const hostMilliseconds = (weightDtype: 'bf16' | 'fp8'): number => {
      const job = scenarioOf({ ...deepseekV3, weightDtype }, 'h200-sxm', layoutOf({ gpus: 8, tp: 8 }), {
        mode: 'decode',
        tokensPerRank: 2,
      });
      const { traffic, time, step } = simulate(job);
      const launched = servingStep(job, traffic, time, { ...SERVING, promptLaunches: 0 });
      return step.ttftMilliseconds! - launched.ttftMilliseconds!;
    };
    const { layerSeconds, quantizationSeconds } = SERVING;
    const more = (layerSeconds + quantizationSeconds) / layerSeconds;
    expect(hostMilliseconds('fp8') / hostMilliseconds('bf16')).toBeCloseTo(more, 6);
    expect(hostMilliseconds('bf16')).toBeGreaterThan(deepseekV3.layers * 0.3);
  });
  it('a prefill pass is the sum of its parts', () => {
    const result = decode({ mode: 'prefill', tokensPerRank: 4096 });
    expect(total(result)).toBeCloseTo(result.seconds, 9);
    expect(result.tokensPerSecondPerGpu).toBeGreaterThan(1000);
  });
});
