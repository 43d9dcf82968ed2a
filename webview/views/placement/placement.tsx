import { useMemo, useRef } from 'preact/hooks';
import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { GridAxisName } from '../../../src/sim/placement/rank-grids';
import type { SimulationResult } from '../../../src/sim/result';
import { LayerPicker } from '../../components/layer-picker';
import { Sides } from '../../components/sides';
import { ViewFrame } from '../../components/view-frame';
import { coordinate, shownAxis } from '../../model/grids';
import { type LoadRange, type PlacedLayer, placedLayer, rangeOfLoads } from '../../model/placement';
import { tableOfSides } from '../../model/sides';
import { deviceName } from '../../strings';
import type { Theme } from '../../theme';
import { keptState, type ViewProps } from '../view';
import { Balance } from './balance';
import { Gpus } from './gpus';
import { differenceOf, headingOf } from './heading';
import { longestShare, Spread } from './spread';
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
  const { panel, theme, update, sides } = props;
  const [kept, keep] = keptState(props, FRESH);
  const picture = useRef<HTMLDivElement>(null);
  const drawn = useMemo(
    () =>
      sides.map(({ side: { result, detail } }) => {
        const layer = kept.layer !== null && kept.layer < detail.layers ? kept.layer : result.placement.layer;
        return { result, detail, placed: placedLayer(result, detail, layer) };
      }),
    [sides, kept.layer],
  );
  const [first, second] = drawn as [(typeof drawn)[0], (typeof drawn)[0]?];
  const { placement, scenario } = first.result;
  // Both in one scale of colours and of memory.
  const loads = useMemo(() => rangeOfLoads(drawn.map(({ placed }) => placed)), [drawn]);
  const longest = Math.max(...drawn.map(({ result, detail }) => longestShare(result, detail)));

  return (
    <ViewFrame
      view={props.view}
      heading={second ? differenceOf(first, second) : headingOf(first.result, first.placed)}
      controls={
        first.detail.layers > 1 && (
          <LayerPicker
            id="placement-layer"
            layers={placement.layers}
            simulated={placement.layer}
            value={first.placed.layer}
            onChange={(value) => keep({ layer: value === placement.layer ? null : value })}
          />
        )
      }
      table={() => tableOfSides(sides, ({ result }, index) => rankTable(result, drawn[index]!.placed))}
      pictureTable={() => tableOfSides(sides, ({ result }, index) => slotTable(result, drawn[index]!.placed))}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${placement.worldRanks.length}`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
    >
      <div ref={picture}>
        <Sides sides={sides}>
          {(_, index) => (
            <Layout
              {...drawn[index]!}
              theme={theme}
              loads={loads}
              longest={longest}
              axis={kept.axis}
              worldRank={kept.worldRank}
              selectedRank={panel.selectedRank}
              onAxis={(axis) => keep({ axis })}
              onRank={(selectedRank, worldRank) => {
                keep({ worldRank });
                update({ selectedRank });
              }}
              onMemory={() => update({ view: 'memory' })}
            />
          )}
        </Sides>
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

interface LayoutProps {
  readonly result: SimulationResult;
  readonly detail: PlacementDetail;
  readonly placed: PlacedLayer;
  readonly theme: Theme;
  readonly loads: LoadRange;
  /** Bytes that the longest bar of the weights stands for. */
  readonly longest: number;
  readonly axis: GridAxisName;
  readonly worldRank: number | null;
  readonly selectedRank: number | null;
  readonly onAxis: (axis: GridAxisName) => void;
  readonly onRank: (rank: number | null, worldRank: number | null) => void;
  readonly onMemory: () => void;
}

/** The pictures of one layout. */
function Layout(props: LayoutProps) {
  const { result, detail, placed, theme, onRank } = props;
  const { placement } = result;
  const { grids } = detail;
  const ranks = placement.worldRanks.length;
  const chosen = props.selectedRank;
  const selected = chosen !== null && chosen < ranks ? chosen : placed.busiestRank;
  // A rank of another EP group stands for the selected one, as long as it is at the same place of its group.
  const asked = props.worldRank;
  const isSame = asked !== null && asked < grids.worldSize && coordinate(grids, 'ep', asked) === selected;
  return (
    <>
      <Gpus
        result={result}
        detail={detail}
        placed={placed}
        theme={theme}
        loads={props.loads}
        selected={selected}
        onSelect={(rank) => onRank(rank, null)}
      />
      <World
        result={result}
        grids={grids}
        theme={theme}
        axis={shownAxis(grids, props.axis)}
        rank={isSame ? asked : placement.worldRanks[selected]!}
        onAxis={props.onAxis}
        onRank={(rank) => onRank(rank === null ? null : coordinate(grids, 'ep', rank), rank)}
      />
      <Spread result={result} detail={detail} longest={props.longest} onMemory={props.onMemory} />
    </>
  );
}
