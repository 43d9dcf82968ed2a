import { accelerator } from '../../../src/catalog/accelerators';
import { type BlindRow, blindRow, blindSummary } from '../blind/blind-row';
import {
  amdRows,
  type BlindPhase,
  efaRows,
  latencyRows,
  NETWORK_SOURCES,
  ncclRows,
  throughputRows,
} from '../blind/network-rows';
import { commandOf } from '../measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyTable, Limits } from '../report/table';

/** Published GB/s become a time by the bytes that DeepEP's tests count. */
function rowOf({ label, run, phase, figure, use }: BlindPhase): BlindRow {
  const { traffic, time } = networkResult(run);
  const measured =
    'microseconds' in figure ? figure.microseconds : traffic[phase].logicalBytes / run.ep / figure.gbps / 1e3;
  return blindRow(`${label}, ${phase}`, 'time', time[phase].microseconds, measured, time.basis, use);
}

const BYTES = 2 ** 26;
const HIDDEN = 4096;

function ncclBlindRows(): BlindRow[] {
  return ncclRows.map(({ gpus, busGBps }) => {
    const run: NetworkRun = {
      accelerator: 'h100-sxm',
      backend: 'nccl-alltoall',
      ep: gpus,
      tokensPerRank: BYTES / (2 * HIDDEN),
      dispatchDtype: 'bf16',
      set: { 'model.routedExperts': gpus, 'model.topK': 1, 'model.hiddenSize': HIDDEN },
    };
    const { dispatch, basis } = networkResult(run).time;
    const measured = (BYTES * (gpus - 1)) / gpus / busGBps / 1e3;
    const label = `NCCL all-to-all ${accelerator(run.accelerator).name}, ${gpus} GPUs, 64 MiB`;
    return blindRow(label, 'time', dispatch.microseconds, measured, basis);
  });
}

function table(
  title: string,
  phases: readonly BlindPhase[],
  about: string,
  limits: Limits,
  more: readonly BlindRow[] = [],
): AccuracyTable {
  const rows = [...phases.map(rowOf), ...more];
  const sources = [...new Set(phases.map(({ source }) => NETWORK_SOURCES[source]))].join('; ');
  return {
    title: `Held out: ${title}`,
    unit: 'µs',
    about: `${sources}. ${about} ${blindSummary(rows)}`,
    rows,
    limits,
    command: commandOf(networkSetting(phases[0]!.run)),
  };
}

export function blindNetworkTables(): AccuracyTable[] {
  return [
    table(
      'DeepEP low latency over ConnectX-7',
      latencyRows,
      'DeepEP as another cluster ran it, FP8 dispatch, 128 tokens. The interval is since drawn from these rows too.',
      { median: 0.11, max: 0.21 },
    ),
    table(
      'DeepEP high throughput',
      throughputRows,
      '4096 tokens, 24 SMs where nothing else stands. Issues are what users saw: the rows of H20 and H200 across nodes are of clusters that nobody tuned. Four BF16 rows of B200 have told how much faster an SM copies rows without scales since they were written down. NVIDIA had changed the kernels that it ran over several trays of GB200. Left out are runs that their authors call wrong (DeepEP issues 155, and 493 over four nodes). The interval is since drawn from these rows too.',
      { median: 0.1, max: 0.61 },
    ),
    table('UCCL-EP on MI300X', amdRows, 'With ConnectX-7 and Thor 2.', { median: 0.25, max: 0.45 }),
    table(
      'Elastic Fabric Adapter',
      efaRows,
      'AWS’s network is rated like ConnectX-7 at 400 Gb/s per GPU; DeepEP and UCCL-EP reach it through the CPU. Nothing in a configuration says which network a cluster has, so these rows are predicted as ConnectX-7.',
      { median: 0.37, max: 0.87 },
      ncclBlindRows(),
    ),
  ];
}
