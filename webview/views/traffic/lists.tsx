import { useMemo } from 'preact/hooks';
import type { Cell } from '../../charts/heatmap';
import { bytes, count } from '../../format';
import { type HotPair, hotPairs, peersOf } from '../../model/pairs';
import { type Heat, type HeatOptions, heatAt } from '../../model/traffic';
import { text as t } from './strings';

const MOST_PAIRS = 8;
const MOST_PEERS = 8;

interface Props {
  readonly heat: Heat;
  readonly level: HeatOptions['level'];
  readonly ids: readonly number[];
  readonly rowBytes: number;
  /** Brings a cell into sight and puts the cursor on it. */
  readonly onGo: (cell: Cell) => void;
}

/** The heaviest pairs; each leads to its cell. */
export function HotPairs({ heat, level, ids, rowBytes, onGo }: Props) {
  const pairs = useMemo(() => hotPairs(heat, MOST_PAIRS), [heat]);
  const id = (index: number | null) => (index === null || level === 'ranks' ? index : ids[index]!);
  const label = ({ from, to }: HotPair) => t.pair(id(from), id(to), level);
  return (
    <section>
      <h3>{t.hotPairs}</h3>
      {pairs.length === 0 && <p class="quiet">{t.noPairs}</p>}
      <ol class="pair-list">
        {pairs.map((pair) => (
          <li key={`${pair.from} ${pair.to}`}>
            <button type="button" class="link" onClick={() => onGo(pair.cell)}>
              {label(pair)}
            </button>
            <span>{count(pair.copies)}</span>
            <span class="quiet">{bytes(pair.copies * rowBytes)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** With whom the selected rank or node exchanges most; each leads to its cell. */
export function Peers(props: Props & { readonly selected: number }) {
  const { heat, level, ids, rowBytes, selected, onGo } = props;
  const peers = useMemo(() => peersOf(heat, selected, MOST_PEERS), [heat, selected]);
  const name = (index: number) => t.one(level === 'ranks' ? index : ids[index]!, level);
  const remote = (sum: number) => sum - heatAt(heat, selected, selected);
  const [sent, received] = [remote(heat.rowSums[selected]!), remote(heat.columnSums[selected]!)];
  return (
    <section id="peers">
      <h3>{t.peers(name(selected))}</h3>
      <table>
        <caption class="quiet">
          {t.peersOf(heat.size - 1, bytes(sent * rowBytes), bytes(received * rowBytes))}
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
              <td class="r">{count(peer.sends)}</td>
              <td class="r">{count(peer.receives)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
