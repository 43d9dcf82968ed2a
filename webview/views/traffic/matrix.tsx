import { useMemo, useRef } from 'preact/hooks';
import type { Cell } from '../../charts/heatmap';
import { usePixelRatio, useWidth } from '../../hooks';
import { runsOf } from '../../model/nodes';
import { whole, within, type ZoomWindow } from '../../model/zoom';
import { text } from '../../strings';
import type { Theme } from '../../theme';
import { CellReadout } from './cell-readout';
import { CountsTable } from './counts-table';
import type { Drawn, Shown } from './drawn';
import { HeatPicture } from './heat-picture';
import type { MatrixView } from './matrix-view';
import { RankReadout } from './rank-readout';
import { text as t } from './strings';
import { ZoomBar } from './zoom-bar';

/** From this width of its content on the style sheet has a third column for the send counts. */
const WIDE = 1384;

interface Props {
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly theme: Theme;
  readonly zoom: ZoomWindow | null;
  readonly cursor: Cell | null;
  readonly selectedRank: number;
  readonly busiest: number;
  /** Whether the send counts of a rank may stand beside the picture. */
  readonly hasCounts: boolean;
  readonly onCursor: (cell: Cell) => void;
  readonly onZoom: (zoom: ZoomWindow | null) => void;
  readonly onSelect: (row: number | null) => void;
}

/** The matrix of one layout with what is under its cursor. */
export function MatrixOf(props: Props) {
  const { drawn, shown, theme, cursor, selectedRank } = props;
  const { result, heat, ids } = drawn;
  const { level, phase, scale } = shown;
  const { placement, scenario } = result;
  const columns = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const wide = useWidth(columns) >= WIDE;
  const ratio = usePixelRatio();
  const runs = useMemo(
    () =>
      level === 'ranks' ? runsOf(placement.nodeOfRank) : ids.map((id, start) => ({ id, start, count: 1 })),
    [placement, level, ids],
  );
  const cell =
    cursor && cursor.row < heat.size && cursor.column < heat.size
      ? cursor
      : { row: Math.floor(heat.largest / heat.size), column: heat.largest % heat.size };
  const matrix: MatrixView = {
    heat,
    quantity: shown.quantity,
    level,
    scale,
    theme,
    ratio,
    cell,
    window: within(props.zoom ?? whole(heat.size), heat.size),
    onWindow: (zoom) => props.onZoom(zoom.span === heat.size ? null : zoom),
  };
  const scaleUp = text.link.scaleUp(scenario.cluster.accelerator);
  const selectedNode = ids.indexOf(placement.nodeOfRank[selectedRank]!);
  return (
    <div class="two traffic" ref={columns}>
      <div ref={frame}>
        {width > 0 && (
          <HeatPicture
            {...matrix}
            runs={runs}
            width={width}
            phase={phase}
            placement={placement}
            scaleUp={scaleUp}
            sums={drawn.sums}
            selected={level === 'ranks' ? selectedRank : selectedNode}
            busiest={level === 'ranks' ? props.busiest : null}
            onCell={props.onCursor}
            onSelect={props.onSelect}
          />
        )}
        <ZoomBar {...matrix} ids={level === 'ranks' ? null : ids} />
      </div>
      <div class="aside">
        <CellReadout drawn={drawn} shown={shown} cell={cell} theme={theme} scaleUp={scaleUp} />
        <RankReadout drawn={drawn} shown={shown} rank={selectedRank} node={selectedNode} scaleUp={scaleUp} />
        {level === 'ranks' &&
          wide &&
          props.hasCounts &&
          (phase === 'both' ? (
            <section class="counts">
              <p class="quiet">{t.oneDirection}</p>
            </section>
          ) : (
            <CountsTable result={result} phase={phase} rank={selectedRank} scaleUp={scaleUp} />
          ))}
      </div>
    </div>
  );
}
