import { SKEWED_LOAD_ERROR } from '../../catalog/backends';
import type { Scenario } from '../../scenario/scenario';
import type { Basis } from '../../sim/result';
import type { PlacementEntry } from './entries';
import type { PlacementFigures } from './figures';

export type VerdictKind =
  | 'worth'
  | 'not-worth'
  /** More than nothing, and less than the estimate can tell. */
  | 'unclear'
  | 'does-not-fit'
  /** Balancing is the engine's that serves. */
  | 'training'
  | 'nothing-to-place'
  | 'no-placement';

export interface PlacementVerdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** What is saved of a step, with bounds; `null` where nothing was compared. */
  readonly saved: {
    readonly microseconds: number;
    readonly bounds: { readonly low: number; readonly high: number };
  } | null;
}

/** Below this share of a step a saving cannot be told from none, and below the other there is nothing to save. */
const NOTABLE_SHARE = 0.05;
const NOTHING_SHARE = 0.02;
const GIB = 2 ** 30;

/** What of a step of a job is called what. */
export function stepName({ workload: { mode } }: Scenario): string {
  if (mode === 'train') return 'step';
  return mode === 'prefill' ? 'prefill pass' : 'decode step';
}

/** Whether all that the job asks for has room, as far as it has without replicas. */
function hasRoom({ figures }: PlacementEntry, plain: PlacementFigures): boolean {
  if (figures.freeBytes < 0) return false;
  const [own, before] = [figures.sequences, plain.sequences];
  return own === null || before === null || own.held >= Math.min(own.wanted, before.held);
}

const mostSaving = (entries: readonly PlacementEntry[]): PlacementEntry | undefined =>
  entries.reduce<PlacementEntry | undefined>(
    (best, one) => (best && best.savedMicroseconds >= one.savedMicroseconds ? best : one),
    undefined,
  );

/** The placement that saves most of those that have room; of all where none has. */
export function bestOf(
  entries: readonly PlacementEntry[],
  plain: PlacementFigures,
): PlacementEntry | undefined {
  return mostSaving(entries.filter((one) => hasRoom(one, plain))) ?? mostSaving(entries);
}

/**
 * Whether EPLB is worth it: against experts in index order, the placement that saves most of those that have room. A saving
 * is as far off as the load of the fullest rank was where it could be compared, and as the time of a step is.
 *
 * @param balanced EPLB's placements
 */
export function verdictOf(
  scenario: Scenario,
  plain: PlacementFigures,
  balanced: readonly PlacementEntry[],
  basis: Basis,
): PlacementVerdict {
  const step = stepName(scenario);
  const whole = 1e6 * plain.stepSeconds;
  const share = ({ savedMicroseconds }: PlacementEntry): number => savedMicroseconds / whole;
  const saves = (one: PlacementEntry): string =>
    `${microsecondsText(one.savedMicroseconds)} of ${microsecondsText(whole)} per ${step} (${percentText(share(one))})`;
  const said = (kind: VerdictKind, one: PlacementEntry | null, sentence: string): PlacementVerdict => ({
    kind,
    sentence,
    saved: one && savedBy(one, basis),
  });

  if (scenario.layout.ep === 1)
    return said(
      'nothing-to-place',
      null,
      'EP is 1: every rank has all experts, and there is nothing to place.',
    );
  const best = bestOf(balanced, plain);
  const most = mostSaving(balanced);
  if (!best || !most) return said('no-placement', null, 'EPLB has no placement for this layout.');
  if (scenario.workload.mode === 'train') {
    const gain =
      best.savedMicroseconds <= 0
        ? `save nothing of a step of ${microsecondsText(whole)}`
        : `save ${saves(best)}`;
    return said('training', best, `Trainers have no EPLB. Experts placed once by their loads would ${gain}.`);
  }
  if (!hasRoom(best, plain)) return said('does-not-fit', best, noRoom('EPLB', best));
  if (share(best) < NOTABLE_SHARE && share(most) >= NOTABLE_SHARE) {
    return said('does-not-fit', most, noRoom(`EPLB ${withSlots(most)}`, most, saves(most)));
  }
  if (best.savedMicroseconds <= 0) {
    const what = `no placement of it shortens the ${step} of ${microsecondsText(whole)}`;
    return said('not-worth', best, `EPLB is not worth it: ${what}.`);
  }
  const what = `${withSlots(best)} it saves ${saves(best)}${costs(best)}`;
  if (share(best) < NOTHING_SHARE) return said('not-worth', best, `EPLB is not worth it: ${what}.`);
  if (share(best) < NOTABLE_SHARE)
    return said('unclear', best, `EPLB saves too little to tell from nothing: ${what}.`);
  return said('worth', best, `EPLB is worth it: ${what}.`);
}

/** An EPLB placement by its slots. */
export const withSlots = ({ redundantExperts }: PlacementEntry): string =>
  redundantExperts === 0 ? 'without redundant experts' : `with ${redundantExperts} redundant experts`;

const costs = ({ spentBytes }: PlacementEntry): string =>
  spentBytes > 0 ? ` and costs ${gibText(spentBytes)} per GPU` : ' and costs no memory';

/** That its memory is too little, or what of the cache is left: an engine starts with less, and has sequences wait. */
function noRoom(what: string, { figures: { freeBytes, sequences } }: PlacementEntry, saved = ''): string {
  const saves = saved === '' ? '' : `it would save ${saved}, but `;
  return freeBytes < 0 || sequences === null
    ? `${what} does not fit: ${saves}${gibText(-freeBytes)} are missing on the fullest rank.`
    : `${what} fits, but not all sequences beside it: ${saves}it leaves KV cache for ${sequences.held} of ${sequences.wanted} per rank.`;
}

function savedBy({ savedMicroseconds }: PlacementEntry, { expectedError }: Basis): PlacementVerdict['saved'] {
  const off = Math.abs(savedMicroseconds) * Math.hypot(SKEWED_LOAD_ERROR, expectedError);
  const bounds = { low: savedMicroseconds - off, high: savedMicroseconds + off };
  return { microseconds: savedMicroseconds, bounds };
}

/** `12.3 GiB`. */
const gibText = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** `123 µs`, `1.42 ms`, `2.51 s`. */
export function microsecondsText(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${(value / 1e6).toPrecision(3)} s`;
  if (size >= 999.5) return `${(value / 1e3).toPrecision(3)} ms`;
  return `${size < 10 ? value.toFixed(1) : Math.round(value)} µs`;
}

/** `3.4%`, `12%`. */
function percentText(fraction: number): string {
  const value = 100 * fraction;
  return `${Math.abs(value) < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}%`;
}
