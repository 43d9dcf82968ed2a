import type { PlacementResult } from '../../src/sim/result';
import { times } from '../format';
import { text as t } from '../strings';
import { Select } from './select';

/** A most uneven layer that stands out by less is none. */
const NOTICEABLE = 0.01;

interface Props {
  /** Of its control, so that a label finds it. */
  readonly id: string;
  readonly layers: PlacementResult['layers'];
  /** The layer that times and traffic are of. */
  readonly simulated: number;
  readonly value: number;
  readonly onChange: (layer: number) => void;
}

/** The MoE layers, each with its fullest rank over the mean. */
export function LayerPicker({ id, layers, simulated, value, onChange }: Props) {
  const { maxOverMean, worst, mean } = layers;
  const isUneven = maxOverMean[worst]! > mean * (1 + NOTICEABLE);
  const label = (layer: number) => {
    const isWorst = isUneven && layer === worst;
    const kind = layer === simulated ? (isWorst ? 'both' : 'simulated') : isWorst ? 'worst' : 'plain';
    return t.layerOption[kind](layer, times(maxOverMean[layer]!));
  };
  return (
    <span class="layer-picker">
      <label for={id}>{t.layer}</label>
      <Select
        id={id}
        value={String(value)}
        options={layers.maxOverMean.map((_, layer) => ({ value: String(layer), label: label(layer) }))}
        onChange={(layer) => onChange(Number(layer))}
      />
    </span>
  );
}
