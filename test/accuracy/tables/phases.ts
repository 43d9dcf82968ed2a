import { accelerator } from '../../../src/catalog/accelerators';
import type { BackendId } from '../../../src/scenario/scenario';
import type { LatencyRow } from '../network-measured';
import { type NetworkRun, networkResult } from '../network-run';
import type { AccuracyRow } from '../report/table';

/** A run with the microseconds that were measured. */
export interface MeasuredRun {
  readonly run: NetworkRun;
  readonly dispatch: number;
  readonly combine: number;
  readonly use: AccuracyRow['use'];
}

/** Rows of aiconfigurator's tables as runs of a backend. */
export function runsOf(backend: BackendId, rows: readonly LatencyRow[]): MeasuredRun[] {
  return rows.map(([id, ep, tokensPerRank, sms, dispatch, combine, use]) => ({
    run: { accelerator: id, backend, ep, tokensPerRank, sms },
    dispatch,
    combine,
    use,
  }));
}

/** `H100 EP16, 1024 tokens, 20 SMs`. */
export function labelOf({ run }: MeasuredRun): string {
  const sms = run.backend === 'deepep-high-throughput' ? `, ${run.sms} SMs` : '';
  return `${accelerator(run.accelerator).name} EP${run.ep}, ${run.tokensPerRank} tokens${sms}`;
}

/** Predicted beside measured microseconds of both phases. */
export function bothPhases(measured: MeasuredRun, label = labelOf(measured)): AccuracyRow[] {
  const { time } = networkResult(measured.run);
  const { dispatch, combine, use } = measured;
  return [
    { label: `${label}, dispatch`, measured: dispatch, predicted: time.dispatch.microseconds, use },
    { label: `${label}, combine`, measured: combine, predicted: time.combine.microseconds, use },
  ];
}
