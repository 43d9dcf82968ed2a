import { useMemo, useRef, useState } from 'preact/hooks';
import type { LayerChoice } from '../../../src/sim/layer-traffic';
import type { Cell } from '../../charts/heatmap';
import { Segmented } from '../../components/segmented';
import { ViewFrame } from '../../components/view-frame';
import type { Dialect } from '../../export/alltoallv-code';
import { usePixelRatio, useWidth } from '../../hooks';
import { argmax, type HeatOptions, nodeIds, runsOf, toHeat } from '../../model/traffic';
import { centredOn, isInside, whole, within, type ZoomWindow } from '../../model/zoom';
import { deviceName, text } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Code } from './code';
import { Funnel } from './funnel';
import { headingOfMean, headingOfNodes, headingOfRanks } from './heading';
import { HeatPicture } from './heat-picture';
import { LayerChooser, useLayer } from './layers';
import { HotPairs, Peers } from './lists';
import { CellReadout, CountsTable, RankReadout } from './readouts';
import { text as t } from './strings';
import { matrixTable, nodeTable, sendCountTable } from './tables';
import { ZoomBar } from './zoom-bar';

/** From this width on the style sheet has a third column for the send counts. */
const WIDE = 1168;

interface Kept extends HeatOptions {
  readonly table: boolean;
  /** The part of the matrix that is shown; `null` for all of it. */
  readonly zoom: ZoomWindow | null;
  readonly dialect: Dialect;
  /** `null` for the layer that is simulated. */
  readonly layer: LayerChoice | null;
}

const FRESH: Kept = {
  phase: 'dispatch',
  level: 'ranks',
  scale: 'linear',
  table: false,
  zoom: null,
  dialect: 'mpi',
  layer: null,
};

/** Who sends how much to whom: one MoE layer, rank by rank or node by node. */
export function Traffic(props: ViewProps) {
  if (props.show.baseline.result.placement.nodeOfRank.length <= 1) return <NothingSent {...props} />;
  return <Matrix {...props} />;
}

function NothingSent({ update }: ViewProps) {
  return (
    <div class="notice">
      <h2>{t.nothing}</h2>
      <p>{t.nothingDetail}</p>
      <button type="button" class="link" onClick={() => update({ view: 'memory' })}>
        {t.nothingNext}
      </button>
    </div>
  );
}

function Matrix(props: ViewProps) {
  const { theme, panel, update } = props;
  const [kept, keep] = keptState(props, FRESH);
  const { result, chosen, waiting } = useLayer(props, kept.layer);
  const { placement, traffic, scenario } = result;
  const { phase, scale } = kept;
  const level = placement.nodes > 1 ? kept.level : 'ranks';
  const [cursor, setCursor] = useState<Cell | null>(null);
  const columns = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const wide = useWidth(columns) >= WIDE;
  const ratio = usePixelRatio();

  const ids = useMemo(() => nodeIds(placement), [placement]);
  const ranks = useMemo(() => toHeat(traffic.rows, phase), [traffic, phase]);
  const nodes = useMemo(() => toHeat(traffic.nodeRows, phase), [traffic, phase]);
  const heat = level === 'ranks' ? ranks : nodes;
  const runs = useMemo(
    () =>
      level === 'ranks' ? runsOf(placement.nodeOfRank) : ids.map((id, start) => ({ id, start, count: 1 })),
    [placement, level, ids],
  );
  const busiest = useMemo(
    () => argmax(phase === 'dispatch' ? ranks.columnSums : ranks.rowSums),
    [ranks, phase],
  );
  const selectedRank = panel.selectedRank ?? busiest;
  const selectedNode = ids.indexOf(placement.nodeOfRank[selectedRank]!);

  const selected = level === 'ranks' ? selectedRank : selectedNode;

  const select = (index: number | null) => {
    const rank = index === null || level === 'ranks' ? index : placement.nodeOfRank.indexOf(ids[index]!);
    update({ selectedRank: rank });
  };
  const inside = (cell: Cell | null) =>
    cell && cell.row < heat.size && cell.column < heat.size ? cell : null;
  const cell = inside(cursor) ?? {
    row: Math.floor(heat.largest / heat.size),
    column: heat.largest % heat.size,
  };
  const shown = within(kept.zoom ?? whole(heat.size), heat.size);
  const onWindow = (zoom: ZoomWindow) => keep({ zoom: zoom.span === heat.size ? null : zoom });
  const go = (to: Cell) => {
    setCursor(to);
    if (!isInside(to, shown)) onWindow(centredOn(shown, heat.size, to));
    frame.current?.querySelector<HTMLElement>('.matrix')?.focus();
  };
  const rowBytes = traffic[phase].rowBytes;
  const dtype =
    phase === 'dispatch' ? scenario.communication.dispatchDtype : scenario.communication.combineDtype;
  const scaleUp = text.link.scaleUp(scenario.cluster.accelerator);

  const heading = () => {
    if (waiting) return t.layerComing;
    if (level === 'nodes') return headingOfNodes(heat, ids);
    const isMean = chosen === 'mean' && phase === 'dispatch';
    return isMean
      ? headingOfMean(heat, placement.layers.maxOverMean.length)
      : headingOfRanks(result, heat, phase);
  };

  // The lists are long and the cursor moves often: only what they show builds them again.
  const lists = useMemo(
    () => (
      <div class="lists">
        <HotPairs heat={heat} level={level} ids={ids} rowBytes={rowBytes} onGo={go} />
        <Peers heat={heat} level={level} ids={ids} rowBytes={rowBytes} selected={selected} onGo={go} />
        {level === 'ranks' && (
          <Code
            heat={heat}
            rank={selectedRank}
            phase={phase}
            rowBytes={rowBytes}
            paddedOverExact={result.alltoallv.paddedOverExact}
            dialect={kept.dialect}
            onDialect={(dialect) => keep({ dialect })}
            onShowCounts={() => keep({ table: true })}
          />
        )}
      </div>
    ),
    [result, heat, level, phase, selected, kept.dialect, shown.row, shown.column, shown.span],
  );

  return (
    <ViewFrame
      view={props.view}
      heading={heading()}
      controls={
        <>
          <LayerChooser placement={placement} value={chosen} onChange={(layer) => keep({ layer })} />
          <Segmented
            label={t.phase}
            value={phase}
            onChange={(value) => keep({ phase: value })}
            options={[
              { value: 'dispatch', text: t.dispatch },
              { value: 'combine', text: t.combine },
            ]}
          />
          {placement.nodes > 1 && (
            <Segmented
              label={t.level}
              value={level}
              onChange={(value) => {
                setCursor(null);
                keep({ level: value, zoom: null });
              }}
              options={[
                { value: 'ranks', text: t.ranks },
                { value: 'nodes', text: t.nodes },
              ]}
            />
          )}
          <Segmented
            label={t.scale}
            value={scale}
            onChange={(value) => keep({ scale: value })}
            options={[
              { value: 'linear', text: t.linear },
              { value: 'log', text: t.log },
            ]}
          />
        </>
      }
      table={() =>
        level === 'ranks'
          ? sendCountTable(heat, placement, selectedRank, rowBytes, scaleUp)
          : nodeTable(heat, placement, ids, rowBytes, scaleUp)
      }
      pictureTable={() => matrixTable(heat, level === 'ranks' ? null : ids)}
      picture={columns}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${heat.size}-${phase}`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
    >
      <div class="two traffic" ref={columns} aria-busy={waiting}>
        <div ref={frame}>
          {width > 0 && (
            <HeatPicture
              heat={heat}
              runs={runs}
              width={width}
              ratio={ratio}
              level={level}
              phase={phase}
              scale={scale}
              theme={theme}
              placement={placement}
              scaleUp={scaleUp}
              cell={cell}
              selected={selected}
              busiest={level === 'ranks' ? busiest : null}
              window={shown}
              onWindow={onWindow}
              onCell={setCursor}
              onSelect={select}
            />
          )}
          <ZoomBar
            heat={heat}
            window={shown}
            cell={cell}
            level={level}
            scale={scale}
            theme={theme}
            ratio={ratio}
            ids={level === 'ranks' ? null : ids}
            onWindow={onWindow}
          />
        </div>
        <div class="aside">
          <CellReadout
            heat={heat}
            cell={cell}
            level={level}
            scale={scale}
            theme={theme}
            placement={placement}
            ids={ids}
            backend={traffic.backend}
            scaleUp={scaleUp}
            dtype={t.dtype[dtype]}
            rowBytes={rowBytes}
          />
          <RankReadout
            result={result}
            heat={heat}
            level={level}
            phase={phase}
            rank={selectedRank}
            node={selectedNode}
            ids={ids}
            rowBytes={rowBytes}
            scaleUp={scaleUp}
          />
          {level === 'ranks' && wide && (
            <CountsTable heat={heat} placement={placement} rank={selectedRank} scaleUp={scaleUp} />
          )}
        </div>
      </div>
      <Funnel result={result} phase={phase} scaleUp={scaleUp} />
      {lists}
    </ViewFrame>
  );
}
