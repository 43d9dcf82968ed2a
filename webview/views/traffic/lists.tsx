import { useMemo } from 'preact/hooks';
import type { Cell } from '../../charts/heatmap';
import { useSideId } from '../../components/sides';
import type { Dialect } from '../../export/alltoallv-code';
import { bytes } from '../../format';
import { heatAt, toHeat } from '../../model/heat';
import { type HotPair, hotPairs, peersOf } from '../../model/pairs';
import { centredOn, isInside, whole, within, type ZoomWindow } from '../../model/zoom';
import { Code } from './code';
import type { Drawn, Shown } from './drawn';
import { Funnel } from './funnel';
import { text as t } from './strings';

const MOST_PAIRS = 8;
const MOST_PEERS = 8;

interface Props {
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly zoom: ZoomWindow | null;
  readonly selectedRank: number;
  readonly dialect: Dialect;
  /** Whether there is room for a rank's counts as code. */
  readonly hasCode: boolean;
  readonly scaleUp: string;
  readonly onDialect: (dialect: Dialect) => void;
  readonly onShowCounts: () => void;
  /** Brings a cell into sight and puts the cursor on it. */
  readonly onGo: (cell: Cell, zoom: ZoomWindow | null) => void;
}

/** Under the matrix: what becomes of a token's choices, the heaviest pairs, the peers of a rank, and its counts as code. */
export function Lists(props: Props) {
  const { drawn, shown, selectedRank, dialect, hasCode, zoom, scaleUp } = props;
  const { result, heat, ids } = drawn;
  const { phase, level } = shown;
  const onGo = (to: Cell) => {
    const window = within(zoom ?? whole(heat.size), heat.size);
    const seen = isInside(to, window) ? window : centredOn(window, heat.size, to);
    props.onGo(to, seen.span === heat.size ? null : seen);
  };
  const selected = level === 'ranks' ? selectedRank : ids.indexOf(result.placement.nodeOfRank[selectedRank]!);
  // The lists are long and the cursor moves often: only what they show builds them again.
  return useMemo(
    () => (
      <>
        <Funnel result={result} phase={phase} scaleUp={scaleUp} />
        <div class="lists">
          <HotPairs drawn={drawn} shown={shown} onGo={onGo} />
          <Peers drawn={drawn} shown={shown} selected={selected} onGo={onGo} />
          {level === 'ranks' &&
            hasCode &&
            (phase === 'both' ? (
              <p class="quiet code">{t.oneDirection}</p>
            ) : (
              <Code
                heat={toHeat(result.traffic.rows, phase)}
                rank={selectedRank}
                phase={phase}
                rowBytes={result.traffic[phase].rowBytes}
                paddedOverExact={result.alltoallv.paddedOverExact}
                dialect={dialect}
                onDialect={props.onDialect}
                onShowCounts={props.onShowCounts}
              />
            ))}
        </div>
      </>
    ),
    [drawn, phase, level, shown.unit, selected, dialect, hasCode, zoom],
  );
}

interface ListProps {
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly onGo: (cell: Cell) => void;
}

/** The heaviest pairs; each leads to its cell. */
function HotPairs({ drawn, shown, onGo }: ListProps) {
  const { heat, ids, bytesAt } = drawn;
  const { level, unit, quantity } = shown;
  const pairs = useMemo(() => hotPairs(heat, MOST_PAIRS), [heat]);
  const id = (index: number | null) => (index === null || level === 'ranks' ? index : ids[index]!);
  const label = ({ from, to }: HotPair) => t.pair(id(from), id(to), level);
  return (
    <section>
      <h3>{t.hotPairs(unit)}</h3>
      {pairs.length === 0 && <p class="quiet">{t.noPairs}</p>}
      <ol class="pair-list">
        {pairs.map((pair) => (
          <li key={`${pair.from} ${pair.to}`}>
            <button type="button" class="link" onClick={() => onGo(pair.cell)}>
              {label(pair)}
            </button>
            <span>{quantity.text(heatAt(heat, pair.cell.row, pair.cell.column))}</span>
            <span class="quiet">
              {unit === 'bytes' ? '' : bytes(bytesAt(pair.cell.row, pair.cell.column))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** With whom the selected rank or node exchanges most; each leads to its cell. */
function Peers(props: ListProps & { readonly selected: number }) {
  const { drawn, shown, selected, onGo } = props;
  const { heat, ids, bytesAt } = drawn;
  const { level, unit, quantity } = shown;
  const peers = useMemo(() => peersOf(heat, selected, MOST_PEERS), [heat, selected]);
  const name = (index: number) => t.one(level === 'ranks' ? index : ids[index]!, level);
  const totals = useMemo(() => {
    let [sent, received] = [0, 0];
    for (let other = 0; other < heat.size; other++) {
      if (other === selected) continue;
      sent += bytesAt(selected, other);
      received += bytesAt(other, selected);
    }
    return [sent, received] as const;
  }, [heat, bytesAt, selected]);
  return (
    <section id={useSideId('peers')}>
      <h3>{t.peers(name(selected))}</h3>
      <table>
        <caption class="quiet">
          {t.peersOf(heat.size - 1, t.unitName[unit], bytes(totals[0]), bytes(totals[1]))}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t.columns.peer}</th>
            <th scope="col" class="r">
              {t.columns.sends}
            </th>
            <th scope="col" class="r">
              {t.columns.receives}
            </th>
          </tr>
        </thead>
        <tbody>
          {peers.map((peer) => (
            <tr key={peer.index}>
              <td>
                <button
                  type="button"
                  class="link"
                  onClick={() => onGo({ row: selected, column: peer.index })}
                >
                  {name(peer.index)}
                </button>
              </td>
              <td class="r">{quantity.text(peer.sends)}</td>
              <td class="r">{quantity.text(peer.receives)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
