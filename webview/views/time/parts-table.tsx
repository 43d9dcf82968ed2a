import type { SimulationResult } from '../../../src/sim/result';
import { PartSwatch } from '../../components/part-swatch';
import { percent, timeColumn } from '../../format';
import { PART_FILLS, partsOfSteps } from '../../model/step';
import { text as shared } from '../../strings';
import { layerSeconds, restsOn, shareOf } from './model';
import { text as t } from './strings';

/** Each part: seconds, share, per layer, and what it rests on. */
export function PartsTable({ result }: { readonly result: SimulationResult }) {
  const { step, scenario } = result;
  const whole = timeColumn(step.seconds);
  const parts = partsOfSteps([step]);
  const layerTimes = parts.map(({ name }) => layerSeconds(step.layer, name));
  const layer = timeColumn(Math.max(0, ...layerTimes.map((seconds) => seconds ?? 0)));
  const what = t.unit(scenario);
  return (
    <table class="parts">
      <caption class="vh">{what}</caption>
      <thead>
        <tr>
          <th scope="col">{t.columns.part(what)}</th>
          <th scope="col" class="r">
            {whole.unit}
          </th>
          <th scope="col" class="r">
            {t.columns.share}
          </th>
          <th scope="col" class="r">
            {t.columns.perLayer(layer.unit)}
          </th>
          <th scope="col" class="rests">
            {t.columns.restsOn}
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ name, seconds }, index) => (
          <tr key={name}>
            <th scope="row">
              <PartSwatch fill={PART_FILLS[name]} />
              {shared.stepParts[name]}
            </th>
            <td class="r">{whole.amount(seconds[0]!)}</td>
            <td class="r">{shareOf(seconds[0]!, step.seconds)}</td>
            <td class="r">{layerTimes[index] == null ? '' : layer.amount(layerTimes[index])}</td>
            <td class="rests quiet">{restsOn(result, name)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" class="strong">
            {t.total}
          </th>
          <td class="r strong">{whole.amount(step.seconds)}</td>
          <td class="r">{percent(1)}</td>
          <td />
          <td class="rests quiet">{shared.basis(step.basis)}</td>
        </tr>
      </tbody>
    </table>
  );
}
