import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { reasonsOf } from '../model/difference';
import {
  comparedIn,
  type DrawnSide,
  type DrawnSides,
  grantedSides,
  rowsOf,
  type SideName,
  type WantedSides,
} from '../model/sides';
import { describeDelta } from '../model/whatif';
import type { Show } from '../state';
import { text } from '../strings';
import type { View } from '../views/view';
import { Segmented } from './segmented';

interface Props {
  readonly show: Show;
  readonly view: View;
  readonly wanted: WantedSides;
  readonly onWant: (wanted: WantedSides) => void;
}

const t = text.sides;

/** Above a view: the figures that it is about in baseline and variant, and which of both are drawn. */
export function Comparison({ show, view, wanted, onWant }: Props) {
  const compared = comparedIn[view.id];
  if (!show.whatIf || !compared) return null;
  const { variant, delta } = show.whatIf;
  const granted = grantedSides(view.id, wanted);
  // Where both are drawn, the heading says the difference and its reasons.
  const reasons = granted === 'both' ? [] : reasonsOf(view.id, show.baseline.result, variant.result);
  const choices: readonly WantedSides[] =
    compared.draws === 'both' ? ['both', 'baseline', 'variant'] : ['baseline', 'variant'];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own
    <div class="sides" role="group" aria-label={t.label}>
      <Segmented
        label={t.shown}
        value={granted}
        onChange={onWant}
        options={choices.map((value) => ({ value, text: t[value] }))}
      />
      <dl>
        {rowsOf(view.id, delta).map((row) => {
          const { baseline, variant: after, change, unit, verdict } = describeDelta(row);
          return (
            <div key={row.name}>
              <dt>{row.label}</dt>
              <dd>
                {change === null ? (
                  t.same(after, unit)
                ) : (
                  <>
                    {t.change(baseline, after, unit)}{' '}
                    <span class={`delta-sign ${verdict}`}>{t.by(change, unit)}</span>
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

const Beside = createContext<SideName | null>(null);

/** An id that is the page's only one where two layouts are drawn. */
export function useSideId(id: string): string {
  return useContext(Beside) === 'variant' ? `${id}-variant` : id;
}

interface SidesProps {
  readonly sides: DrawnSides;
  /** Whether each has its name above it also where it stands right under another picture of its side. */
  readonly named?: boolean;
  readonly children: (drawn: DrawnSide, index: number) => ComponentChildren;
}

/** Draws one layout, or two: beside each other where there is room, else one above the other, each laid out by its own width. */
export function Sides({ sides, named = true, children }: SidesProps) {
  if (sides.length === 1) return <>{children(sides[0], 0)}</>;
  return (
    <div class={named ? 'beside' : 'beside continued'}>
      {sides.map((drawn, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset has a look of its own
        <div key={drawn.name} class="side" role="group" aria-label={t[drawn.name]}>
          <p class="side-name">
            <b>{t[drawn.name]}</b> <span class="quiet">{drawn.side.subtitle}</span>
          </p>
          <Beside.Provider value={drawn.name}>{children(drawn, index)}</Beside.Provider>
        </div>
      ))}
    </div>
  );
}
