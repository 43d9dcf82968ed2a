import type { PlacementComparison } from '../../../src/plan/placements/compare';
import type { PlacementEntry } from '../../../src/plan/placements/entries';
import type { Change } from '../../../src/plan/whatif';
import { Progress } from '../../components/progress';
import { count, fixed, gib, timeText } from '../../format';
import type { PlacementsOnShow } from '../../state';
import { vscode } from '../../vscode';
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
  const { columns } = t;
  const heads = [
    columns.redundant,
    columns.saved,
    columns.spent,
    columns.one(step),
    columns.free,
    columns.load,
    columns.nodes,
    columns.dispatch,
    columns.experts,
    columns.combine,
  ];
  return (
    <>
      <p class="quiet">{groundsOf(comparison)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark for each table */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t.table}>
        <table class="stacks">
          <caption class="vh">{t.table}</caption>
          <thead>
            <tr>
              <th scope="col">{columns.placement}</th>
              {heads.map((head) => (
                <th key={head} scope="col" class="r">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={`${entry.kind} ${entry.redundantExperts}`}>
                <th scope="row">
                  <Name entry={entry} onWhatIf={onWhatIf} />
                </th>
                {cellsOf(entry).map((cell, i) => (
                  <td key={heads[i]} class="r" data-column={heads[i]}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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

function Name({ entry, onWhatIf }: { readonly entry: PlacementEntry } & Pick<Props, 'onWhatIf'>) {
  const name = t.kinds[entry.kind];
  if (entry.changes.length === 0) return <>{entry.kind === 'present' ? name : `${name}, ${t.now}`}</>;
  return (
    <button
      type="button"
      class="btn"
      aria-label={t.asWhatIf(name, entry.redundantExperts)}
      onClick={() => onWhatIf(entry.changes)}
    >
      {name}
    </button>
  );
}

function cellsOf({
  redundantExperts,
  figures,
  savedMicroseconds,
  spentBytes,
}: PlacementEntry): readonly string[] {
  const { layer } = figures;
  return [
    count(redundantExperts),
    micros(savedMicroseconds),
    gib(spentBytes),
    timeText(figures.stepSeconds),
    gib(figures.freeBytes),
    fixed(figures.meanOfLayers, 2),
    fixed(figures.remoteNodesPerToken, 2),
    micros(layer.dispatchMicroseconds),
    micros(layer.expertMicroseconds),
    micros(layer.combineMicroseconds),
  ];
}
