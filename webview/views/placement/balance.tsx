import type { PlacementComparison } from '../../../src/plan/placements/compare';
import type { Change } from '../../../src/plan/whatif';
import { Progress } from '../../components/progress';
import { timeText } from '../../format';
import type { PlacementsOnShow } from '../../state';
import { vscode } from '../../vscode';
import { BalanceTables } from './balance-tables';
import { text } from './strings';

const t = text.balance;

interface Props {
  readonly placements: PlacementsOnShow | null;
  readonly onWhatIf: (changes: readonly Change[]) => void;
}

/** What other placements of the job would save and cost, once somebody asks. */
export function Balance({ placements, onWhatIf }: Props) {
  const isBusy = placements?.state === 'comparing';
  const comparison = placements?.comparison ?? null;
  return (
    <div class="balance">
      <h3>{t.heading}</h3>
      {isBusy ? (
        <>
          <p>{sayingOf(placements)}</p>
          <Progress label={sayingOf(placements)} fraction={placements.fraction} />
        </>
      ) : (
        <p aria-live="polite">{sayingOf(placements)}</p>
      )}
      {!comparison && (
        <div class="actions">
          <button
            type="button"
            class="btn"
            onClick={() => vscode.postMessage({ type: isBusy ? 'stopComparing' : 'comparePlacements' })}
          >
            {isBusy ? t.stop : t.compare}
          </button>
        </div>
      )}
      {comparison && <Compared comparison={comparison} onWhatIf={onWhatIf} />}
    </div>
  );
}

function sayingOf(placements: PlacementsOnShow | null): string {
  if (!placements) return t.about;
  if (placements.state === 'comparing') return t.comparing(Math.round(100 * placements.fraction));
  return placements.comparison?.verdict.sentence ?? t.stopped;
}

const micros = (value: number): string => timeText(1e-6 * value);

/** What the verdict rests on, and how far off it may be. */
function groundsOf({ verdict: { saved }, routing, skews }: PlacementComparison): string {
  const bounds = saved && saved.microseconds > 0 ? saved.bounds : null;
  return [
    routing.sentence,
    ...(bounds ? [t.between(micros(bounds.low), micros(bounds.high))] : []),
    ...skews.map(({ sigma, savedMicroseconds }) =>
      t.withSkew(sigma.toPrecision(2), micros(Math.max(0, savedMicroseconds))),
    ),
  ].join(' ');
}

function Compared({
  comparison,
  onWhatIf,
}: { readonly comparison: PlacementComparison } & Pick<Props, 'onWhatIf'>) {
  const { entries, step, refused, foundNothing, notKept } = comparison;
  const searched = entries.find(({ kind }) => kind === 'searched');
  return (
    <>
      <p class="quiet">{groundsOf(comparison)}</p>
      <BalanceTables entries={entries} step={step} onWhatIf={onWhatIf} />
      <p class="quiet">{t.opens}</p>
      {refused.map(({ redundantExperts, reason }) => (
        <p class="quiet" key={redundantExperts}>
          {t.refused(redundantExperts, reason)}
        </p>
      ))}
      {foundNothing !== null && <p class="quiet">{foundNothing}</p>}
      {searched && notKept !== null && <p class="quiet">{t.notKept(notKept)}</p>}
      {searched && notKept === null && (
        <div class="actions">
          <button
            type="button"
            class="btn"
            onClick={() =>
              vscode.postMessage({ type: 'savePlacement', redundantExperts: searched.redundantExperts })
            }
          >
            {t.save}
          </button>
        </div>
      )}
    </>
  );
}
