import { useRef } from 'preact/hooks';
import type { SimulationResult } from '../../../src/sim/result';
import { WaitingPattern } from '../../components/part-swatch';
import { time, timeIn, timeText } from '../../format';
import { useWidth } from '../../hooks';
import { PART_FILLS, partsOfSteps } from '../../model/step';
import { text as shared } from '../../strings';
import { text as t } from './strings';

const HEIGHT = 24;
/** Width that a figure under its part needs. */
const FIGURE_WIDTH = 36;

/** The whole step on one bar, each part with its figure under it where there is room. */
export function StepBar({
  result,
  longest,
}: {
  readonly result: SimulationResult;
  /** Seconds that the whole width stands for. */
  readonly longest: number;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const { step, scenario } = result;
  const parts = partsOfSteps([step]);
  const { unit } = time(step.seconds);
  const said = parts.map(({ name, seconds }) => `${shared.stepParts[name]} ${timeText(seconds[0]!)}`);
  let x = 0;
  return (
    <div ref={frame}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT + 20}
          role="img"
          aria-label={t.picture(t.unit(scenario), timeText(step.seconds), said.join(', '))}
        >
          <WaitingPattern id="waiting" />
          {parts.map(({ name, seconds }, index) => {
            const from = x;
            const long = (seconds[0]! / longest) * width;
            x += long;
            const figure = timeIn(seconds[0]!, unit);
            return (
              <g key={name}>
                <rect
                  class="bar"
                  x={from.toFixed(1)}
                  width={Math.max(0.5, long - 1).toFixed(1)}
                  height={HEIGHT}
                  fill={PART_FILLS[name]}
                />
                {long >= FIGURE_WIDTH && (
                  <text class="quiet" x={from.toFixed(1)} y={HEIGHT + 14}>
                    {index === 0 ? `${figure} ${unit}` : figure}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
