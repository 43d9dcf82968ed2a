import { useMemo } from 'preact/hooks';
import { css } from '../ramp';
import type { Theme } from '../theme';

const STEPS = 64;

/** The colour scale from little to much, as wide as its place. */
export function Ramp({ theme }: { readonly theme: Theme }) {
  return useMemo(
    () => (
      <svg class="ramp" viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, at) => (
          <rect
            key={at}
            x={at}
            width="1.03"
            height="1"
            shape-rendering="crispEdges"
            fill={css(theme.ramp[Math.round((at / (STEPS - 1)) * 255)]!)}
          />
        ))}
      </svg>
    ),
    [theme],
  );
}
