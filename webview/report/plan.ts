import type { Plan } from '../../src/worker/plan';
import { count, fixed, timeText, trimmed } from '../format';
import { text as shared } from '../strings';
import { headingOf } from '../views/plan/heading';
import { planTable } from '../views/plan/rows';
import { HEIGHT, INSET, scatterOf } from '../views/plan/scatter-model';
import { text as t } from '../views/plan/strings';
import { escaped } from './escaped';
import { type Drawing, paragraph, pictureHtml, sectionHtml, tableHtml } from './html';
import { label, n, QUIET, QUIET_END, QUIET_MIDDLE, rule, WIDTHS } from './svg';

/** Reasons that are listed of those for which configurations are out. */
const REASONS = 8;

/** What a search has found: the best layouts, what none exceeds, why the best is best and what is left out. */
export function planSection(plan: Plan): string {
  const isOther = (plan.best[0]?.changes.length ?? 0) > 0;
  const parts = plan.parts
    .filter(({ baseline, variant }) => baseline !== variant)
    .sort((a, b) => Math.abs(b.baseline - b.variant) - Math.abs(a.baseline - a.variant))
    .map(({ name, baseline, variant }) =>
      t.part(shared.stepParts[name], timeText(baseline), timeText(variant)),
    );
  const rejected = plan.rejected.slice(0, REASONS);
  return sectionHtml('plan', t.title, headingOf({ state: 'done', fraction: 1, report: plan }), [
    scatterPicture(plan),
    tableHtml(planTable(plan)),
    isOther ? list(t.why, parts) : null,
    list(
      t.freeing,
      plan.freeing.map(({ label: name, names, unit }) =>
        t.instead(name, names.value, `${names.from} ${unit}`.trim()),
      ),
    ),
    list(
      t.left(rejected.length, plan.rejected.length),
      rejected.map(({ reason, count }) => t.leftOut(reason, count)),
    ),
    // Without the time of the search: the same job gives the same report.
    paragraph(t.fits(plan.fitting, plan.legal)),
  ]);
}

function list(title: string, items: readonly string[]): string | null {
  if (items.length === 0) return null;
  return `<h3>${escaped(title)}</h3>
<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

/** Throughput against free memory: the front, the best and the job as it is. */
function scatterPicture(plan: Plan): string | null {
  if (scatterOf(plan, WIDTHS.wide) === null) return null;
  return pictureHtml(t.picture(plan.pareto.length), t.legend, (width) => drawScatter(plan, width));
}

function drawScatter(plan: Plan, width: number): Drawing {
  const { x, y, at, edge } = scatterOf(plan, width)!;
  const dot = (entry: Plan['best'][number], radius: number, look: string) => {
    const { cx, cy } = at(entry);
    return `<circle cx="${n(cx)}" cy="${n(cy)}" r="${radius}" ${look}/>`;
  };
  const [first] = plan.best;
  const line = plan.pareto
    .map(at)
    .map(({ cx, cy }) => `${n(cx)},${n(cy)}`)
    .join(' ');
  const own = plan.present && at(plan.present);
  const content = [
    label(0, 12, t.speed, QUIET),
    label(width - INSET.right, HEIGHT - 4, t.free, QUIET_END),
    ...y.ticks.flatMap((tick) => [
      rule(INSET.left, y.of(tick), width - INSET.right, y.of(tick)),
      label(INSET.left - 8, y.of(tick) + 4, count(tick), QUIET_END),
    ]),
    ...x.ticks.map((tick) =>
      label(x.of(tick), HEIGHT - INSET.bottom + 16, trimmed(fixed(tick, 1)), QUIET_MIDDLE),
    ),
    ...(edge === null
      ? []
      : [
          `<line class="capacity" x1="${n(edge)}" x2="${n(edge)}" y1="${INSET.top}" y2="${HEIGHT - INSET.bottom}"/>`,
          label(edge - 6, INSET.top + 10, t.full, QUIET_END),
        ]),
    ...plan.best.map((entry) => dot(entry, 3, 'fill="var(--muted)"')),
    `<polyline class="front" points="${line}"/>`,
    ...plan.pareto.map((entry) => dot(entry, 4, 'fill="var(--blue)"')),
    ...(first ? [dot(first, 8, 'class="chosen"')] : []),
    ...(own
      ? [
          `<rect class="chosen" x="${n(own.cx - 5)}" y="${n(own.cy - 5)}" width="10" height="10"/>`,
          label(own.cx, own.cy - 9, t.now, 'text-anchor="middle"'),
        ]
      : []),
  ];
  return { height: HEIGHT, content: content.join('\n') };
}
