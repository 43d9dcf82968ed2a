import type { SimulationResult } from '../../../src/sim/result';
import { PartSwatch } from '../../components/part-swatch';
import { timeColumn } from '../../format';
import { PART_FILLS, partsOfSteps } from '../../model/step';
import { text as shared } from '../../strings';
import { restsOn } from './model';
import { text as t } from './strings';

interface Props {
  readonly before: SimulationResult;
  readonly after: SimulationResult;
}

/** Each part of the step in both layouts, by how much it changes, and what the variant's figure rests on. */
export function ChangesTable({ before, after }: Props) {
  const { unit, amount, change } = timeColumn(Math.max(before.step.seconds, after.step.seconds));
  const rows = partsOfSteps([before.step, after.step]).map(({ name, seconds }) => ({
    name,
    was: seconds[0]!,
    is: seconds[1]!,
  }));
  const cells = (was: number, is: number) => (
    <>
      <td class="r">{amount(was)}</td>
      <td class="r">{amount(is)}</td>
      <td class="r">{change(is - was)}</td>
    </>
  );
  return (
    <table class="parts">
      <caption class="vh">{t.changes}</caption>
      <thead>
        <tr>
          <th scope="col">{t.columns.part(t.unit(after.scenario))}</th>
          <th scope="col" class="r">
            {shared.sides.of(shared.sides.baseline, unit)}
          </th>
          <th scope="col" class="r">
            {shared.sides.of(shared.sides.variant, unit)}
          </th>
          <th scope="col" class="r">
            {shared.sides.of(t.change, unit)}
          </th>
          <th scope="col" class="rests">
            {t.columns.variantRestsOn}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, was, is }) => (
          <tr key={name}>
            <th scope="row">
              <PartSwatch fill={PART_FILLS[name]} />
              {shared.stepParts[name]}
            </th>
            {cells(was, is)}
            <td class="rests quiet">{is > 0 ? restsOn(after, name) : ''}</td>
          </tr>
        ))}
        <tr class="strong">
          <th scope="row" class="strong">
            {t.total}
          </th>
          {cells(before.step.seconds, after.step.seconds)}
          <td class="rests quiet">{shared.basis(after.step.basis)}</td>
        </tr>
      </tbody>
    </table>
  );
}
