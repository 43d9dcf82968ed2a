import { comparedIn, reasonsOf, rowsOf } from '../model/sides';
import { describeDelta } from '../model/whatif';
import type { Show } from '../state';
import { text } from '../strings';
import type { View } from '../views/view';
import { Segmented } from './segmented';

export type Side = 'baseline' | 'variant';

interface Props {
  readonly show: Show;
  readonly view: View;
  readonly side: Side;
  readonly onSide: (side: Side) => void;
}

const t = text.sides;

/** Above a view: the figures that it is about in baseline and variant, why they differ, and which of both is drawn. */
export function Sides({ show, view, side, onSide }: Props) {
  const compared = comparedIn[view.id];
  if (!show.whatIf || !compared) return null;
  const { variant, delta } = show.whatIf;
  const reasons = reasonsOf(view.id, show.baseline.result, variant.result);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own
    <div class="sides" role="group" aria-label={t.label}>
      {compared.draws && (
        <Segmented
          label={t.shown}
          value={side}
          onChange={onSide}
          options={[
            { value: 'baseline', text: t.baseline },
            { value: 'variant', text: t.variant },
          ]}
        />
      )}
      <dl>
        {rowsOf(view.id, delta).map((row) => {
          const { baseline, variant: after, change, verdict } = describeDelta(row);
          return (
            <div key={row.name}>
              <dt>{row.label}</dt>
              <dd>
                {change === null ? (
                  t.same(after, row.unit)
                ) : (
                  <>
                    {t.change(baseline, after, row.unit)}{' '}
                    <span class={`delta-sign ${verdict}`}>{change}</span>
                    {verdict !== 'neither' && <span class="vh">, {t[verdict]}</span>}
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {reasons.length > 0 && <p class="quiet">{t.because(reasons.join(', '))}</p>}
    </div>
  );
}
