import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { SimulationResult } from '../../../src/sim/result';
import { layOutCards } from '../../charts/gpu-cards';
import { usePixelRatio, useWidth } from '../../hooks';
import { runsOf } from '../../model/nodes';
import { hottestIndex, type LoadRange, type PlacedLayer } from '../../model/placement';
import type { Theme } from '../../theme';
import { Cards, type Cursor } from './cards';
import { CardLegend } from './legend';
import { SlotReadout } from './readout';

interface Props {
  readonly result: SimulationResult;
  readonly detail: PlacementDetail;
  readonly placed: PlacedLayer;
  /** The ends of the colour scale. */
  readonly loads: LoadRange;
  readonly theme: Theme;
  readonly selected: number;
  readonly onSelect: (rank: number | null) => void;
}

/** The GPUs of the EP group with what is under the cursor. The cursor is kept here, so that it redraws nothing else. */
export function Gpus({ result, detail, placed, loads, theme, selected, onSelect }: Props) {
  const { placement, scenario } = result;
  const { sharedExperts } = scenario.model;
  const [hovered, setHovered] = useState<Cursor | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const ratio = usePixelRatio();
  const layout = useMemo(() => {
    if (width === 0) return null;
    const runs = runsOf(placement.nodeOfRank);
    return layOutCards({ runs, slots: placed.mostSlots, hasShared: sharedExperts > 0, width });
  }, [placement, placed.mostSlots, sharedExperts, width]);
  const ofRanks = layout !== null && layout.cells === null;
  const hasLoads = layout?.blocks.detail === 'cards';
  // Another rank was selected elsewhere: the cursor goes there.
  useEffect(() => setHovered((cursor) => (cursor?.rank === selected ? cursor : null)), [selected]);
  const isThere = hovered && placed.slotsOfRank[hovered.rank]?.[hovered.index] !== undefined;
  const cursor = isThere ? hovered : { rank: selected, index: hottestIndex(placed, selected) };
  const legend = useMemo(
    () => (
      <CardLegend
        placed={placed}
        loads={loads}
        theme={theme}
        ofRanks={ofRanks}
        hasLoads={hasLoads}
        sharedExperts={sharedExperts}
        tp={scenario.layout.tp}
      />
    ),
    [placed, loads, theme, ofRanks, hasLoads, sharedExperts, scenario],
  );
  return (
    <>
      <div ref={frame}>
        {layout && (
          <Cards
            layout={layout}
            placed={placed}
            loads={loads}
            theme={theme}
            width={width}
            ratio={ratio}
            cursor={cursor}
            selected={selected}
            onCursor={setHovered}
            onSelect={(rank) => {
              if (rank === null) setHovered(null);
              onSelect(rank);
            }}
          />
        )}
      </div>
      <SlotReadout result={result} detail={detail} placed={placed} cursor={cursor} ofRank={ofRanks} />
      {legend}
    </>
  );
}
