import { describe, expect, test } from 'vitest';
import { type AcceleratorId, accelerator } from '../../src/catalog/accelerators';
import type { BackendId } from '../../src/scenario/scenario';
import type { Values } from '../../src/scenario/values';
import type { StepResult } from '../../src/sim/result';
import { simulate } from '../../src/sim/simulate';
import { scenarioOfSetting } from './measured';
import { type NetworkRun, networkResult } from './network-run';

const ACCELERATORS: readonly AcceleratorId[] = [
  'h100-sxm',
  'h800-sxm',
  'h20',
  'b200-sxm',
  'gb200-nvl72',
  'mi300x',
];
/** A little more than rounding leaves. */
const SLACK = 1e-6;

/** Every value is at least the one before it. */
function expectRising(values: readonly number[], what: string): void {
  for (const [index, value] of values.entries()) {
    expect(value, `${what}: ${values.join(', ')}`).toBeGreaterThanOrEqual(
      (values[index - 1] ?? 0) * (1 - SLACK),
    );
  }
}

describe('communication times over the whole domain', () => {
  const BACKENDS: readonly BackendId[] = [
    'deepep-low-latency',
    'deepep-high-throughput',
    'nccl-alltoall',
    'allgather-reducescatter',
    'nvlink-one-sided',
    'hybrid-ep',
    'mori',
  ];
  /** One-sided stores stay in one NVLink domain. */
  const runsOn = (backend: BackendId, id: AcceleratorId, ep: number): boolean =>
    backend !== 'nvlink-one-sided' || ep <= accelerator(id).scaleUpDomain;
  /** EP sizes on 1 to 40 nodes; 320 ranks need redundant experts. */
  const GROUPS: readonly (readonly [ep: number, set: Values])[] = [
    [8, {}],
    [32, {}],
    [256, {}],
    [320, { 'placement.redundantExperts': 64 }],
  ];
  const SHAPES: readonly (readonly [hidden: number, topK: number, dtype: 'bf16' | 'fp8'])[] = [
    [7168, 8, 'fp8'],
    [5120, 10, 'bf16'],
  ];
  const TOKENS = [1, 8, 64, 128, 512, 4096, 16384] as const;

  test.each(BACKENDS.flatMap((backend) => ACCELERATORS.map((id) => [backend, id] as const)))(
    '%s on %s: rise with tokens, in proportion at most, within the rated bandwidths',
    (backend, id) => {
      const { scaleUpGBps, nicGBps } = accelerator(id);
      for (const [ep, more] of GROUPS.filter(([size]) => runsOn(backend, id, size))) {
        for (const [hidden, topK, dispatchDtype] of SHAPES) {
          const set = { 'model.hiddenSize': hidden, 'model.topK': topK, ...more };
          const runs = TOKENS.map((tokensPerRank) =>
            networkResult({ accelerator: id, backend, ep, tokensPerRank, dispatchDtype, set }),
          );
          for (const phase of ['dispatch', 'combine'] as const) {
            const what = `${phase}, EP${ep}, hidden ${hidden}, top-${topK}`;
            const times = runs.map(({ time }) => time[phase].microseconds);
            expectRising(times, `${what}, µs`);
            expectRising(
              times.map((time, index) => TOKENS[index]! / time),
              `${what}, tokens per µs`,
            );
            for (const { time, traffic } of runs) {
              const { scaleUpBytes, scaleOutBytes } = traffic[phase].busiest;
              const nanoseconds = 1e3 * time[phase].microseconds;
              expect(scaleUpBytes / nanoseconds, what).toBeLessThan(scaleUpGBps);
              expect(scaleOutBytes / nanoseconds, what).toBeLessThan(nicGBps);
            }
          }
        }
      }
    },
  );

  test.each(BACKENDS.flatMap((backend) => ACCELERATORS.map((id) => [backend, id] as const)))(
    '%s on %s: rise with the EP group',
    (backend, id) => {
      // On a mesh a smaller group has fewer links: four of MI300X take longer than eight, as MoRI's own tables show.
      const least = accelerator(id).scaleUpTopology === 'mesh' ? 8 : 2;
      const sizes = [2, 4, 8, 16, 32, 64, 128, 256].filter((ep) => ep >= least && runsOn(backend, id, ep));
      for (const tokensPerRank of [1, 128, 4096]) {
        for (const dispatchDtype of ['bf16', 'fp8'] as const) {
          const runs = sizes.map((ep) =>
            networkResult({ accelerator: id, backend, ep, tokensPerRank, dispatchDtype }),
          );
          for (const phase of ['dispatch', 'combine'] as const) {
            const times = runs.map(({ time }) => time[phase].microseconds);
            expectRising(
              times,
              `${phase}, ${tokensPerRank} tokens, ${dispatchDtype}, EP ${sizes.join(', ')}, µs`,
            );
          }
        }
      }
    },
  );

  /** Around where calibrated ranges end (tokens, EP), models differ (hidden, top-k) and in between. */
  const STEPS: Readonly<Record<string, readonly (readonly [size: number, run: Partial<NetworkRun>])[]>> = {
    tokens: [64, 96, 128, 192, 255, 256, 257, 384, 511, 512, 513, 1024, 4096, 8192, 16383, 16384, 16385].map(
      (tokensPerRank) => [tokensPerRank, { tokensPerRank }],
    ),
    hidden: [2048, 3072, 4096, 5120, 6144, 7168, 8192].map((hidden) => [
      hidden,
      { set: { 'model.hiddenSize': hidden } },
    ]),
    'top-k': [1, 2, 4, 6, 7, 8, 9, 10, 12].map((topK) => [topK, { set: { 'model.topK': topK } }]),
    'bytes per value': [
      [1, { dispatchDtype: 'fp8' }],
      [2, { dispatchDtype: 'bf16' }],
    ],
  };
  const CASES = BACKENDS.flatMap((backend) =>
    ACCELERATORS.flatMap((id) => Object.keys(STEPS).map((what) => [backend, id, what] as const)),
  );

  test.each(CASES)('%s on %s: by %s, rise without a jump at the edge of what was measured', (...one) => {
    const [backend, id, what] = one;
    const tokensPerRank = backend === 'deepep-low-latency' ? 128 : 4096;
    for (const ep of [8, 16, 64, 72].filter((size) => runsOn(backend, id, size))) {
      const redundant: Values = ep === 72 ? { 'placement.redundantExperts': 32 } : {};
      const sizes = STEPS[what]!.map(([size]) => size);
      const runs = STEPS[what]!.map(([, step]) =>
        networkResult({
          accelerator: id,
          backend,
          ep,
          tokensPerRank,
          dispatchDtype: 'fp8',
          ...step,
          set: { ...redundant, ...step.set },
        }),
      );
      for (const phase of ['dispatch', 'combine'] as const) {
        const times = runs.map(({ time }) => time[phase].microseconds);
        expectRising(times, `${phase}, EP${ep}, µs`);
        expectRising(
          times.map((time, index) => sizes[index]! / time),
          `${phase}, EP${ep}, ${what} per µs`,
        );
      }
    }
  });
});

describe('step times over the whole domain', () => {
  const MODELS = ['deepseek-ai/DeepSeek-V3', 'openai/gpt-oss-120b', 'Qwen/Qwen3.5-397B-A17B'] as const;
  const LAYOUTS: readonly Values[] = [
    { 'layout.tp': 8, 'layout.ep': 1 },
    { 'layout.tp': 8, 'layout.ep': 8 },
    { 'layout.tp': 1, 'layout.dp': 8, 'layout.ep': 8, 'layout.attentionDataParallel': true },
  ];
  const CONCURRENCY = [1, 4, 15, 16, 32, 64, 128, 256, 1024] as const;

  const served = (preset: string, set: Values): StepResult =>
    simulate(
      scenarioOfSetting({
        preset,
        set: { 'workload.mode': 'serve', 'model.weightDtype': 'fp8', 'workload.concurrency': 64, ...set },
      }),
    ).step;

  test.each(MODELS.flatMap((model) => ACCELERATORS.map((id) => [model, id] as const)))(
    '%s on %s: rise with concurrency, context and prompts',
    (model, id) => {
      for (const layout of LAYOUTS) {
        for (const engine of ['vllm', 'sglang']) {
          const base = { ...layout, 'cluster.accelerator': id, 'workload.engine': engine };
          const over = (field: string, values: readonly number[]) =>
            values.map((value) => served(model, { ...base, [field]: value }));
          const busier = over('workload.concurrency', CONCURRENCY);
          const rising: Readonly<Record<string, readonly number[]>> = {
            'step by concurrency': busier.map(({ seconds }) => seconds),
            'TPOT by concurrency': busier.map(({ tpotMilliseconds }) => tpotMilliseconds!),
            'TTFT by concurrency': busier.map(({ ttftMilliseconds }) => ttftMilliseconds!),
            'throughput by concurrency': busier.map(({ tokensPerSecondPerGpu }) => tokensPerSecondPerGpu),
            'step by context': over('workload.contextLength', [128, 65536]).map(({ seconds }) => seconds),
            'TTFT by prompt': over('workload.inputLength', [16, 1024, 8192]).map(
              ({ ttftMilliseconds }) => ttftMilliseconds!,
            ),
          };
          for (const [what, values] of Object.entries(rising)) {
            expectRising(values, `${what}, ${JSON.stringify(base)}`);
          }
        }
      }
    },
  );

  test.each(['h100-sxm', 'gb200-nvl72', 'mi300x'])(
    'training on %s takes longer with more sequences, below the peak',
    (id) => {
      const steps = [64, 128, 512, 2048].map(
        (batch) =>
          simulate(
            scenarioOfSetting({
              preset: 'mistralai/Mixtral-8x22B-v0.1',
              set: {
                'cluster.accelerator': id,
                'workload.mode': 'train',
                'workload.globalBatchSize': batch,
                'layout.worldSize': 128,
                'layout.tp': 2,
                'layout.pp': 8,
                'layout.ep': 8,
                'layout.etp': 1,
                'layout.vpp': 7,
              },
            }),
          ).step,
      );
      expectRising(
        steps.map(({ seconds }) => seconds),
        'seconds by batch',
      );
      expectRising(
        steps.map(({ mfu }) => mfu!),
        'MFU by batch',
      );
      expect(steps.at(-1)!.mfu).toBeLessThan(0.65);
    },
  );
});
