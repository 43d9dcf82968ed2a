import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { step } from '../../charts/heatmap';
import { cellBlocks, rankAt } from '../../charts/rank-blocks';
import type { Run } from '../../model/nodes';
import { resolveColour, type Theme } from '../../theme';
import { drawRowLabels } from './draw-cards';
import { text } from './strings';

const t = text.world;
const MOST_HEIGHT = 320;

interface Props {
  readonly ranks: number;
  readonly gpusPerNode: number;
  readonly members: readonly number[];
  readonly selected: number;
  readonly cursor: number;
  readonly width: number;
  readonly ratio: number;
  readonly theme: Theme;
  readonly onCursor: (rank: number | null) => void;
  readonly onSelect: (rank: number | null) => void;
}

/** The nodes of the job: the last may have fewer GPUs. */
function nodesOf(ranks: number, gpusPerNode: number): Run[] {
  return Array.from({ length: Math.ceil(ranks / gpusPerNode) }, (_, id) => ({
    id,
    start: id * gpusPerNode,
    count: Math.min(gpusPerNode, ranks - id * gpusPerNode),
  }));
}

/** All ranks of the job as cells, those of one group filled. */
export function WorldMap(props: Props) {
  const { ranks, gpusPerNode, members, width, ratio, theme } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const runs = useMemo(() => nodesOf(ranks, gpusPerNode), [ranks, gpusPerNode]);
  const blocks = useMemo(() => cellBlocks(runs, width, MOST_HEIGHT), [runs, width]);
  const size = { width: `${blocks.width}px`, height: `${blocks.height}px` };

  useLayoutEffect(() => {
    const target = canvas.current!;
    target.width = Math.ceil(blocks.width * ratio);
    target.height = Math.ceil(blocks.height * ratio);
    const context = target.getContext('2d')!;
    context.scale(ratio, ratio);
    const { gpu } = blocks;
    const fill = (rank: number) => {
      const { x, y } = blocks.place(rank);
      context.fillRect(x, y, gpu.width, gpu.height);
    };
    context.fillStyle = resolveColour('var(--n1)');
    for (let rank = 0; rank < ranks; rank++) fill(rank);
    context.fillStyle = resolveColour('var(--blue)');
    for (const rank of members) fill(rank);
    const { fontFamily } = getComputedStyle(document.body);
    drawRowLabels(context, blocks, fontFamily, resolveColour('var(--muted)'));
  }, [blocks, members, ranks, ratio, theme]);

  const at = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return rankAt(blocks, event.clientX - box.left, event.clientY - box.top);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 } as const)[
      event.key as 'ArrowRight'
    ] as -1 | 1 | undefined;
    if (direction) {
      event.preventDefault();
      const jump = event.shiftKey || event.key === 'ArrowUp' || event.key === 'ArrowDown';
      props.onCursor(step(props.cursor, direction, jump, runs, ranks));
    } else if (event.key === 'Enter') props.onSelect(props.cursor);
    else if (event.key === 'Escape') props.onSelect(null);
  };
  const mark = (rank: number, by: number) => {
    const { x, y } = blocks.place(rank);
    return { x: x - by, y: y - by, width: blocks.gpu.width + 2 * by, height: blocks.gpu.height + 2 * by };
  };
  return (
    <div class="cards" style={size}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas has no meaning of its own */}
      <canvas
        ref={canvas}
        class="world-map"
        tabIndex={0}
        role="application"
        aria-label={t.picture(ranks)}
        aria-describedby="group-readout"
        style={size}
        onMouseMove={(event) => {
          const rank = at(event);
          if (rank !== props.cursor) props.onCursor(rank);
        }}
        onMouseLeave={() => props.onCursor(null)}
        onClick={(event) => props.onSelect(at(event))}
        onKeyDown={onKeyDown}
      />
      <svg width={blocks.width} height={blocks.height} aria-hidden="true">
        <rect class="cell-halo" {...mark(props.selected, 1)} />
        <rect class="cell-mark" {...mark(props.selected, 2)} />
        {props.cursor !== props.selected && <rect class="gpu-mark" {...mark(props.cursor, 1.5)} />}
      </svg>
    </div>
  );
}
