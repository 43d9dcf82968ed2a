import { type AcceleratorId, accelerator } from '../../../src/catalog/accelerators';
import { allReduceBusGBps } from '../../../src/catalog/collectives';
import { commandOf } from '../measured';
import { allReduce, megatronAlltoall, ncclTests } from '../network-measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { bothPhases } from './phases';

const BYTES = 2 ** 29;
const NCCL_TESTS =
  'nccl-tests at 512 MiB per rank as ai-dynamo/aiconfigurator@095f58a5 publishes them (NCCL 2.27 and 2.29)';

const megatron = megatronAlltoall.map(({ ep, ...measured }) => ({
  run: {
    accelerator: 'h100-sxm',
    backend: 'nccl-alltoall',
    ep,
    tokensPerRank: 4096,
    dispatchDtype: 'bf16',
  } satisfies NetworkRun,
  ...measured,
}));

/** Hidden states of equal counts, whatever the model: 512 MiB are 65536 of them. */
const HIDDEN = 4096;

/** Equal counts: as many experts as ranks and top-1, so that every rank sends as much to each. */
export function equalCounts(accelerator: AcceleratorId, gpus: number) {
  const set = { 'model.routedExperts': gpus, 'model.topK': 1, 'model.hiddenSize': HIDDEN };
  const run = { accelerator, ep: gpus, dispatchDtype: 'bf16', set } as const;
  const tokens = BYTES / (2 * HIDDEN);
  return {
    spread: { ...run, backend: 'nccl-alltoall', tokensPerRank: tokens },
    gathered: { ...run, backend: 'allgather-reducescatter', tokensPerRank: tokens / gpus },
  } as const satisfies Record<string, NetworkRun>;
}

function busRows(): AccuracyRow[] {
  return ncclTests.flatMap(
    ({ accelerator: id, gpus, alltoall, allGather, reduceScatter, use }): AccuracyRow[] => {
      const { spread, gathered } = equalCounts(id, gpus);
      const label = `${accelerator(id).name}, ${gpus} GPUs`;
      const { dispatch, combine } = networkResult(gathered).time;
      return [
        {
          label: `${label}, all-to-all`,
          measured: alltoall,
          predicted: networkResult(spread).time.dispatch.microseconds,
          use,
        },
        { label: `${label}, all-gather`, measured: allGather, predicted: dispatch.microseconds, use },
        { label: `${label}, reduce-scatter`, measured: reduceScatter, predicted: combine.microseconds, use },
      ];
    },
  );
}

/** Microseconds of an all-reduce as the step counts it. */
export const allReduceMicroseconds = (gpus: number, busGBps: number): number =>
  (2 * BYTES * (gpus - 1)) / gpus / busGBps / 1e3;

const allReduceRows = (): AccuracyRow[] =>
  allReduce.map(({ accelerator: id, gpus, microseconds }) => ({
    label: `${accelerator(id).name}, ${gpus} GPUs, all-reduce`,
    measured: microseconds,
    predicted: allReduceMicroseconds(gpus, allReduceBusGBps(id, gpus, accelerator(id).scaleUpGBps)),
    use: 'fitted',
  }));

export function ncclTables(): AccuracyTable[] {
  return [
    {
      title: 'NCCL all-to-all, H100, 1 to 8 nodes',
      unit: 'µs',
      about:
        'Megatron-Core MoE paper (arXiv 2603.07685) Table 7, 4096 BF16 tokens, DeepSeek-V3 without group limit (the paper does not say how it routes).',
      rows: megatron.flatMap((one) => bothPhases(one)),
      limits: { mean: 0.015, max: 0.04 },
      target: { max: 0.1 },
      command: commandOf(networkSetting(megatron[0]!.run)),
    },
    {
      title: 'NCCL collectives within a node',
      unit: 'µs',
      about: `${NCCL_TESTS}. Their bus bandwidths are the model's constants; what is left is the latency added to them.`,
      rows: busRows(),
      limits: { mean: 0.015, max: 0.03 },
    },
    {
      title: 'All-reduce within a node',
      unit: 'µs',
      about: `${NCCL_TESTS}. Their bus bandwidths are the model's constants for tensor and data parallel all-reduces; NVSwitch reduces in the network (NVLink SHARP) from Hopper on.`,
      rows: allReduceRows(),
      limits: { mean: 0.005, max: 0.005 },
    },
  ];
}
