import { useMemo } from 'preact/hooks';
import type { SimulationDetail } from '../../../src/sim/detail';
import type { LayerTraffic } from '../../../src/sim/layer-traffic';
import type { SimulationResult } from '../../../src/sim/result';
import { type ChosenLayer, useLayers } from '../traffic/layers';
import type { ViewProps } from '../view';

interface Shown {
  readonly result: SimulationResult;
  readonly detail: SimulationDetail;
}

/** The job with one other layer in it: its placement, traffic, times and tokens. */
function withLayer({ result, detail }: Shown, { rows, nodeRows, one }: LayerTraffic): Shown {
  if (one === null) return { result, detail };
  const { placement, traffic, time, timeline, examples } = one;
  return {
    result: {
      ...result,
      placement,
      traffic: { ...traffic, rows, nodeRows },
      time,
      step: { ...result.step, layer: timeline },
    },
    detail: { ...detail, examples },
  };
}

/** The job as the chosen layer has it, once the host has sent it; until then as the simulated one does. */
export function useJobOfLayer(props: ViewProps, kept: number | null): Shown & { readonly waiting: boolean } {
  const [drawn] = props.sides;
  const [{ layer, waiting }] = useLayers(props, kept) as readonly [ChosenLayer];
  const shown = useMemo(() => (layer ? withLayer(drawn.side, layer) : drawn.side), [drawn.side, layer]);
  return { result: shown.result, detail: shown.detail, waiting };
}
