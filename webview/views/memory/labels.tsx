import type { Bar } from '../../model/memory';
import { text } from '../../strings';
import { LEFT, type placeBars } from './place-bars';
import { text as t } from './strings';

const MOST_NODE_LABELS = 16;
/** Mean width of a letter at 11 px, and what stays free between two labels. */
const LETTER = 6.2;
const GAP = 10;

interface LabelProps {
  readonly bars: readonly Bar[];
  readonly placed: ReturnType<typeof placeBars>;
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly width: number;
  readonly height: number;
}

/** What stands under the bars: their nodes, or how they are ordered. */
export function XLabels({ bars, placed, group, order, width, height }: LabelProps) {
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
  const shown = places.filter((_, index) => index % every === 0);
  const longest = Math.max(...shown.map(({ node }) => text.node(node).length));
  const short = width / shown.length < longest * LETTER + GAP;
  return (
    <>
      {shown.map(({ node, x }, index) => (
        // The first is longer than the others: it reaches out to the left, where there is room.
        <text
          key={node}
          class="quiet"
          x={short && index === 0 ? x + 4 : x}
          y={height - 6}
          text-anchor={short && index === 0 ? 'end' : 'middle'}
        >
          {short && index > 0 ? String(node) : text.node(node)}
        </text>
      ))}
    </>
  );
}
