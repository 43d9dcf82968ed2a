import { useMemo, useRef, useState } from 'preact/hooks';
import { Segmented } from '../../components/segmented';
import { ViewFrame } from '../../components/view-frame';
import { useWidth } from '../../hooks';
import { barsOf, partsOf } from '../../model/memory';
import { nodeIds } from '../../model/traffic';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { headingOf } from './heading';
import { MemoryPicture } from './picture';
import { LEFT, SMALLEST_BAR } from './place-bars';
import { MemoryReadout } from './readout';
import { text as t } from './strings';
import { tableOf } from './table';

interface Kept {
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly table: boolean;
}

const FRESH: Kept = { group: 'ranks', order: 'rank', table: false };

/** What each rank holds, against what it has. */
export function Memory(props: ViewProps) {
  const { panel, update } = props;
  const { result } = props.show.baseline;
  const { memory, placement, scenario } = result;
  const [{ group, order, table }, keep] = keptState(props, FRESH);
  const [hovered, setHovered] = useState<number | null>(null);
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
      view={props.view}
      heading={headingOf(result)}
      controls={
        <>
          {nodes > 1 && !tooMany && (
            <Segmented
              label={t.group}
              value={group}
              onChange={(value) => keep({ group: value })}
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
              onChange={(value) => keep({ order: value })}
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
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
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
