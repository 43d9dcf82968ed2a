import { useMemo, useRef, useState } from 'preact/hooks';
import { Segmented } from '../../components/segmented';
import { Sides } from '../../components/sides';
import { ViewFrame } from '../../components/view-frame';
import { partsOf } from '../../model/memory';
import { nodeIds } from '../../model/nodes';
import { type DrawnSides, type SideName, tableOfSides } from '../../model/sides';
import { deviceName, text } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { RankBars } from './bars';
import { differenceOf, headingOf } from './heading';
import { ChangeReadout, MemoryReadout } from './readout';
import { text as t } from './strings';
import { tableOf } from './table';

interface Kept {
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly table: boolean;
}

const FRESH: Kept = { group: 'ranks', order: 'rank', table: false };

/** What the figures rest on: first what holds for all that is drawn, then the rest with the layout that it is of. */
function notesOf(sides: DrawnSides): string[] {
  const [first] = sides;
  const isShared = (note: string) => sides.every(({ side }) => side.result.memory.notes.includes(note));
  const own = sides.flatMap(({ name, side }) =>
    side.result.memory.notes
      .filter((note) => !isShared(note))
      .map((note) => text.sides.noteOf(text.sides[name], note)),
  );
  return [...first.side.result.memory.notes.filter(isShared), ...own];
}

/** What each rank holds, against what it has. */
export function Memory(props: ViewProps) {
  const { panel, update, sides } = props;
  const [{ group, order, table }, keep] = keptState(props, FRESH);
  const [hovered, setHovered] = useState<number | null>(null);
  const [tooMany, setTooMany] = useState<Partial<Record<SideName, boolean>>>({});
  const picture = useRef<HTMLDivElement>(null);
  const results = sides.map(({ side }) => side.result);
  const [first, second] = results as [(typeof results)[0], (typeof results)[0]?];
  const parts = useMemo(
    () => partsOf({ ...first!.memory, perRank: results.flatMap(({ memory }) => memory.perRank) }),
    [sides],
  );
  const nodes = Math.max(...results.map(({ placement }) => nodeIds(placement).length));
  const ranks = Math.max(...results.map(({ memory }) => memory.perRank.length));
  // Both against one axis.
  const top = Math.max(
    ...results.map(({ memory: { perRank, fullestRank } }) =>
      Math.max(perRank[fullestRank]!.capacity, perRank[fullestRank]!.total),
    ),
  );
  const rankOf = ({ memory }: (typeof results)[0]) =>
    memory.perRank[hovered ?? panel.selectedRank ?? memory.fullestRank] ??
    memory.perRank[memory.fullestRank]!;
  const notes = notesOf(sides);
  const isTooMany = sides.every(({ name }) => tooMany[name]);
  const { scenario } = first;

  return (
    <ViewFrame
      view={props.view}
      heading={second ? differenceOf(first, second) : headingOf(first)}
      controls={
        <>
          {nodes > 1 && !isTooMany && (
            <Segmented
              label={t.group}
              value={group}
              onChange={(value) => keep({ group: value })}
              options={[
                { value: 'ranks', text: second ? t.byRanks : t.ranks(ranks) },
                { value: 'nodes', text: second ? t.byNodes : t.nodes(nodes) },
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
      table={() => tableOfSides(sides, ({ result }) => tableOf(result, parts))}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${first.memory.perRank.length}`}
      showTable={table}
      onShowTable={(shown) => keep({ table: shown })}
    >
      <div class={second ? '' : 'two'} ref={picture}>
        <Sides sides={sides}>
          {({ name, side: { result } }) => (
            <RankBars
              result={result}
              parts={parts}
              top={top}
              group={group}
              order={order}
              shown={rankOf(result)}
              onTooMany={(is) => setTooMany((before) => ({ ...before, [name]: is }))}
              onHover={setHovered}
              onSelect={(selectedRank) => {
                setHovered(null);
                update({ selectedRank });
              }}
            />
          )}
        </Sides>
        {second ? (
          <ChangeReadout before={rankOf(first)} after={rankOf(second)} parts={parts} />
        ) : (
          <div class="aside">
            <MemoryReadout rank={rankOf(first)} result={first} parts={parts} />
          </div>
        )}
      </div>
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </ViewFrame>
  );
}
