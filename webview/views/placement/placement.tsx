import { useMemo, useRef, useState } from 'preact/hooks';
import type { GridAxisName } from '../../../src/sim/placement/rank-grids';
import { layOutCards } from '../../charts/gpu-cards';
import { ViewFrame } from '../../components/view-frame';
import { usePixelRatio, useWidth } from '../../hooks';
import { coordinate, shownAxis } from '../../model/grids';
import { hottestIndex, placedLayer } from '../../model/placement';
import { runsOf } from '../../model/traffic';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Cards, type Cursor } from './cards';
import { headingOf } from './heading';
import { LayerPicker } from './layer-picker';
import { CardLegend } from './legend';
import { SlotReadout } from './readout';
import { Spread } from './spread';
import { rankTable, slotTable } from './tables';
import { World } from './world';

interface Kept {
  /** MoE layer on show; `null` is the simulated one. */
  readonly layer: number | null;
  readonly axis: GridAxisName;
  /** World rank whose groups are shown; `null` is that of the selected rank. */
  readonly worldRank: number | null;
  readonly table: boolean;
}

const FRESH: Kept = { layer: null, axis: 'ep', worldRank: null, table: false };

/** Which expert lives on which GPU, how the GPUs multiply out, and why one alone would not do. */
export function Placement(props: ViewProps) {
  const { theme, panel, update } = props;
  const { result, detail } = props.show.baseline;
  const { placement, scenario } = result;
  const { grids } = detail;
  const [kept, keep] = keptState(props, FRESH);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const ratio = usePixelRatio();

  const layer = kept.layer !== null && kept.layer < detail.layers ? kept.layer : placement.layer;
  const placed = useMemo(() => placedLayer(result, detail, layer), [result, detail, layer]);
  const runs = useMemo(() => runsOf(placement.nodeOfRank), [placement]);
  const hasShared = scenario.model.sharedExperts > 0;
  const layout = useMemo(
    () => (width > 0 ? layOutCards({ runs, slots: placed.mostSlots, hasShared, width }) : null),
    [runs, placed.mostSlots, hasShared, width],
  );
  const selected = panel.selectedRank ?? placed.busiestRank;
  const [hovered, setHovered] = useState<Cursor | null>(null);
  const isThere = hovered && placed.slotsOfRank[hovered.rank]?.[hovered.index] !== undefined;
  const cursor = isThere ? hovered : { rank: selected, index: hottestIndex(placed, selected) };
  const select = (rank: number | null) => {
    if (rank === null) setHovered(null);
    keep({ worldRank: null });
    update({ selectedRank: rank });
  };

  const own = placement.worldRanks[selected]!;
  const asked = kept.worldRank;
  const isSame = asked !== null && asked < grids.worldSize && coordinate(grids, 'ep', asked) === selected;
  const worldRank = isSame ? asked : own;
  const axis = shownAxis(grids, kept.axis);

  return (
    <ViewFrame
      view={props.view}
      heading={headingOf(result, placed)}
      controls={
        detail.layers > 1 && (
          <LayerPicker
            layers={placement.layers}
            simulated={placement.layer}
            value={layer}
            onChange={(value) => keep({ layer: value === placement.layer ? null : value })}
          />
        )
      }
      table={() => rankTable(result, placed)}
      pictureTable={() => slotTable(result, placed)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${placement.worldRanks.length}`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
    >
      <div ref={picture}>
        <div ref={frame}>
          {layout && (
            <Cards
              layout={layout}
              placed={placed}
              theme={theme}
              width={width}
              ratio={ratio}
              cursor={cursor}
              selected={selected}
              onCursor={setHovered}
              onSelect={select}
            />
          )}
        </div>
        <SlotReadout
          result={result}
          detail={detail}
          placed={placed}
          cursor={cursor}
          ofRank={layout !== null && layout.cells === null}
        />
        <CardLegend
          placed={placed}
          theme={theme}
          ofRanks={layout !== null && layout.cells === null}
          sharedExperts={scenario.model.sharedExperts}
          tp={scenario.layout.tp}
        />
        <World
          result={result}
          grids={grids}
          theme={theme}
          axis={axis}
          rank={worldRank}
          onAxis={(value) => keep({ axis: value })}
          onRank={(rank) => {
            setHovered(null);
            keep({ worldRank: rank });
            update({ selectedRank: rank === null ? null : coordinate(grids, 'ep', rank) });
          }}
        />
        <Spread result={result} detail={detail} onMemory={() => update({ view: 'memory' })} />
      </div>
    </ViewFrame>
  );
}
