import { useMemo, useRef } from 'preact/hooks';
import type { GridAxisName } from '../../../src/sim/placement/rank-grids';
import { LayerPicker } from '../../components/layer-picker';
import { ViewFrame } from '../../components/view-frame';
import { coordinate, shownAxis } from '../../model/grids';
import { placedLayer } from '../../model/placement';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Balance } from './balance';
import { Gpus } from './gpus';
import { headingOf } from './heading';
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
  const { panel, theme, update } = props;
  const { result, detail } = props.show.baseline;
  const { placement, scenario } = result;
  const { grids } = detail;
  const [kept, keep] = keptState(props, FRESH);
  const picture = useRef<HTMLDivElement>(null);

  const layer = kept.layer !== null && kept.layer < detail.layers ? kept.layer : placement.layer;
  const placed = useMemo(() => placedLayer(result, detail, layer), [result, detail, layer]);
  const selected = panel.selectedRank ?? placed.busiestRank;
  const select = (rank: number | null, worldRank: number | null) => {
    keep({ worldRank });
    update({ selectedRank: rank });
  };
  // A rank of another EP group stands for the selected one, as long as it is at the same place of its group.
  const asked = kept.worldRank;
  const isSame = asked !== null && asked < grids.worldSize && coordinate(grids, 'ep', asked) === selected;

  return (
    <ViewFrame
      view={props.view}
      heading={headingOf(result, placed)}
      controls={
        detail.layers > 1 && (
          <LayerPicker
            id="placement-layer"
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
        <Gpus
          result={result}
          detail={detail}
          placed={placed}
          theme={theme}
          selected={selected}
          onSelect={(rank) => select(rank, null)}
        />
        <World
          result={result}
          grids={grids}
          theme={theme}
          axis={shownAxis(grids, kept.axis)}
          rank={isSame ? asked : placement.worldRanks[selected]!}
          onAxis={(axis) => keep({ axis })}
          onRank={(rank) => select(rank === null ? null : coordinate(grids, 'ep', rank), rank)}
        />
        <Spread result={result} detail={detail} onMemory={() => update({ view: 'memory' })} />
      </div>
      <Balance
        placements={props.placements}
        onWhatIf={(changes) => {
          update({ view: 'whatif' });
          props.changeWhatIf(changes);
        }}
      />
    </ViewFrame>
  );
}
