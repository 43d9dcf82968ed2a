import type { SimulationResult } from '../../../src/sim/result';
import type { Table } from '../../export/table';
import { partsOfSteps } from '../../model/step';
import { text as shared } from '../../strings';
import { layerSeconds, restsOn, shareOf } from './model';
import { text as t } from './strings';

/** The parts as a table to copy: seconds, unrounded. */
export function partsTable(result: SimulationResult): Table {
  const { step, scenario } = result;
  const plain = (value: number) => String(Number(value.toPrecision(4)));
  return {
    caption: t.unit(scenario),
    columns: [
      { title: t.columns.part(t.unit(scenario)) },
      { title: 's', format: plain },
      { title: t.columns.share, format: (share) => shareOf(share, 1) },
      { title: t.columns.perLayer('s'), format: plain },
      { title: t.columns.restsOn },
    ],
    rows: partsOfSteps([step]).map(({ name, seconds }) => [
      shared.stepParts[name],
      seconds[0]!,
      seconds[0]! / step.seconds,
      layerSeconds(step.layer, name) ?? '',
      restsOn(result, name),
    ]),
  };
}
