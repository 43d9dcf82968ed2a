import { accelerator } from '../../../src/catalog/accelerators';
import { backendCalibration } from '../../../src/catalog/backends';
import { allReduceBusGBps } from '../../../src/catalog/collectives';
import type { BackendId } from '../../../src/scenario/scenario';
import { phaseTime } from '../../../src/sim/network/time';
import { allReduce, highThroughput, lowLatency, ncclTests } from '../network-measured';
import { type NetworkRun, networkResult } from '../network-run';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { allReduceMicroseconds, equalCounts } from './nccl';
import { labelOf, runsOf } from './phases';

type Phase = 'dispatch' | 'combine';

/** Microseconds of one phase by the constants of H100, scaled by rated bandwidths. */
function byH100(run: NetworkRun, phase: Phase): number {
  const { scenario, traffic } = networkResult(run);
  const { calibration } = backendCalibration(run.backend, 'h100-sxm');
  return phaseTime(scenario, calibration, calibration[phase], traffic, traffic[phase]).microseconds;
}

const row = (label: string, measured: number, predicted: number): AccuracyRow => ({
  label,
  measured,
  predicted,
  use: 'not fitted',
});

function deepEpRows(backend: BackendId, measured: Parameters<typeof runsOf>[1]): AccuracyRow[] {
  return runsOf(backend, measured)
    .filter(({ run }) => !run.accelerator.startsWith('h'))
    .flatMap((one) =>
      (['dispatch', 'combine'] as const).map((phase) =>
        row(`${labelOf(one)}, ${phase}`, one[phase], byH100(one.run, phase)),
      ),
    );
}

function ncclRows(): AccuracyRow[] {
  return ncclTests
    .filter(({ accelerator: id }) => id !== 'h100-sxm')
    .flatMap(({ accelerator: id, gpus, alltoall, allGather, reduceScatter }) => {
      const { spread, gathered } = equalCounts(id, gpus);
      const label = `${accelerator(id).name}, ${gpus} GPUs`;
      return [
        row(`${label}, all-to-all`, alltoall, byH100(spread, 'dispatch')),
        row(`${label}, all-gather`, allGather, byH100(gathered, 'dispatch')),
        row(`${label}, reduce-scatter`, reduceScatter, byH100(gathered, 'combine')),
      ];
    });
}

/** Without NVLink SHARP (A100) H100's share of the rated bandwidth is no guide. */
function allReduceRows(): AccuracyRow[] {
  const { scaleUpGBps } = accelerator('h100-sxm');
  return allReduce
    .filter(({ accelerator: id }) => id !== 'h100-sxm')
    .map(({ accelerator: id, gpus, microseconds }) => {
      const scale = accelerator(id).scaleUpGBps / scaleUpGBps;
      const bus = scale * allReduceBusGBps('h100-sxm', gpus, scaleUpGBps);
      const label = `${accelerator(id).name}, ${gpus} GPUs, all-reduce`;
      return row(label, microseconds, allReduceMicroseconds(gpus, bus));
    });
}

function table(name: string, rows: readonly AccuracyRow[], mean: number): AccuracyTable {
  return {
    title: `Carried over: ${name} by H100's constants`,
    unit: 'µs',
    about:
      'What an accelerator that nobody measured would get: H100’s constants, scaled by rated bandwidth. Here the measurements exist, and their own constants are not used.',
    rows,
    limits: { mean },
  };
}

export function transferTables(): AccuracyTable[] {
  return [
    table('DeepEP low latency', deepEpRows('deepep-low-latency', lowLatency), 0.21),
    table('DeepEP high throughput', deepEpRows('deepep-high-throughput', highThroughput), 0.22),
    table('NCCL', ncclRows(), 0.1),
    table('all-reduce', allReduceRows(), 0.16),
  ];
}
