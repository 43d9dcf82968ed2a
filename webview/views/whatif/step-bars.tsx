import { useRef } from 'preact/hooks';
import type { StepResult } from '../../../src/sim/result';
import { PartSwatch, WaitingPattern } from '../../components/part-swatch';
import { percent, timeText } from '../../format';
import { useWidth } from '../../hooks';
import { PART_FILLS, partsOfSteps, visibleParts } from '../../model/step';
import { text } from '../../strings';
import { text as t } from './strings';

/** One or two steps on one scale, from zero. */
export function StepBars({ steps }: { readonly steps: readonly StepResult[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const narrow = width < 560;
  const left = narrow ? 0 : 72;
  const longest = Math.max(...steps.map((step) => step.seconds));
  const scale = (width - left - 64) / (longest || 1);
  const rowHeight = narrow ? 42 : 28;
  const parts = partsOfSteps(steps);
  const names = [t.baseline, t.variant];
  const [baseline, variant] = timesOf(steps);
  return (
    <div ref={frame} class="step-bars">
      {width > 0 && (
        <svg
          width={width}
          height={steps.length * rowHeight}
          role="img"
          aria-label={t.picture(baseline!, variant ?? null)}
        >
          <WaitingPattern id="waiting" />
          {steps.map((step, index) => {
            const y = index * rowHeight + (narrow ? 16 : 0);
            const strong = index === steps.length - 1 ? 'strong' : '';
            let x = left;
            return (
              <g key={names[index]}>
                <text class={strong} x="0" y={narrow ? y - 5 : y + 14}>
                  {names[index]}
                </text>
                {parts.map(({ name, seconds }) => {
                  const from = x;
                  const long = seconds[index]! * scale;
                  x += long;
                  return long > 0 ? (
                    <rect
                      key={name}
                      class="bar"
                      x={from.toFixed(1)}
                      y={y}
                      width={Math.max(0.5, long - 1).toFixed(1)}
                      height="20"
                      fill={PART_FILLS[name]}
                    />
                  ) : null;
                })}
                <text class="strong" x={left + step.seconds * scale + 6} y={y + 14}>
                  {index === 0 ? baseline : variant}
                </text>
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** In three figures, or one more where both would read the same. */
function timesOf(steps: readonly StepResult[]): readonly string[] {
  const short = steps.map(({ seconds }) => timeText(seconds));
  const differs = steps.some(({ seconds }) => seconds !== steps[0]!.seconds);
  return differs && new Set(short).size === 1 ? steps.map(({ seconds }) => timeText(seconds, 4)) : short;
}

/** What the colours are, and before any change how long each part takes. */
export function StepLegend({ steps }: { readonly steps: readonly StepResult[] }) {
  if (steps.length > 1)
    return (
      <div class="legend step-legend">
        {visibleParts(steps).map(({ name }) => (
          <span key={name}>
            <PartSwatch fill={PART_FILLS[name]} />
            {text.stepParts[name]}
          </span>
        ))}
      </div>
    );
  const total = steps[0]!.seconds || 1;
  return (
    <table class="step-parts">
      <caption class="vh">{t.startDetail(timeText(total))}</caption>
      <tbody>
        {partsOfSteps(steps).map(({ name, seconds }) => (
          <tr key={name}>
            <th scope="row">
              <PartSwatch fill={PART_FILLS[name]} />
              {text.stepParts[name]}
            </th>
            <td class="r">{timeText(seconds[0]!)}</td>
            <td class="r quiet">{percent(seconds[0]! / total, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
