import { useMemo, useRef, useState } from 'preact/hooks';
import type { PanelState } from '../../src/panel/protocol';
import type { SimulationResult } from '../../src/sim/result';
import { Segmented } from '../components/segmented';
import { ViewFrame } from '../components/view-frame';
import { significant, times } from '../format';
import { usePixelRatio, useWidth } from '../hooks';
import { argmax, type Heat, heaviestPair, nodeIds, runsOf, toHeat } from '../model/traffic';
import { deviceName, text } from '../strings';
import type { Theme } from '../theme';
import { Funnel } from './traffic/funnel';
import { HeatPicture } from './traffic/heat-picture';
import { CellReadout, CountsTable, RankReadout } from './traffic/readouts';
import { matrixTable, nodeTable, sendCountTable } from './traffic/tables';

const t = text.traffic;
const EVEN = 1.02;
/** From this width on the style sheet has a third column for the send counts. */
const WIDE = 1168;

interface Props {
  readonly result: SimulationResult;
  readonly theme: Theme;
  readonly panel: PanelState;
  readonly update: (patch: Partial<PanelState>) => void;
}

function headingOfRanks(result: SimulationResult, heat: Heat, phase: 'dispatch' | 'combine'): string {
  const { traffic, scenario } = result;
  const [sender, receiver] = [argmax(heat.rowSums), argmax(heat.columnSums)];
  const [sent, received] = [heat.rowSums[sender]!, heat.columnSums[receiver]!];
  if (phase === 'combine') {
    const dtype = t.dtypeShort[scenario.communication.combineDtype];
    const size = times(traffic.combine.rowBytes / traffic.dispatch.rowBytes);
    if (sent < heat.mean * EVEN) return t.headCombineEven(dtype, size);
    return t.headCombine(sender, times(sent / heat.mean), dtype, size);
  }
  if (traffic.backend === 'allgather-reducescatter') return t.headGather(significant(heat.high));
  const [sendsEvenly, receivesEvenly] = [sent < heat.mean * EVEN, received < heat.mean * EVEN];
  if (sendsEvenly && receivesEvenly) return t.headEven(significant(heat.mean));
  if (sendsEvenly) return t.headDispatch(significant(heat.mean), receiver, significant(received));
  return t.headUneven(sender, significant(sent), receiver, significant(received));
}

function headingOfNodes(heat: Heat, ids: readonly number[]): string {
  const pair = heaviestPair(heat);
  if (pair.overMean < EVEN) return t.headNodesEven(significant(pair.rows));
  const [rows, ratio] = [significant(pair.rows), times(pair.overMean)];
  if (pair.sameForAll === 'sources' && heat.size > 2) return t.headNodesOne(ids[pair.to]!, true, rows, ratio);
  if (pair.sameForAll === 'destinations' && heat.size > 2)
    return t.headNodesOne(ids[pair.from]!, false, rows, ratio);
  return t.headNodes(ids[pair.from]!, ids[pair.to]!, rows, ratio);
}

/** Who sends how much to whom: one MoE layer, rank by rank or node by node. */
export function Traffic(props: Props) {
  if (props.result.placement.nodeOfRank.length <= 1) return <NothingSent {...props} />;
  return <Matrix {...props} />;
}

function NothingSent({ update }: Props) {
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

function Matrix({ result, theme, panel, update }: Props) {
  const { placement, traffic, scenario } = result;
  const { phase, scale } = panel.heat;
  const level = placement.nodes > 1 ? panel.heat.level : 'ranks';
  const [showTable, setShowTable] = useState(false);
  const [cursor, setCursor] = useState<{ row: number; column: number } | null>(null);
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

  const select = (index: number | null) => {
    const rank = index === null || level === 'ranks' ? index : placement.nodeOfRank.indexOf(ids[index]!);
    update({ selectedRank: rank });
  };
  const setHeat = (patch: Partial<PanelState['heat']>) => {
    if (patch.level) setCursor(null);
    update({ heat: { ...panel.heat, ...patch } });
  };
  const inside = (cell: { row: number; column: number } | null) =>
    cell && cell.row < heat.size && cell.column < heat.size ? cell : null;
  const cell = inside(cursor) ?? {
    row: Math.floor(heat.largest / heat.size),
    column: heat.largest % heat.size,
  };
  const rowBytes = traffic[phase].rowBytes;
  const dtype =
    phase === 'dispatch' ? scenario.communication.dispatchDtype : scenario.communication.combineDtype;
  const scaleUp = text.link.scaleUp(scenario.cluster.accelerator);

  return (
    <ViewFrame
      view="traffic"
      heading={level === 'ranks' ? headingOfRanks(result, heat, phase) : headingOfNodes(heat, ids)}
      controls={
        <>
          <Segmented
            label={t.phase}
            value={phase}
            onChange={(value) => setHeat({ phase: value })}
            options={[
              { value: 'dispatch', text: t.dispatch },
              { value: 'combine', text: t.combine },
            ]}
          />
          {placement.nodes > 1 && (
            <Segmented
              label={t.level}
              value={level}
              onChange={(value) => setHeat({ level: value })}
              options={[
                { value: 'ranks', text: t.ranks },
                { value: 'nodes', text: t.nodes },
              ]}
            />
          )}
          <Segmented
            label={t.scale}
            value={scale}
            onChange={(value) => setHeat({ scale: value })}
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
      showTable={showTable}
      onShowTable={setShowTable}
    >
      <div class="two traffic" ref={columns}>
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
              selected={level === 'ranks' ? selectedRank : selectedNode}
              busiest={level === 'ranks' ? busiest : null}
              onCell={setCursor}
              onSelect={select}
            />
          )}
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
            onShowCounts={() => setShowTable(true)}
          />
          {level === 'ranks' && wide && (
            <CountsTable heat={heat} placement={placement} rank={selectedRank} scaleUp={scaleUp} />
          )}
        </div>
      </div>
      <Funnel result={result} phase={phase} scaleUp={scaleUp} />
    </ViewFrame>
  );
}
