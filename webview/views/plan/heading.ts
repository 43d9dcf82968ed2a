import { percent, timeText } from '../../format';
import type { PlanOnShow } from '../../state';
import { text as t } from './strings';

/** The finding of a search, or how far it is. */
export function headingOf(plan: PlanOnShow | null): string {
  if (!plan) return t.start;
  const { report, state, fraction } = plan;
  if (state === 'searching') return t.searching(Math.round(100 * fraction));
  if (!report) return state === 'stopped' ? t.stoppedEarly : t.start;
  const { best, present, presentFits, fitting, legal, rejected } = report;
  const [first] = best;
  if (state === 'stopped') return t.stopped;
  if (!first) return t.none(rejected[0]?.reason ?? '');
  const step = timeText(first.seconds);
  const isBest = first.changes.length === 0;
  const gain = present && presentFits ? 1 - first.seconds / present.seconds : 0;
  const said = isBest ? t.yours : gain > 0.0005 ? t.better(step, percent(gain, 0)) : t.best(step);
  return `${t.fits(fitting, legal)} ${said}`;
}
