import { useEffect } from 'preact/hooks';
import type { Growth } from '../../../src/plan/growth';
import { factor } from '../../format';
import { FAMILIES, type Family } from '../../model/communication';
import { courseOf, differ, whenDoubled } from '../../model/growth';
import type { Show } from '../../state';
import { vscode } from '../../vscode';
import { text } from './strings';
import type { Scope } from './tables';

const t = text.growth;

interface Props {
  readonly growth: readonly Growth[] | null;
  readonly show: Show;
  readonly scope: Scope;
}

/** How each family's bytes grow with the sizes of the job: a number for doubling, and a line through four sizes. */
export function GrowthTable({ growth, show, scope }: Props) {
  const isAsked = growth !== null;
  useEffect(() => {
    if (!isAsked) vscode.postMessage({ type: 'growth' });
  }, [isAsked, show]);
  const training = show.baseline.result.scenario.workload.mode === 'train';
  return (
    <div class="growth">
      <h3>{show.whatIf ? t.titleOfBaseline : t.title}</h3>
      <p class="quiet">
        {t.about(scope === 'own' ? t.own : text.perStepScope(training))} {scope === 'own' && t.textbookToo}
      </p>
      {growth === null ? (
        <p class="quiet" aria-live="polite">
          {t.coming}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        // biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark
        <div class="scroll" tabIndex={0} role="region" aria-label={t.title}>
          <table>
            <caption class="vh">{t.title}</caption>
            <thead>
              <tr>
                <td />
                {growth.map(({ name, label }) => (
                  <th key={name} scope="col">
                    {t.twice(label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {FAMILIES.map((family) => (
                <tr key={family}>
                  <th scope="row">{t.family[family]}</th>
                  {growth.map((one) => (
                    <td key={one.name}>
                      <Cell growth={one} family={family} scope={scope} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

interface CellProps {
  readonly growth: Growth;
  readonly family: Family;
  readonly scope: Scope;
}

function Cell({ growth, family, scope }: CellProps) {
  const exact = courseOf(growth, family, scope === 'own' ? 'exactBytes' : 'exactBytesPerStep');
  if (exact === null) return <span class="quiet">{t.nothing}</span>;
  const textbook = scope === 'own' ? courseOf(growth, family, 'textbookBytes') : null;
  const twice = whenDoubled(exact);
  return (
    <span class="cell">
      <svg width="56" height="28" viewBox="-2 -2 60 32" aria-hidden="true">
        <path
          class="frame"
          d={pathOf([
            { scale: 0.5, ratio: 1 },
            { scale: 4, ratio: 1 },
          ])}
        />
        {textbook && differ(exact, textbook) && <path class="textbook" d={pathOf(textbook)} />}
        <path class="exact" d={pathOf(exact)} />
      </svg>
      {twice === null ? <span class="quiet">{t.unknown}</span> : <b>{factor(twice)}</b>}
    </span>
  );
}

/** Both axes logarithmic from a half to four times: a power is a straight line, and its slope the exponent. */
function pathOf(course: readonly { readonly scale: number; readonly ratio: number }[]): string {
  const x = (scale: number) => ((Math.log2(scale) + 1) / 3) * 56;
  const y = (ratio: number) => 28 - ((Math.min(2, Math.max(-1, Math.log2(ratio))) + 1) / 3) * 28;
  return course
    .map(({ scale, ratio }, i) => `${i === 0 ? 'M' : 'L'}${x(scale).toFixed(1)} ${y(ratio).toFixed(1)}`)
    .join('');
}
