import type { CalibratedBackend } from '../../src/catalog/calibrations/calibration';
import { hybridEp } from './hybrid-ep-measured';
import { moriMi300x, moriMi355x } from './mori-measured';
import {
  highThroughput,
  highThroughputH800,
  lowLatency,
  lowLatencyH800,
  megatronAlltoall,
  ncclTests,
  ucclMi300x,
} from './network-measured';
import { deepEpGroups, type NetworkResult, type NetworkRun, networkResult } from './network-run';
import { equalCounts } from './tables/nccl';
import { oneSidedRuns } from './tables/one-sided';
import { type MeasuredRun, runsOf } from './tables/phases';

export type Phase = 'dispatch' | 'combine';

/** A phase of a kernel whose time was published. */
export interface MeasuredPhase {
  readonly run: NetworkRun & { readonly backend: CalibratedBackend };
  readonly phase: Phase;
  readonly result: NetworkResult;
  readonly microseconds: number;
}

type Measure = number | { readonly gbps: number };

/** Published GB/s become a time by the bytes that DeepEP's tests count. */
function phasesOf(
  run: NetworkRun,
  measured: readonly (readonly [phase: Phase, measure: Measure | null])[],
): MeasuredPhase[] {
  const result = networkResult(run);
  return measured.flatMap(([phase, measure]) => {
    if (measure === null) return [];
    const bytes = result.traffic[phase].logicalBytes / run.ep;
    const microseconds = typeof measure === 'number' ? measure : bytes / measure.gbps / 1e3;
    return [{ run: run as MeasuredPhase['run'], phase, result, microseconds }];
  });
}

const both = ({ run, dispatch, combine }: Omit<MeasuredRun, 'use'>): MeasuredPhase[] =>
  phasesOf(run, [
    ['dispatch', dispatch],
    ['combine', combine],
  ]);

const lowLatencyOnH800 = (): MeasuredPhase[] =>
  lowLatencyH800.flatMap(({ ep, dispatch, combine }) => {
    const run = { accelerator: 'h800-sxm', backend: 'deepep-low-latency', ep, tokensPerRank: 128 } as const;
    return both({ run, dispatch, combine });
  });

const throughputRun = (accelerator: NetworkRun['accelerator'], ep: number): NetworkRun => ({
  accelerator,
  backend: 'deepep-high-throughput',
  ep,
  tokensPerRank: 4096,
  sms: 24,
  groups: deepEpGroups(accelerator, ep),
});

const highThroughputElsewhere = (): MeasuredPhase[] => [
  ...highThroughputH800.flatMap(({ ep, dispatchGBps, combineGBps }) =>
    phasesOf(throughputRun('h800-sxm', ep), [
      ['dispatch', { gbps: dispatchGBps }],
      ['combine', { gbps: combineGBps }],
    ]),
  ),
  ...ucclMi300x.flatMap(({ ep, fp8, combine }) =>
    phasesOf(throughputRun('mi300x', ep), [
      ['dispatch', { gbps: fp8 }],
      ['combine', { gbps: combine }],
    ]),
  ),
];

const moriPhases = (): MeasuredPhase[] =>
  [...moriMi300x, ...moriMi355x].flatMap(({ accelerator, ep, tokensPerRank, experts, times }) =>
    times.flatMap((measured, kernel) => {
      const run = {
        accelerator,
        backend: 'mori',
        ep,
        tokensPerRank,
        dispatchDtype: kernel === 0 ? 'fp8' : 'bf16',
        ...(experts && { set: { 'model.routedExperts': experts[0], 'model.topK': experts[1] } }),
      } as const;
      return phasesOf(run, [[kernel === 2 ? 'combine' : 'dispatch', measured]]);
    }),
  );

/** BF16: something holds FP8 dispatch up that no size explains. */
const hybridEpPhases = (): MeasuredPhase[] =>
  hybridEp.flatMap(({ accelerator, ep, sms, kernel: [, dispatch, combine] }) => {
    const set = { 'model.routedExperts': 8 * ep };
    const run = { accelerator, backend: 'hybrid-ep', ep, tokensPerRank: 4096, sms, set } as const;
    return phasesOf({ ...run, dispatchDtype: 'bf16' }, [
      ['dispatch', { gbps: dispatch }],
      ['combine', { gbps: combine }],
    ]);
  });

const ncclPhases = (): MeasuredPhase[] => [
  ...ncclTests.flatMap(({ accelerator, gpus, alltoall, allGather, reduceScatter }) => {
    const { spread, gathered } = equalCounts(accelerator, gpus);
    return [
      ...phasesOf(spread, [['dispatch', alltoall]]),
      ...both({ run: gathered, dispatch: allGather, combine: reduceScatter }),
    ];
  }),
  ...megatronAlltoall.flatMap(({ ep, dispatch, combine }) => {
    const run = { accelerator: 'h100-sxm', backend: 'nccl-alltoall', ep, tokensPerRank: 4096 } as const;
    return both({ run: { ...run, dispatchDtype: 'bf16' }, dispatch, combine });
  }),
];

/** Everything that constants of kernels were fitted on or checked with by those who wrote the kernels; collected once. */
export const measuredPhases: readonly MeasuredPhase[] = [
  ...runsOf('deepep-low-latency', lowLatency).flatMap(both),
  ...lowLatencyOnH800(),
  ...runsOf('deepep-high-throughput', highThroughput).flatMap(both),
  ...highThroughputElsewhere(),
  ...oneSidedRuns.flatMap(both),
  ...moriPhases(),
  ...hybridEpPhases(),
  ...ncclPhases(),
];
