import { commandOf } from '../measured';
import { lowLatency, lowLatencyH800 } from '../network-measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { bothPhases, runsOf } from './phases';

const BACKEND = 'deepep-low-latency';

const AICONFIGURATOR =
  'ai-dynamo/aiconfigurator@095f58a5 (sglang 0.5.6.post2 and 0.5.12), DeepEP’s own test: hidden 7168, top-8 of 256 experts without groups, FP8 dispatch, BF16 combine';

const hopper = runsOf(BACKEND, lowLatency).filter(({ run }) => run.accelerator.startsWith('h'));
const blackwell = runsOf(BACKEND, lowLatency).filter(({ run }) => !run.accelerator.startsWith('h'));
const h800 = lowLatencyH800.map((row) => ({
  row,
  run: { accelerator: 'h800-sxm', backend: BACKEND, ep: row.ep, tokensPerRank: 128 } satisfies NetworkRun,
}));

function deepEpOwn(): AccuracyRow[] {
  return h800.flatMap(({ row, run }) => bothPhases({ run, ...row }, `EP${run.ep}`));
}

/** The GB/s that the test prints are its bytes over its time: dividing ours by the measured time compares the bytes alone. */
function bytes(): AccuracyRow[] {
  return h800.flatMap(({ row, run }): AccuracyRow[] => {
    const { dispatch, combine } = networkResult(run).traffic;
    const printed = (all: number, microseconds: number) => all / row.ep / microseconds / 1e3;
    const use = 'not fitted';
    return [
      {
        label: `EP${row.ep} dispatch`,
        measured: row.dispatchGBps,
        predicted: printed(dispatch.logicalBytes, row.dispatch),
        use,
      },
      {
        label: `EP${row.ep} combine`,
        measured: row.combineGBps,
        predicted: printed(combine.logicalBytes, row.combine),
        use,
      },
    ];
  });
}

export function deepEpLowLatencyTables(): AccuracyTable[] {
  const isLarge = ({ run }: { run: NetworkRun }) => run.tokensPerRank >= 64;
  const large = hopper.filter(isLarge);
  return [
    {
      title: 'DeepEP low latency, H100 and H200, from 64 tokens',
      unit: 'µs',
      about: `${AICONFIGURATOR}; EP8 to EP64.`,
      rows: large.flatMap((one) => bothPhases(one)),
      limits: { mean: 0.03, max: 0.1 },
      target: { mean: 0.04, max: 0.1 },
      command: commandOf(networkSetting(large[0]!.run)),
    },
    {
      title: 'DeepEP low latency, H100 and H200, below 64 tokens',
      unit: 'µs',
      about:
        'The same source. A few microseconds of latency, which differ between two runs of one setting, are most of the time.',
      rows: hopper.filter((one) => !isLarge(one)).flatMap((one) => bothPhases(one)),
      limits: { mean: 0.06, max: 0.21 },
    },
    {
      title: 'DeepEP low latency, Blackwell, one node',
      unit: 'µs',
      about: 'The same source: B200 and B300 at EP8, one tray of GB200 and GB300 at EP4.',
      rows: blackwell.flatMap((one) => bothPhases(one)),
      limits: { mean: 0.02, max: 0.04 },
    },
    {
      title: 'DeepEP low latency, H800',
      unit: 'µs',
      about: 'deepseek-ai/DeepEP@3b1045d README (kernels of June 2025), 128 tokens.',
      rows: deepEpOwn(),
      limits: { mean: 0.03, max: 0.08 },
      target: { mean: 0.04, max: 0.1 },
      command: commandOf(networkSetting(h800[0]!.run)),
    },
    {
      title: 'DeepEP low latency, bytes',
      unit: 'GB/s',
      about:
        'The bandwidths of the same README: our bytes over its time. It masks ten random choices and prints whole numbers.',
      rows: bytes(),
      limits: { mean: 0.02, max: 0.025 },
    },
  ];
}
