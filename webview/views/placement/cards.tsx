import { useLayoutEffect, useRef } from 'preact/hooks';
import { type CardLayout, slotAt, slotCorner } from '../../charts/gpu-cards';
import { step } from '../../charts/heatmap';
import { useSideId } from '../../components/sides';
import { type LoadRange, otherCopies, type PlacedLayer } from '../../model/placement';
import type { Theme } from '../../theme';
import { drawCards, drawNodeLoads } from './draw-cards';
import { text as t } from './strings';

/** The slot under the cursor. */
export interface Cursor {
  readonly rank: number;
  /** Among the rank's slots. */
  readonly index: number;
}

interface Props {
  readonly layout: CardLayout;
  readonly placed: PlacedLayer;
  readonly loads: LoadRange;
  readonly theme: Theme;
  readonly width: number;
  readonly ratio: number;
  readonly cursor: Cursor;
  readonly selected: number;
  readonly onCursor: (cursor: Cursor) => void;
  readonly onSelect: (rank: number | null) => void;
}

/** A card per GPU: a canvas for what is many, an SVG for the marks that move. */
export function Cards(props: Props) {
  const { layout, placed, loads, theme, width, ratio, cursor } = props;
  const readout = useSideId('slot-readout');
  const { blocks, cells } = layout;
  const canvas = useRef<HTMLCanvasElement>(null);
  const ranks = placed.slotsOfRank.length;
  const height = blocks.height;
  const total = layout.margin > 0 ? width : blocks.width;

  useLayoutEffect(() => {
    const target = canvas.current!;
    target.width = Math.ceil(total * ratio);
    target.height = Math.ceil(height * ratio);
    const context = target.getContext('2d')!;
    context.scale(ratio, ratio);
    drawCards(context, layout, placed, loads, theme);
    drawNodeLoads(context, layout, placed, total, theme);
  }, [layout, placed, loads, theme, ratio, total, height]);

  const move = (rank: number, index: number) => {
    const slots = placed.slotsOfRank[rank]!.length;
    props.onCursor({ rank, index: Math.max(0, Math.min(slots - 1, index)) });
  };
  const at = (event: MouseEvent): Cursor => {
    const box = canvas.current!.getBoundingClientRect();
    const found = slotAt(layout, event.clientX - box.left, event.clientY - box.top);
    const slots = placed.slotsOfRank[found.rank]!.length;
    return { rank: found.rank, index: Math.min(found.index, slots - 1) };
  };
  /** One to the side: the next expert, or the next GPU where a GPU is one cell. */
  const aside = (direction: -1 | 1) => {
    const index = cursor.index + direction;
    if (cells && index >= 0 && index < placed.slotsOfRank[cursor.rank]!.length)
      return move(cursor.rank, index);
    const rank = cursor.rank + direction;
    if (rank < 0 || rank >= ranks) return;
    move(rank, direction > 0 ? 0 : placed.slotsOfRank[rank]!.length - 1);
  };
  /** One line of GPUs up or down, to the one at the same place. */
  const across = (direction: -1 | 1) => {
    const { x, y } = blocks.place(cursor.rank);
    const down = y + blocks.gpu.height / 2 + direction * (blocks.gpu.height + blocks.gap + 1);
    if (down < 0 || down > height) return;
    const rank = slotAt(layout, x + blocks.gpu.width / 2, down).rank;
    move(rank === cursor.rank ? stepNode(direction) : rank, cursor.index);
  };
  const stepNode = (direction: -1 | 1) => step(cursor.rank, direction, true, blocks.runs, ranks);
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 } as const)[
      event.key as 'ArrowRight'
    ] as -1 | 1 | undefined;
    if (direction) {
      event.preventDefault();
      if (event.shiftKey) move(stepNode(direction), cursor.index);
      else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') across(direction);
      else aside(direction);
    } else if (event.key === 'Home') move(0, 0);
    else if (event.key === 'End') move(ranks - 1, Number.MAX_SAFE_INTEGER);
    else if (event.key === 'Enter') props.onSelect(cursor.rank);
    else if (event.key === 'Escape') props.onSelect(null);
  };
  return (
    <div class="cards" style={{ width: `${total}px`, height: `${height}px` }}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas has no meaning of its own */}
      <canvas
        ref={canvas}
        class="gpus"
        tabIndex={0}
        role="application"
        aria-label={
          cells
            ? t.picture(ranks, blocks.runs.length, placed.mostSlots)
            : t.pictureOfRanks(ranks, blocks.runs.length)
        }
        aria-describedby={readout}
        data-detail={blocks.detail}
        style={{ width: `${total}px`, height: `${height}px` }}
        onMouseMove={(event) => {
          const cell = at(event);
          if (cell.rank !== cursor.rank || cell.index !== cursor.index) props.onCursor(cell);
        }}
        onClick={(event) => {
          const cell = at(event);
          props.onCursor(cell);
          props.onSelect(cell.rank);
        }}
        onKeyDown={onKeyDown}
      />
      <svg width={total} height={height} aria-hidden="true">
        <Marks layout={layout} placed={placed} cursor={cursor} selected={props.selected} />
      </svg>
    </div>
  );
}

interface MarkProps {
  readonly layout: CardLayout;
  readonly placed: PlacedLayer;
  readonly cursor: Cursor;
  readonly selected: number;
}

/** What moves: the selected GPU, the slot under the cursor, and the other copies of its expert. */
function Marks({ layout, placed, cursor, selected }: MarkProps) {
  const { blocks, cells } = layout;
  const boxOf = (rank: number, index: number) => {
    const gpu = blocks.place(rank);
    if (!cells) return { ...gpu, ...blocks.gpu };
    const corner = slotCorner(cells, index);
    return { x: gpu.x + corner.x, y: gpu.y + corner.y, width: cells.width, height: cells.height };
  };
  const around = ({ x, y, width, height }: ReturnType<typeof boxOf>, by: number) => ({
    x: x - by,
    y: y - by,
    width: width + 2 * by,
    height: height + 2 * by,
  });
  const slot = placed.slotsOfRank[cursor.rank]?.[cursor.index];
  const others = cells && slot !== undefined ? otherCopies(placed, slot) : [];
  const gpu = { ...blocks.place(selected), ...blocks.gpu };
  return (
    <>
      <rect class="gpu-mark" {...around(gpu, cells ? -0.5 : 2)} />
      {others.map((other) => {
        const rank = placed.rankOfSlot[other]!;
        const index = placed.slotsOfRank[rank]!.indexOf(other);
        return <rect key={other} class="copy-mark" {...around(boxOf(rank, index), 1)} />;
      })}
      <rect class="cell-halo" {...around(boxOf(cursor.rank, cursor.index), 0)} />
      <rect class="cell-mark" {...around(boxOf(cursor.rank, cursor.index), 1)} />
    </>
  );
}
