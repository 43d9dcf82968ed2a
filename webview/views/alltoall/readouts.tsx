import type { PlacementResult } from '../../../src/sim/result';
import { bytes, timeText } from '../../format';
import type { Row } from '../../model/alltoall';
import type { DrawnToken, Subset } from '../../model/subset';
import { css, ink } from '../../ramp';
import type { Theme } from '../../theme';
import type { StepFacts } from './facts';
import { type Means, text as t } from './strings';

/** What happens in the step on show, with the figures of the whole job. */
export function StepReadout({ step, facts }: { readonly step: number; readonly facts: StepFacts }) {
  const { text, pairs, hops } = facts;
  return (
    <section aria-live="polite" class="step-readout">
      <h3>{t.stepHead(step, t.steps[step]!)}</h3>
      <p>{text}</p>
      {pairs.length > 0 && (
        <dl class="pairs">
          {pairs.map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      {hops && (
        <>
          <table class="ways">
            <caption>{hops.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{t.hops.hop}</th>
                <th scope="col" class="r">
                  {t.hops.bytes}
                </th>
                <th scope="col" class="r">
                  {t.hops.time}
                </th>
              </tr>
            </thead>
            <tbody>
              {hops.rows.map((row) => (
                <tr key={row.name} class={row.isSum ? 'sum' : row.isPart ? 'part' : ''}>
                  <th scope="row">{row.name}</th>
                  <td class="r">{row.bytes === null ? t.hops.none : bytes(row.bytes)}</td>
                  <td class="r">{row.seconds === null ? t.hops.none : timeText(row.seconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="quiet">{hops.bound}</p>
        </>
      )}
    </section>
  );
}

/** By which way a row goes, in words. */
export function wayOf({ link, via }: Row, scaleUp: string): string {
  if (link === 'local') return t.ways.local;
  if (link === 'scaleUp') return scaleUp;
  return via === null ? t.ways.nic : t.ways.nicVia(via, scaleUp);
}

interface TokenProps {
  readonly token: DrawnToken;
  readonly placement: PlacementResult;
  readonly means: Means;
}

/** Where the copies of the chosen token go: those that are drawn, then the others. */
export function TokenReadout({ token, placement, means }: TokenProps) {
  const isDrawn = new Set(token.drawn);
  const used = token.rows.filter(({ slots }) => slots.length > 0);
  const others = used.filter((row) => !isDrawn.has(row));
  const lines = (rows: readonly Row[]) =>
    rows.flatMap((row) =>
      row.slots.map((slot) => (
        <tr key={`${slot} ${row.to}`}>
          <td class="r">{placement.physicalToLogical[slot]}</td>
          <td class="r">{row.to}</td>
          <td class="wide">{wayOf(row, means.scaleUp)}</td>
        </tr>
      )),
    );
  return (
    <section class="token-readout" aria-live="polite">
      <h3>{t.tokenHead(token.number, token.rank)}</h3>
      {used.length === 0 ? (
        <p>{t.dropsAll}</p>
      ) : (
        <table class="ways">
          <thead>
            <tr>
              <th scope="col" class="r">
                {t.tokenColumns.expert}
              </th>
              <th scope="col" class="r">
                {t.tokenColumns.rank}
              </th>
              <th scope="col" class="wide">
                {t.tokenColumns.way}
              </th>
            </tr>
          </thead>
          <tbody>{lines(used.filter((row) => isDrawn.has(row)))}</tbody>
          {others.length > 0 && (
            <tbody class="apart">
              <tr>
                <th colSpan={3} scope="rowgroup">
                  {t.notDrawn}
                </th>
              </tr>
              {lines(others)}
            </tbody>
          )}
        </table>
      )}
    </section>
  );
}

interface MatrixProps {
  readonly subset: Subset;
  readonly tokens: readonly DrawnToken[];
  readonly isBack: boolean;
  readonly theme: Theme;
}

/** Copies of the drawn tokens from rank to rank: S of the drawn ranks, and its transpose on the way back. */
export function SubsetMatrix({ subset, tokens, isBack, theme }: MatrixProps) {
  const { ranks } = subset;
  const place = new Map(ranks.map((rank, index) => [rank, index]));
  const counts = ranks.map(() => ranks.map(() => 0));
  for (const { rank, drawn } of tokens) {
    for (const { to } of drawn) {
      const [row, column] = isBack ? [to, rank] : [rank, to];
      counts[place.get(row)!]![place.get(column)!]!++;
    }
  }
  const most = Math.max(1, ...counts.flat());
  // Where all are alike, the middle says neither little nor much.
  const isFlat = counts.flat().every((value) => value === most);
  const fill = (value: number) => theme.ramp[isFlat ? 127 : Math.round((value / most) * 255)]!;
  return (
    <section>
      <table class="subset-matrix">
        <caption>{(isBack ? t.matrix.back : t.matrix.out)(tokens.length)}</caption>
        <thead>
          <tr>
            <td />
            {ranks.map((rank) => (
              <th key={rank} scope="col">
                {rank}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, index) => (
            <tr key={ranks[index]}>
              <th scope="row">{ranks[index]}</th>
              {row.map((value, column) => (
                <td key={ranks[column]} style={{ background: css(fill(value)), color: ink(fill(value)) }}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
