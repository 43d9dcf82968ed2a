import { useEffect } from 'preact/hooks';
import type { LayerChoice, LayerTraffic } from '../../../src/sim/layer-traffic';
import type { PlacementResult, SimulationResult } from '../../../src/sim/result';
import { Select } from '../../components/select';
import { times } from '../../format';
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
  /** The choice was asked for and is not there yet: the picture is still of the simulated layer. */
  readonly waiting: boolean;
}

/** The result of the layer that was chosen; asks the host for it where it is not there. */
export function useLayer({ show, layer }: ViewProps, kept: LayerChoice | null): ChosenLayer {
  const { result } = show.baseline;
  const { maxOverMean } = result.placement.layers;
  const exists = kept === 'mean' ? maxOverMean.length > 1 : kept !== null && kept < maxOverMean.length;
  const chosen = exists && kept !== result.placement.layer ? kept : null;
  const waiting = chosen !== null && layer?.layer !== chosen;
  useEffect(() => {
    if (waiting && chosen !== null) vscode.postMessage({ type: 'layer', layer: chosen });
  }, [show, chosen]);
  return {
    result: chosen !== null && layer && !waiting ? withLayer(result, layer) : result,
    chosen,
    waiting,
  };
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
