import { useRef } from 'preact/hooks';
import type { PlanReport } from '../../../src/worker/plan';
import { count, fixed, trimmed } from '../../format';
import { useWidth } from '../../hooks';
import { HEIGHT, INSET, scatterOf } from './scatter-model';
import { text as t } from './strings';

/** Throughput against free memory: the front, the best and the job as it is. Without color a shape tells them apart. */
export function Scatter({ report }: { readonly report: PlanReport }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  return <div ref={frame}>{width > 0 && <Picture report={report} width={width} />}</div>;
}

function Picture({ report, width }: { readonly report: PlanReport; readonly width: number }) {
  const { pareto, best, present } = report;
  const scatter = scatterOf(report, width);
  if (!scatter) return null;
  const { x, y, at, edge } = scatter;
  const path = pareto
    .map(at)
    .map(({ cx, cy }) => `${cx},${cy}`)
    .join(' ');
  const [first] = best;
  return (
    <svg class="plan-scatter" width={width} height={HEIGHT} role="img" aria-label={t.picture(pareto.length)}>
      <text class="quiet" x={0} y={12}>
        {t.speed}
      </text>
      <text class="quiet" x={width - INSET.right} y={HEIGHT - 4} text-anchor="end">
        {t.free}
      </text>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={INSET.left} x2={width - INSET.right} y1={y.of(tick)} y2={y.of(tick)} />
          <text class="quiet" x={INSET.left - 8} y={y.of(tick) + 4} text-anchor="end">
            {count(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <text key={tick} class="quiet" x={x.of(tick)} y={HEIGHT - INSET.bottom + 16} text-anchor="middle">
          {trimmed(fixed(tick, 1))}
        </text>
      ))}
      {edge !== null && (
        <>
          <line class="capacity" x1={edge} x2={edge} y1={INSET.top} y2={HEIGHT - INSET.bottom} />
          <text class="quiet" x={edge - 6} y={INSET.top + 10} text-anchor="end">
            {t.full}
          </text>
        </>
      )}
      {best.map((entry, i) => (
        <circle key={`best ${i}`} class="other" r={3} {...at(entry)} />
      ))}
      <polyline class="front" points={path} />
      {pareto.map((entry, i) => (
        <circle key={`front ${i}`} class="front-point" r={4} {...at(entry)} />
      ))}
      {first && <circle class="chosen" r={8} {...at(first)} />}
      {present && (
        <g>
          <rect class="present" x={at(present).cx - 5} y={at(present).cy - 5} width={10} height={10} />
          <text class="halo" x={at(present).cx} y={at(present).cy - 9} text-anchor="middle">
            {t.now}
          </text>
        </g>
      )}
    </svg>
  );
}
