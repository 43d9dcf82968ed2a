import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { RankMemory, SimulationResult } from '../../../src/sim/result';
import { useWidth } from '../../hooks';
import { barsOf, type MemoryPart } from '../../model/memory';
import { nodeIds } from '../../model/nodes';
import { deviceName } from '../../strings';
import { MemoryPicture } from './picture';
import { LEFT, SMALLEST_BAR } from './place-bars';
import { text as t } from './strings';

interface Props {
  readonly result: SimulationResult;
  readonly parts: readonly MemoryPart[];
  /** Bytes that the axis reaches to at least. */
  readonly top: number;
  readonly group: 'ranks' | 'nodes';
  readonly order: 'rank' | 'total';
  readonly shown: RankMemory;
  /** Whether the ranks are more than fit side by side. */
  readonly onTooMany: (isTooMany: boolean) => void;
  readonly onHover: (rank: number | null) => void;
  readonly onSelect: (rank: number | null) => void;
}

/** The ranks of one layout as bars, or its nodes where ranks are too many. */
export function RankBars(props: Props) {
  const { result, group, order } = props;
  const { memory, placement, scenario } = result;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const nodes = useMemo(() => nodeIds(placement).length, [placement]);
  const ranks = memory.perRank.length;
  const tooMany = width > 0 && (width - LEFT) / ranks < SMALLEST_BAR;
  const shown = (tooMany || group === 'nodes') && nodes > 1 ? 'nodes' : 'ranks';
  const bars = useMemo(
    () => barsOf(memory, placement.nodeOfRank, shown, order),
    [memory, placement, shown, order],
  );
  useEffect(() => props.onTooMany(tooMany), [tooMany]);
  return (
    <div ref={frame}>
      {width > 0 && (
        <MemoryPicture
          bars={bars}
          parts={props.parts}
          top={props.top}
          width={width}
          group={shown}
          order={order}
          device={deviceName(scenario.cluster.accelerator)}
          fullest={memory.perRank[memory.fullestRank]!}
          shown={props.shown}
          onHover={props.onHover}
          onSelect={props.onSelect}
        />
      )}
      {shown === 'nodes' && (
        <p class="quiet under">
          {tooMany && `${t.tooMany(ranks)} `}
          {t.aggregated}
        </p>
      )}
    </div>
  );
}
