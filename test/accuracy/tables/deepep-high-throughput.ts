import type { AcceleratorId } from '../../../src/catalog/accelerators';
import { commandOf } from '../measured';
import { highThroughput, highThroughputH800, ucclMi300x } from '../network-measured';
import { deepEpGroups, type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyRow, AccuracyTable, Limits } from '../report/table';
import { bothPhases, runsOf } from './phases';

const BACKEND = 'deepep-high-throughput';

const measured = runsOf(BACKEND, highThroughput);
const hopper = measured.filter(({ run }) => run.accelerator.startsWith('h'));
const blackwell = measured.filter(({ run }) => !run.accelerator.startsWith('h'));

/** 4096 tokens with 24 SMs and the groups of DeepEP's test. */
function readmeRun(accelerator: AcceleratorId, ep: number, more: Partial<NetworkRun> = {}): NetworkRun {
  const groups = deepEpGroups(accelerator, ep);
  return { accelerator, backend: BACKEND, ep, tokensPerRank: 4096, sms: 24, groups, ...more };
}

/** GB/s as the test prints them: NVLink bytes within one node, RDMA bytes with the own node across several. */
function printed(run: NetworkRun, phase: 'dispatch' | 'combine'): number {
  const { traffic, time } = networkResult(run);
  return traffic[phase].logicalBytes / run.ep / time[phase].microseconds / 1e3;
}

function h800Rows(): AccuracyRow[] {
  return highThroughputH800.flatMap(({ ep, dispatchGBps, combineGBps, use }): AccuracyRow[] => {
    const run = readmeRun('h800-sxm', ep);
    return [
      { label: `EP${ep}, dispatch`, measured: dispatchGBps, predicted: printed(run, 'dispatch'), use },
      { label: `EP${ep}, combine`, measured: combineGBps, predicted: printed(run, 'combine'), use },
    ];
  });
}

function mi300xRows(): AccuracyRow[] {
  return ucclMi300x.flatMap(({ ep, fp8, bf16, combine, use }): AccuracyRow[] => {
    const run = readmeRun('mi300x', ep);
    const inBf16 = { ...run, dispatchDtype: 'bf16' } as const;
    return [
      { label: `EP${ep}, FP8 dispatch`, measured: fp8, predicted: printed(run, 'dispatch'), use },
      { label: `EP${ep}, BF16 dispatch`, measured: bf16, predicted: printed(inBf16, 'dispatch'), use },
      { label: `EP${ep}, combine`, measured: combine, predicted: printed(run, 'combine'), use },
    ];
  });
}

function hopperTable(ep: number, title: string, limits: Limits, target: Limits): AccuracyTable {
  const rows = hopper.filter(({ run }) => run.ep === ep);
  return {
    title: `DeepEP high throughput, H100 and H200, ${title}`,
    unit: 'µs',
    about: `ai-dynamo/aiconfigurator@095f58a5, DeepEP's own test (top-8 of 256 experts, ${ep > 8 ? 'one group per node, of which a token uses up to four: no limit here' : 'no groups'}), FP8 dispatch, BF16 combine, 8 to 24 SMs.`,
    rows: rows.flatMap((one) => bothPhases(one)),
    limits,
    target,
    command: commandOf(networkSetting(rows[0]!.run)),
  };
}

export function deepEpHighThroughputTables(): AccuracyTable[] {
  return [
    hopperTable(8, 'one node', { mean: 0.015, max: 0.035 }, { mean: 0.05 }),
    hopperTable(16, '2 nodes', { mean: 0.03, max: 0.07 }, { mean: 0.06 }),
    hopperTable(32, '4 nodes', { mean: 0.02, max: 0.03 }, { mean: 0.03 }),
    {
      title: 'DeepEP high throughput, Blackwell, one node',
      unit: 'µs',
      about: 'The same source: B200 and B300 at EP8, one tray of GB200 at EP4.',
      rows: blackwell.flatMap((one) => bothPhases(one)),
      limits: { mean: 0.01, max: 0.025 },
    },
    {
      title: 'DeepEP high throughput, H800',
      unit: 'GB/s',
      about:
        'deepseek-ai/DeepEP@3b1045d README, 4096 tokens, 24 SMs (the default of its test; the README does not say). EP128 was read off figure 7 of arXiv 2505.09343, whose combine at EP64 is 3 % below this README’s; it lies outside the calibrated range, and what slows it beyond the larger share that leaves the node is not published.',
      rows: h800Rows(),
      limits: { mean: 0.04, max: 0.13 },
      command: commandOf(networkSetting(readmeRun('h800-sxm', 8))),
    },
    {
      title: 'DeepEP high throughput, MI300X',
      unit: 'GB/s',
      about:
        'uccl-project/uccl UCCL-EP README: the same test on MI300X with ConnectX-7. Its GPUs are joined in pairs by seven links of 64 GB/s each.',
      rows: mi300xRows(),
      limits: { mean: 0.02, max: 0.065 },
      command: commandOf(networkSetting(readmeRun('mi300x', 8))),
    },
  ];
}
