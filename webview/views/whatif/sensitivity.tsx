import type { Change } from '../../../src/plan/whatif';
import { Progress } from '../../components/progress';
import { Segmented } from '../../components/segmented';
import { fixed, percent, signed } from '../../format';
import { vscode } from '../../vscode';
import type { ViewProps } from '../view';
import { type Metric, type Spread, spreads } from './explored';
import { text } from './strings';

const t = text.explore;
interface Props extends Pick<ViewProps, 'exploration' | 'exploring'> {
  readonly metric: Metric;
  readonly onMetric: (metric: Metric) => void;
  readonly onTry: (changes: readonly Change[]) => void;
  readonly isHere: boolean;
  readonly onStart: () => void;
}

/** A tornado: which field the verdict hangs on most, and to which side. */
export function SensitivityTable(props: Props) {
  const { exploration, exploring, metric, onMetric, onTry, isHere, onStart } = props;
  const rows = exploration && exploration.sensitivities.length > 0 ? spreads(exploration, metric) : [];
  const scale = Math.max(0.01, ...rows.flatMap(({ best, worst }) => [best?.reach ?? 0, worst?.reach ?? 0]));
  return (
    <section class="explore" aria-labelledby="explore-title">
      <h3 id="explore-title">{t.title}</h3>
      <p class="quiet">
        {t.about} {rows.length > 0 && <span class="wide">{t.length}</span>}
      </p>
      <div class="actions">
        <ExploreButton
          exploring={exploring}
          x={null}
          y={null}
          label={t.start}
          isHere={isHere}
          onStart={onStart}
        />
        {rows.length > 0 && (
          <Segmented
            label={t.metric}
            value={metric}
            onChange={onMetric}
            options={[
              { value: 'step', text: t.step },
              { value: 'tokens', text: t.tokens },
            ]}
          />
        )}
      </div>
      {isHere && exploring === null && exploration?.sensitivities.length === 0 && <p>{t.nothing}</p>}
      {rows.length > 0 && (
        <table class="tornado">
          <caption class="vh">{t.title}</caption>
          <thead>
            <tr>
              <th scope="col">{t.field}</th>
              <th scope="col">{t.worst}</th>
              <th scope="col" class="wide middle">
                {t.range}
              </th>
              <th scope="col">{t.best}</th>
              <th scope="col" class="r wide">
                {t.memory}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.name} row={row} scale={scale} metric={metric} onTry={onTry} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({
  row,
  scale,
  metric,
  onTry,
}: {
  readonly metric: Metric;
  readonly row: Spread;
  readonly scale: number;
  readonly onTry: Props['onTry'];
}) {
  const { label, best, worst, least, most } = row;
  const width = (side: Spread['best']) => ((side?.reach ?? 0) / scale) * 50;
  const end = (side: Spread['best'], none: string) =>
    side ? (
      <>
        {/* A better step is a shorter one. */}
        {signed(side.gain * (metric === 'step' ? -100 : 100), Math.abs(side.gain) < 0.1 ? 1 : 0)}%{' '}
        <button type="button" class="link" onClick={() => onTry(side.tried.changes)}>
          <span class="vh">{t.tryIt(label)} </span>
          {t.at(side.tried.label)}
        </button>
      </>
    ) : (
      <span class="quiet">{none}</span>
    );
  return (
    <tr data-name={row.name}>
      <th scope="row">{label}</th>
      <td>{end(worst, t.noWorse)}</td>
      <td class="wide bar-cell">
        <svg width="100%" height="16" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
          <line class="axis" x1="50" x2="50" y1="0" y2="16" vector-effect="non-scaling-stroke" />
          {worst && <rect class="worse" x={50 - width(worst)} y="4" width={width(worst)} height="8" />}
          {best && <rect class="better" x="50" y="4" width={width(best)} height="8" />}
        </svg>
      </td>
      <td>{end(best, t.none)}</td>
      <td class="r quiet wide">
        {fixed(least, 1)} {'\u2026'} {fixed(most, 1)}
      </td>
    </tr>
  );
}

interface ButtonProps extends Pick<ViewProps, 'exploring'> {
  readonly x: string | null;
  readonly y: string | null;
  readonly label: string;
  /** The exploration that is under way was started here. */
  readonly isHere: boolean;
  readonly onStart: () => void;
}

/** Starts an exploration, or stops the one that is under way. */
export function ExploreButton({ exploring, x, y, label, isHere, onStart }: ButtonProps) {
  if (exploring === null || !isHere) {
    const start = () => {
      onStart();
      vscode.postMessage({ type: 'explore', x, y });
    };
    return (
      <button type="button" class="btn" disabled={exploring !== null} onClick={start}>
        {label}
      </button>
    );
  }
  return (
    <>
      <button type="button" class="btn" onClick={() => vscode.postMessage({ type: 'stopExploring' })}>
        {t.stop}
      </button>
      <span>{t.progress(percent(exploring, 0))}</span>
      <span class="explore-progress">
        <Progress label={t.progress(percent(exploring, 0))} fraction={exploring} />
      </span>
    </>
  );
}
