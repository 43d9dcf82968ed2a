import { useMemo, useRef, useState } from 'preact/hooks';
import type { PanelState } from '../../src/panel/protocol';
import type { RankMemory, SimulationResult } from '../../src/sim/result';
import { Segmented } from '../components/segmented';
import { ViewFrame } from '../components/view-frame';
import type { Table } from '../export/table';
import { count, fixed, gib, gibCapacity, gibShort } from '../format';
import { useWidth } from '../hooks';
import {
  type Bar,
  barsOf,
  type MemoryPart,
  meanMemory,
  niceStep,
  PART_COLOURS,
  partsOf,
} from '../model/memory';
import { nodeIds, runsOf } from '../model/traffic';
import { deviceName, text } from '../strings';

const t = text.memory;
const GIB = 2 ** 30;
const LEFT = 36;
const TOP = 36;
const BOTTOM = 22;
const SMALLEST_BAR = 3;
const LARGEST_BAR = 48;
const NOTICEABLE = 0.05 * GIB;

interface Props {
  readonly result: SimulationResult;
  readonly panel: PanelState;
  readonly update: (patch: Partial<PanelState>) => void;
}

function headingOf({ memory, scenario }: SimulationResult): string {
  const fullest = memory.perRank[memory.fullestRank]!;
  const capacity = gibCapacity(fullest.capacity);
  if (fullest.total > fullest.capacity) {
    const over = memory.perRank.filter((rank) => rank.total > rank.capacity).length;
    const all = memory.perRank.length;
    const head = t.headOver(
      fullest.rank,
      gibShort(fullest.total),
      gibShort(fullest.total - fullest.capacity),
      capacity,
      deviceName(scenario.cluster.accelerator),
    );
    return head + (over === all ? t.headOverAll(all) : t.headOverSome(over, all));
  }
  const mean = meanMemory(memory);
  const extra = fullest.activations + fullest.buffers - mean.activations - mean.buffers;
  const head = t.headFits(capacity, fullest.rank, gibShort(fullest.capacity - fullest.total));
  return head + (extra > NOTICEABLE ? t.headSkew(gibShort(extra)) : t.headEven);
}

function tableOf({ memory, placement }: SimulationResult, parts: readonly MemoryPart[]): Table {
  const amount = (value: number) => fixed(value, 2);
  return {
    caption: t.table,
    columns: [
      { title: t.columnRank, format: count },
      { title: t.columnNode, format: count },
      ...parts.map((part) => ({ title: t.parts[part], format: amount })),
      { title: t.total, format: amount },
      { title: t.free, format: amount },
    ],
    rows: memory.perRank.map((rank, index) => [
      rank.rank,
      placement.nodeOfRank[index] ?? 0,
      ...parts.map((part) => rank[part] / GIB),
      rank.total / GIB,
      (rank.capacity - rank.total) / GIB,
    ]),
  };
}

/** What each rank holds, against what it has. */
export function Memory({ result, panel, update }: Props) {
  const { memory, placement, scenario } = result;
  const [group, setGroup] = useState<'ranks' | 'nodes'>('ranks');
  const [order, setOrder] = useState<'rank' | 'total'>('rank');
  const [hovered, setHovered] = useState<number | null>(null);
  const [showTable, setShowTable] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);

  const parts = useMemo(() => partsOf(memory), [memory]);
  const nodes = useMemo(() => nodeIds(placement).length, [placement]);
  const ranks = memory.perRank.length;
  const tooMany = width > 0 && (width - LEFT) / ranks < SMALLEST_BAR;
  const shown = (tooMany || group === 'nodes') && nodes > 1 ? 'nodes' : 'ranks';
  const bars = useMemo(
    () => barsOf(memory, placement.nodeOfRank, shown, order),
    [memory, placement, shown, order],
  );
  const selected = panel.selectedRank ?? memory.fullestRank;
  const rank = memory.perRank[hovered ?? selected] ?? memory.perRank[memory.fullestRank]!;

  return (
    <ViewFrame
      view="memory"
      heading={headingOf(result)}
      controls={
        <>
          {nodes > 1 && !tooMany && (
            <Segmented
              label={t.group}
              value={group}
              onChange={setGroup}
              options={[
                { value: 'ranks', text: t.ranks(ranks) },
                { value: 'nodes', text: t.nodes(nodes) },
              ]}
            />
          )}
          {ranks > 1 && (
            <Segmented
              label={t.order}
              value={order}
              onChange={setOrder}
              options={[
                { value: 'rank', text: t.byRank },
                { value: 'total', text: t.byTotal },
              ]}
            />
          )}
        </>
      }
      table={() => tableOf(result, parts)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${ranks}`}
      showTable={showTable}
      onShowTable={setShowTable}
    >
      <div class="two" ref={picture}>
        <div ref={frame}>
          {width > 0 && (
            <MemoryPicture
              bars={bars}
              parts={parts}
              width={width}
              group={shown}
              order={order}
              device={deviceName(scenario.cluster.accelerator)}
              fullest={memory.perRank[memory.fullestRank]!}
              shown={rank}
              onHover={setHovered}
              onSelect={(selectedRank) => {
                setHovered(null);
                update({ selectedRank });
              }}
            />
          )}
          {shown === 'nodes' && (
            <p class="quiet under">
              {tooMany && `${t.tooMany(ranks)} `}
              {t.aggregated}
            </p>
          )}
        </div>
        <div class="aside">
          <MemoryReadout rank={rank} result={result} parts={parts} />
        </div>
      </div>
      {memory.notes.length > 0 && (
        <ul class="notes">
          {memory.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </ViewFrame>
  );
}

interface ReadoutProps {
  readonly rank: RankMemory;
  readonly result: SimulationResult;
  readonly parts: readonly MemoryPart[];
}

/** The legend, which is also the table of the rank under the cursor. */
function MemoryReadout({ rank, result, parts }: ReadoutProps) {
  const mean = useMemo(() => meanMemory(result.memory), [result]);
  const over = rank.total > rank.capacity;
  const free = (total: number) => gib(Math.abs(rank.capacity - total), 2);
  return (
    <div aria-live="polite">
      <table class="memory-readout">
        <caption class="vh">{t.readout}</caption>
        <thead>
          <tr>
            <th scope="col">{t.unit}</th>
            <th scope="col" class="r">
              {t.rank(rank.rank)}
            </th>
            <th scope="col" class="r">
              {t.mean}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...parts].reverse().map((part) => (
            <tr key={part}>
              <th scope="row">
                <i class="swatch" style={{ background: PART_COLOURS[part] }} />
                {t.parts[part]}
              </th>
              <td class="r">{gib(rank[part], 2)}</td>
              <td class="r quiet">{gib(mean[part], 2)}</td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">{t.total}</th>
            <td class="r">{gib(rank.total, 2)}</td>
            <td class="r quiet">{gib(mean.total, 2)}</td>
          </tr>
          <tr>
            <th scope="row">{over ? t.over : t.free}</th>
            <td class="r">{free(rank.total)}</td>
            <td class="r quiet">{over && mean.total <= rank.capacity ? '\u2013' : free(mean.total)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface PictureProps {
  readonly bars: readonly Bar[];
  readonly parts: readonly MemoryPart[];
  readonly width: number;
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly device: string;
  readonly fullest: RankMemory;
  readonly shown: RankMemory;
  readonly onHover: (rank: number | null) => void;
  readonly onSelect: (rank: number | null) => void;
}

/** Where the bars stand: grouped by node in rank order, evenly otherwise. */
function placeBars(bars: readonly Bar[], width: number, group: 'ranks' | 'nodes', order: 'rank' | 'total') {
  const room = width - LEFT;
  const runs = group === 'ranks' && order === 'rank' ? runsOf(bars.map((bar) => bar.node)) : [];
  const gaps = Math.max(0, runs.length - 1);
  const widest = group === 'ranks' ? room / bars.length : Math.min(LARGEST_BAR / 0.6, room / bars.length);
  const fitted = gaps > 0 ? Math.floor((room - gaps * 3) / bars.length) : widest;
  const unit = Math.max(gaps > 0 ? SMALLEST_BAR : 1, Math.min(LARGEST_BAR, gaps > 0 ? fitted : widest));
  const nodeGap = gaps > 0 ? Math.min(12, (room - bars.length * unit) / (gaps + 1)) : 0;
  const bar = unit > 10 ? Math.round(unit * (group === 'nodes' ? 0.6 : 0.78)) : unit >= 3 ? unit - 1 : unit;
  const pitch = group === 'nodes' ? room / bars.length : unit;
  let node = -1;
  let before = 0;
  const starts = bars.map((entry, index) => {
    if (index > 0 && gaps > 0 && entry.node !== node) before += 1;
    node = entry.node;
    const offset = group === 'nodes' ? (pitch - bar) / 2 : nodeGap / 2;
    return LEFT + offset + index * pitch + before * nodeGap;
  });
  return { starts, bar, runs };
}

const MOST_NODE_LABELS = 16;

function MemoryPicture(props: PictureProps) {
  const { bars, parts, width, group, order, fullest, shown } = props;
  const svg = useRef<SVGSVGElement>(null);
  const height = Math.round(Math.min(360, Math.max(250, width * 0.48)));
  const { capacity } = fullest;
  const top = Math.max(capacity, fullest.total) * 1.06;
  const scale = (height - TOP - BOTTOM) / top;
  const y = (value: number) => height - BOTTOM - value * scale;
  const placed = useMemo(() => placeBars(bars, width, group, order), [bars, width, group, order]);
  const { starts, bar } = placed;
  const capacityText = gibCapacity(capacity);

  const shownAt = Math.max(
    0,
    bars.findIndex((entry) => entry.rank.rank === shown.rank),
  );
  const nodeOfShown = group === 'nodes' ? bars.findIndex((entry) => entry.rank === shown) : shownAt;
  const cursor = nodeOfShown >= 0 ? nodeOfShown : shownAt;

  const stack = useMemo(
    () =>
      bars.map((entry, index) => {
        let base = 0;
        return (
          <g key={entry.rank.rank}>
            {parts.map((part) => {
              const value = entry.rank[part];
              const from = y(base + value);
              const tall = y(base) - from;
              base += value;
              return value > 0 ? (
                <rect
                  key={part}
                  class="bar"
                  x={starts[index]!.toFixed(2)}
                  y={from.toFixed(2)}
                  width={bar.toFixed(2)}
                  height={Math.max(0.5, tall).toFixed(2)}
                  fill={PART_COLOURS[part]}
                />
              ) : null;
            })}
            {entry.emptiest !== null && (
              <line
                class="tick"
                x1={starts[index]! - Math.min(4, bar / 4)}
                x2={starts[index]! + bar + Math.min(4, bar / 4)}
                y1={y(entry.emptiest)}
                y2={y(entry.emptiest)}
              />
            )}
          </g>
        );
      }),
    [bars, parts, placed, height, top],
  );

  const at = (event: MouseEvent) => {
    const x = event.clientX - svg.current!.getBoundingClientRect().left - bar / 2;
    return starts.reduce(
      (best, start, index) => (Math.abs(start - x) < Math.abs(starts[best]! - x) ? index : best),
      0,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = bars.length - 1;
    const to = { ArrowRight: cursor + 1, ArrowLeft: cursor - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      props.onHover(bars[Math.max(0, Math.min(last, to))]!.rank.rank);
    } else if (event.key === 'Enter') props.onSelect(shown.rank);
    else if (event.key === 'Escape') props.onSelect(null);
  };
  const tick = niceStep(top / GIB) * GIB;
  const ticks = Array.from({ length: Math.floor(top / tick) + 1 }, (_, index) => index * tick).filter(
    // A tick that touches the capacity's own label would be read as it.
    (value) => Math.abs(y(value) - y(capacity)) > 12,
  );
  const fullestAt = bars.findIndex((entry) => entry.rank.rank === fullest.rank);
  const fullestX = (starts[fullestAt] ?? LEFT) + bar / 2;
  const above = y(fullest.total) - 7;
  // The capacity line must not run through the label.
  const crossed = Math.abs(above - 4 - y(capacity)) < 10 && fullest.total <= capacity;
  const labelY = crossed ? y(capacity) - 7 : above;
  const anchor = fullestX > width - 60 ? 'end' : fullestX < LEFT + 50 ? 'start' : 'middle';

  return (
    <svg
      ref={svg}
      class="memory"
      width={width}
      height={height}
      tabindex={0}
      role="application"
      aria-label={t.picture(bars.length, capacityText)}
      onMouseMove={(event) => props.onHover(bars[at(event)]!.rank.rank)}
      onMouseLeave={() => props.onHover(null)}
      onClick={(event) => props.onSelect(bars[at(event)]!.rank.rank)}
      onKeyDown={onKeyDown}
    >
      <text class="quiet" x="0" y="11">
        {t.axis(capacityText, props.device)}
      </text>
      {ticks.map((value) => (
        <g key={value}>
          <line
            class={value === 0 ? 'axis' : 'grid'}
            x1={LEFT}
            x2={width}
            y1={Math.round(y(value)) + 0.5}
            y2={Math.round(y(value)) + 0.5}
          />
          <text class="quiet" x={LEFT - 6} y={y(value) + 4} text-anchor="end">
            {count(value / GIB)}
          </text>
        </g>
      ))}
      {stack}
      <line class="capacity" x1={LEFT} x2={width} y1={Math.round(y(capacity))} y2={Math.round(y(capacity))} />
      <text class="strong" x={LEFT - 6} y={y(capacity) + 4} text-anchor="end">
        {capacityText}
      </text>
      <text class="strong halo" x={fullestX} y={labelY} text-anchor={anchor}>
        {t.rank(fullest.rank)}: {gibShort(fullest.total)}
      </text>
      <rect
        class="bar-mark"
        x={starts[cursor]! - 1.5}
        width={bar + 3}
        y={y(bars[cursor]!.rank.total) - 1.5}
        height={y(0) - y(bars[cursor]!.rank.total) + 3}
      />
      <XLabels {...{ bars, placed, group, order, width, height }} />
    </svg>
  );
}

interface LabelProps {
  readonly bars: readonly Bar[];
  readonly placed: ReturnType<typeof placeBars>;
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly width: number;
  readonly height: number;
}

function XLabels({ bars, placed, group, order, width, height }: LabelProps) {
  const { starts, bar, runs } = placed;
  if (order === 'total' && (group === 'ranks' || bars.length > MOST_NODE_LABELS))
    return (
      <text class="quiet" x={LEFT} y={height - 6}>
        {t.fullestFirst(bars.length, group)}
      </text>
    );
  const places =
    group === 'nodes'
      ? bars.map((entry, index) => ({ node: entry.node, x: starts[index]! + bar / 2 }))
      : runs.map((run) => ({
          node: run.id,
          x: (starts[run.start]! + starts[run.start + run.count - 1]! + bar) / 2,
        }));
  const every = Math.max(1, Math.ceil(places.length / MOST_NODE_LABELS));
  const short = width / Math.min(places.length, MOST_NODE_LABELS) < 52;
  return (
    <>
      {places
        .filter((_, index) => index % every === 0)
        .map(({ node, x }, index) => (
          <text key={node} class="quiet" x={x} y={height - 6} text-anchor="middle">
            {short && index > 0 ? String(node) : text.traffic.node(node)}
          </text>
        ))}
    </>
  );
}
