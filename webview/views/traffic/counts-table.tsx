import { useMemo } from 'preact/hooks';
import type { SimulationResult } from '../../../src/sim/result';
import { DataTable } from '../../components/data-table';
import { type Phase, toHeat } from '../../model/heat';
import { text as t } from './strings';
import { shortCountTable } from './tables';

/** The send counts beside the picture, for a panel that is wide enough. */
export function CountsTable(props: {
  readonly result: SimulationResult;
  readonly phase: Phase;
  readonly rank: number;
  readonly scaleUp: string;
}) {
  const { result, phase, rank, scaleUp } = props;
  // The table is long and the cursor moves often: only a new rank or matrix builds it again.
  const table = useMemo(() => {
    const heat = toHeat(result.traffic.rows, phase);
    return <DataTable table={shortCountTable(heat, result.placement, rank, scaleUp)} quietCaption />;
  }, [result, phase, rank, scaleUp]);
  return (
    <section class="counts">
      <h3>{t.mpiOf(rank)}</h3>
      <p class="quiet">{t.mpiCaption}</p>
      {table}
    </section>
  );
}
