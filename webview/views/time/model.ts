import type { LayerTimeline, SimulationResult, StepPart, TimelineSegment } from '../../../src/sim/result';
import { bytes, percent, times, timeText } from '../../format';
import { difference, reasonsOf } from '../../model/difference';
import { partsOfSteps } from '../../model/step';
import { text as shared } from '../../strings';
import { text as t } from './strings';

/** Below this share of the step, dispatch and combine are not what the heading is about. */
const NOTABLE_EXCHANGE = 0.1;

const LANE_OF_COMMUNICATION: ReadonlySet<TimelineSegment['what']> = new Set([
  'dispatch',
  'combine',
  'tensor',
]);

/** Whether a segment is drawn in the lane of transfers. */
export const isTransfer = ({ what }: TimelineSegment): boolean => LANE_OF_COMMUNICATION.has(what);

/** Seconds from the start of a direction to the end of its last segment. */
export const endOf = (segments: readonly TimelineSegment[]): number =>
  segments.reduce((end, { startSeconds, seconds }) => Math.max(end, startSeconds + seconds), 0);

const segmentsOf = ({ forward, backward }: LayerTimeline): readonly TimelineSegment[] => [
  ...forward,
  ...(backward ?? []),
];

/** Visible seconds of a part in one MoE layer; `null` where the part is not one of layers. */
export function layerSeconds(layer: LayerTimeline, name: StepPart['name']): number | null {
  const own = segmentsOf(layer).filter(({ what }) =>
    name === 'alltoall' ? what === 'dispatch' || what === 'combine' : what === name,
  );
  return own.length === 0
    ? null
    : own.reduce((sum, { seconds, hiddenSeconds }) => sum + seconds - hiddenSeconds, 0);
}

/** How the step differs between two layouts, and which parts do. */
export function differenceOf(before: SimulationResult, after: SimulationResult): string {
  return difference({
    what: t.unit(after.scenario),
    before: before.step.seconds,
    after: after.step.seconds,
    as: timeText,
    reasons: reasonsOf('time', before, after),
  });
}

/** What the picture proves. */
export function headingOf({ step, scenario }: SimulationResult): string {
  const what = t.unit(scenario);
  const all = timeText(step.seconds);
  const parts = partsOfSteps([step]);
  const exchange = parts.find(({ name }) => name === 'alltoall')?.seconds[0] ?? 0;
  const share = exchange / step.seconds;
  if (share >= NOTABLE_EXCHANGE) {
    const shown = segmentsOf(step.layer).reduce((sum, each) => sum + each.hiddenSeconds, 0);
    const visible = layerSeconds(step.layer, 'alltoall') ?? 0;
    const beside = shown === 0 ? t.headAlone : t.headHidden(timeText((shown / visible) * exchange));
    return t.headExchange(what, all, timeText(exchange), percent(share)) + beside;
  }
  const largest = parts.reduce((most, part) => (part.seconds[0]! > most.seconds[0]! ? part : most));
  const seconds = largest.seconds[0]!;
  return t.headLargest(
    what,
    all,
    shared.stepParts[largest.name].toLowerCase(),
    timeText(seconds),
    percent(seconds / step.seconds),
  );
}

/** What each part's figure rests on. */
export function restsOn(
  { scenario, placement, traffic, time, comparison }: SimulationResult,
  name: StepPart['name'],
): string {
  const rest = t.restsOn;
  switch (name) {
    case 'waiting':
      return rest.waiting(scenario, times(traffic.load.maxOverMean));
    case 'alltoall':
      return rest.alltoall(time.basis.kind, placement.nodes);
    case 'sync':
      return rest.sync(bytes(comparison.dp.exactBytesPerStep));
    case 'other':
      return rest.other(scenario.workload.mode === 'train');
    default:
      return rest[name](scenario);
  }
}

/** A part's share of the step; never a zero for what is there. */
export function shareOf(seconds: number, all: number): string {
  return seconds / all < 0.0005 ? t.under : percent(seconds / all, 1);
}
