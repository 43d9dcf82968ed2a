import { describe, expect, test } from 'vitest';
import {
  highThroughput,
  highThroughputH800,
  type LatencyRow,
  lowLatency,
  lowLatencyH800,
  megatronAlltoall,
  ncclTests,
  ucclMi300x,
} from './network-measured';
import { network } from './network-scenario';
import { type AccuracyRow, printTable, summary } from './table';

/**
 * Predicted against published times. The limits are what the model reaches today, rounded up: a change
 * that makes any table worse fails. `ACCURACY_TABLES=1 npx vitest run test/accuracy/network` prints every row.
 */

function check(
  title: string,
  rows: readonly AccuracyRow[],
  limits: { mean: number; max: number },
  unit = 'us',
): void {
  printTable(title, rows, unit);
  const { mean, max } = summary(rows);
  expect(mean, `${title}: mean error`).toBeLessThanOrEqual(limits.mean);
  expect(max, `${title}: largest error`).toBeLessThanOrEqual(limits.max);
}

type Backend = 'deepep-low-latency' | 'deepep-high-throughput';

function bothPhases(backend: Backend, rows: readonly LatencyRow[]): AccuracyRow[] {
  return rows.flatMap(([accelerator, ep, tokensPerRank, sms, dispatch, combine, use]) => {
    const { time } = network({ accelerator, backend, ep, tokensPerRank, sms });
    const label = `${accelerator} EP${ep} ${tokensPerRank} tok ${backend === 'deepep-high-throughput' ? `${sms} SM ` : ''}`;
    return [
      { label: `${label}dispatch`, measured: dispatch, predicted: time.dispatch.microseconds, use },
      { label: `${label}combine`, measured: combine, predicted: time.combine.microseconds, use },
    ];
  });
}

describe('DeepEP low latency', () => {
  const hopper = lowLatency.filter(([id]) => id === 'h100-sxm' || id === 'h200-sxm');

  test('Hopper from 64 tokens', () => {
    const rows = bothPhases(
      'deepep-low-latency',
      hopper.filter(([, , tokens]) => tokens >= 64),
    );
    check('LL Hopper >= 64 tokens', rows, { mean: 0.035, max: 0.1 });
  });

  test('Hopper below 64 tokens, where latency rules', () => {
    const rows = bothPhases(
      'deepep-low-latency',
      hopper.filter(([, , tokens]) => tokens < 64),
    );
    check('LL Hopper < 64 tokens', rows, { mean: 0.06, max: 0.21 });
  });

  test('Blackwell, one node', () => {
    const rows = bothPhases(
      'deepep-low-latency',
      lowLatency.filter(([id]) => id.startsWith('b') || id.startsWith('g')),
    );
    check('LL Blackwell', rows, { mean: 0.02, max: 0.04 });
  });

  test('H800 at 128 tokens', () => {
    const rows = lowLatencyH800.flatMap(({ ep, dispatch, combine, use }): AccuracyRow[] => {
      const { time } = network({
        accelerator: 'h800-sxm',
        backend: 'deepep-low-latency',
        ep,
        tokensPerRank: 128,
      });
      return [
        { label: `EP${ep} dispatch`, measured: dispatch, predicted: time.dispatch.microseconds, use },
        { label: `EP${ep} combine`, measured: combine, predicted: time.combine.microseconds, use },
      ];
    });
    check('LL H800', rows, { mean: 0.03, max: 0.08 });
  });

  test('logical bytes over the measured time are the GB/s that the benchmark prints', () => {
    const rows = lowLatencyH800.flatMap((row): AccuracyRow[] => {
      const { traffic } = network({
        accelerator: 'h800-sxm',
        backend: 'deepep-low-latency',
        ep: row.ep,
        tokensPerRank: 128,
      });
      const perRank = (bytes: number, time: number) => bytes / row.ep / time / 1e3;
      return [
        {
          label: `EP${row.ep} dispatch`,
          measured: row.dispatchGBps,
          predicted: perRank(traffic.dispatch.logicalBytes, row.dispatch),
          use: 'held-out',
        },
        {
          label: `EP${row.ep} combine`,
          measured: row.combineGBps,
          predicted: perRank(traffic.combine.logicalBytes, row.combine),
          use: 'held-out',
        },
      ];
    });
    // The benchmark masks ten random choices, and prints whole numbers.
    check('LL bytes', rows, { mean: 0.02, max: 0.025 }, 'GB/s');
  });
});

describe('DeepEP high throughput', () => {
  test.each([
    [8, { mean: 0.015, max: 0.035 }],
    [16, { mean: 0.03, max: 0.07 }],
    [32, { mean: 0.02, max: 0.03 }],
  ] as const)('Hopper EP%i', (ep, limits) => {
    const hopper = highThroughput.filter(
      ([id, size]) => (id === 'h100-sxm' || id === 'h200-sxm') && size === ep,
    );
    check(`HT Hopper EP${ep}`, bothPhases('deepep-high-throughput', hopper), limits);
  });

  test('Blackwell, one node', () => {
    const rows = highThroughput.filter(([id]) => id.startsWith('b') || id.startsWith('g'));
    check('HT Blackwell', bothPhases('deepep-high-throughput', rows), { mean: 0.01, max: 0.025 });
  });

  test('H800 at 4096 tokens', () => {
    const rows = highThroughputH800.flatMap(({ ep, dispatchGBps, combineGBps, use }): AccuracyRow[] => {
      const { traffic, time } = network({
        accelerator: 'h800-sxm',
        backend: 'deepep-high-throughput',
        ep,
        groups: ep / 8,
        topkGroups: Math.min(ep / 8, 4),
      });
      const printed = (bytes: number, microseconds: number) => bytes / ep / microseconds / 1e3;
      return [
        {
          label: `EP${ep} dispatch`,
          measured: dispatchGBps,
          predicted: printed(traffic.dispatch.logicalBytes, time.dispatch.microseconds),
          use,
        },
        {
          label: `EP${ep} combine`,
          measured: combineGBps,
          predicted: printed(traffic.combine.logicalBytes, time.combine.microseconds),
          use,
        },
      ];
    });
    check('HT H800', rows, { mean: 0.04, max: 0.13 }, 'GB/s');
  });

  test('UCCL-EP on MI300X', () => {
    const rows = ucclMi300x.flatMap(({ ep, fp8, bf16, combine, use }): AccuracyRow[] => {
      const options = {
        accelerator: 'mi300x',
        backend: 'deepep-high-throughput',
        ep,
        groups: ep / 8,
        topkGroups: Math.min(ep / 8, 4),
      } as const;
      const inFp8 = network(options);
      const inBf16 = network({ ...options, dispatchDtype: 'bf16' });
      const printed = (bytes: number, microseconds: number) => bytes / ep / microseconds / 1e3;
      return [
        {
          label: `EP${ep} FP8 dispatch`,
          measured: fp8,
          predicted: printed(inFp8.traffic.dispatch.logicalBytes, inFp8.time.dispatch.microseconds),
          use,
        },
        {
          label: `EP${ep} BF16 dispatch`,
          measured: bf16,
          predicted: printed(inBf16.traffic.dispatch.logicalBytes, inBf16.time.dispatch.microseconds),
          use,
        },
        {
          label: `EP${ep} combine`,
          measured: combine,
          predicted: printed(inFp8.traffic.combine.logicalBytes, inFp8.time.combine.microseconds),
          use,
        },
      ];
    });
    check('HT MI300X', rows, { mean: 0.02, max: 0.065 }, 'GB/s');
  });
});

describe('NCCL', () => {
  test('all-to-all on H100 from 8 to 64 ranks', () => {
    const rows = megatronAlltoall.flatMap(({ ep, dispatch, combine, use }): AccuracyRow[] => {
      const { time } = network({ backend: 'nccl-alltoall', ep, dispatchDtype: 'bf16' });
      return [
        { label: `EP${ep} dispatch`, measured: dispatch, predicted: time.dispatch.microseconds, use },
        { label: `EP${ep} combine`, measured: combine, predicted: time.combine.microseconds, use },
      ];
    });
    check('NCCL all-to-all, Megatron Table 7', rows, { mean: 0.015, max: 0.04 });
  });

  test('bus bandwidths within a node', () => {
    const bytes = 2 ** 29;
    const rows = ncclTests.flatMap(
      ({ accelerator, gpus, alltoall, allGather, reduceScatter, use }): AccuracyRow[] => {
        // Equal counts: as many experts as ranks and top-1, so that every rank sends bytes / gpus to each.
        const options = {
          accelerator,
          ep: gpus,
          routedExperts: gpus,
          topK: 1,
          hiddenSize: 4096,
          dispatchDtype: 'bf16',
        } as const;
        const rowBytes = 2 * options.hiddenSize;
        const spread = network({ ...options, backend: 'nccl-alltoall', tokensPerRank: bytes / rowBytes });
        const gathered = network({
          ...options,
          backend: 'allgather-reducescatter',
          tokensPerRank: bytes / rowBytes / gpus,
        });
        const label = `${accelerator} ${gpus} GPUs`;
        return [
          {
            label: `${label} all-to-all`,
            measured: alltoall,
            predicted: spread.time.dispatch.microseconds,
            use,
          },
          {
            label: `${label} all-gather`,
            measured: allGather,
            predicted: gathered.time.dispatch.microseconds,
            use,
          },
          {
            label: `${label} reduce-scatter`,
            measured: reduceScatter,
            predicted: gathered.time.combine.microseconds,
            use,
          },
        ];
      },
    );
    check('nccl-tests 512 MiB', rows, { mean: 0.015, max: 0.03 });
  });
});
