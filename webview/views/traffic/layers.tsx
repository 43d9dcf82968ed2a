import { useEffect, useMemo } from 'preact/hooks';
import type { LayerChoice, LayerTraffic } from '../../../src/sim/layer-traffic';
import type { PlacementResult, SimulationResult } from '../../../src/sim/result';
import { Select } from '../../components/select';
import { times } from '../../format';
import type { DrawnSide } from '../../model/sides';
import type { LayersOnShow } from '../../state';
import { vscode } from '../../vscode';
import type { ViewProps } from '../view';
import { text as t } from './strings';

const SIMULATED = 'simulated';

/** The result with the traffic of another layer in it: what the view draws, no more. */
function withLayer(result: SimulationResult, layer: LayerTraffic): SimulationResult {
  const { traffic, time, alltoallv } = result;
  const phase = (name: 'dispatch' | 'combine') => {
    const { scaleUpBytes, scaleOutBytes } = layer[name];
    return { ...traffic[name], busiest: { ...traffic[name].busiest, scaleUpBytes, scaleOutBytes } };
  };
  const timed = (name: 'dispatch' | 'combine') => ({
    ...time[name],
    microseconds: layer[name].microseconds,
  });
  return {
    ...result,
    traffic: {
      ...traffic,
      rows: layer.rows,
      nodeRows: layer.nodeRows,
      nicRows: layer.nicRows,
      perToken: layer.perToken,
      dispatch: phase('dispatch'),
      combine: phase('combine'),
    },
    time: { ...time, dispatch: timed('dispatch'), combine: timed('combine') },
    alltoallv: { ...alltoallv, paddedOverExact: layer.paddedOverExact },
  };
}

export interface ChosenLayer {
  readonly result: SimulationResult;
  /** `null` for the layer that the other figures are of. */
  readonly chosen: LayerChoice | null;
  /** What came of it; `null` where the simulated layer is shown. */
  readonly layer: LayerTraffic | null;
  /** The choice was asked for and is not there yet: the picture is still of the simulated layer. */
  readonly waiting: boolean;
}

/** A layout with the layer that was chosen, once that is there. */
function layerOf(
  { name, side: { result } }: DrawnSide,
  layers: LayersOnShow | null,
  kept: LayerChoice | null,
): ChosenLayer {
  const { maxOverMean } = result.placement.layers;
  const exists = kept === 'mean' ? maxOverMean.length > 1 : kept !== null && kept < maxOverMean.length;
  const isThere = layers !== null && (layers.baseline ?? layers.variant)?.layer === kept;
  const layer = isThere ? layers[name] : null;
  // One of two may not have the layer: it stays at its own.
  const isOther = exists && kept !== result.placement.layer && !(isThere && layer === null);
  return {
    result: isOther && layer ? withLayer(result, layer) : result,
    chosen: isOther ? kept : null,
    layer: isOther ? layer : null,
    waiting: isOther && !isThere,
  };
}

/** The layouts with the layer that was chosen; asks the host for it where it is not there. */
export function useLayers(
  { show, sides, layer: layers }: Pick<ViewProps, 'show' | 'sides' | 'layer'>,
  kept: LayerChoice | null,
): readonly ChosenLayer[] {
  const chosen = useMemo(() => sides.map((drawn) => layerOf(drawn, layers, kept)), [sides, layers, kept]);
  const isWaiting = chosen.some(({ waiting }) => waiting);
  useEffect(() => {
    if (isWaiting && kept !== null) vscode.postMessage({ type: 'layer', layer: kept });
  }, [show, kept, isWaiting]);
  return chosen;
}

interface Props {
  readonly placement: PlacementResult;
  readonly value: LayerChoice | null;
  readonly onChange: (layer: LayerChoice | null) => void;
}

/** Which MoE layer is shown, each with its fullest rank over the mean; nothing where layers do not differ. */
export function LayerChooser({ placement, value, onChange }: Props) {
  const { maxOverMean, mean } = placement.layers;
  if (maxOverMean.length < 2) return null;
  const options = [
    { value: SIMULATED, label: t.layerSimulated(placement.layer, times(maxOverMean[placement.layer]!)) },
    { value: 'mean', label: t.layerMean(maxOverMean.length, times(mean)) },
    ...maxOverMean.map((ratio, layer) => ({ value: String(layer), label: t.layerOne(layer, times(ratio)) })),
  ];
  return (
    <span class="layer-picker">
      <label for="traffic-layer">{t.layer}</label>
      <Select
        id="traffic-layer"
        value={String(value ?? SIMULATED)}
        options={options}
        onChange={(chosen) =>
          onChange(chosen === SIMULATED ? null : chosen === 'mean' ? 'mean' : Number(chosen))
        }
      />
    </span>
  );
}
