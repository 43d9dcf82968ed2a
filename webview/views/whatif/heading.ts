import type { MemoryResult, SimulationResult, StepResult } from '../../../src/sim/result';
import { count, gibShort, percent, timeText } from '../../format';
import { fieldOf, labelOf } from '../../model/whatif';
import type { ViewProps } from '../view';
import { text as t } from './strings';

/** Below this a step is as long as before. */
const SAME_STEP = 5e-4;

function fitSentence(before: MemoryResult, after: MemoryResult, tokens: number): string {
  const fullest = after.perRank[after.fullestRank]!;
  if (after.shortage === 'every-sequence')
    return t.noSequence(fullest.rank, gibShort(fullest.total - fullest.capacity), tokens);
  if (after.shortage === 'some-sequences') {
    const { held, wanted } = after.kvSequences!;
    return (before.shortage === 'some-sequences' ? t.stillCaches : t.cachesLess)(held, wanted);
  }
  const free = gibShort(fullest.capacity - fullest.total);
  if (after.fits) return before.fits ? t.stillFits(fullest.rank, free) : t.nowFits(fullest.rank, free);
  const total = gibShort(fullest.total);
  return before.fits ? t.doesNotFit(fullest.rank, total) : t.stillDoesNotFit(fullest.rank, total);
}

function stepSentence(changes: string, before: StepResult, after: StepResult): string {
  const difference = after.seconds - before.seconds;
  const relative = difference / before.seconds;
  if (Math.abs(relative) < SAME_STEP) return t.same(changes);
  const sign = difference < 0 ? '\u2212' : '+';
  const size = `${sign}${percent(Math.abs(relative), Math.abs(relative) < 0.1 ? 1 : 0)}`;
  return (difference < 0 ? t.drops : t.grows)(changes, timeText(Math.abs(difference)), size);
}

/** On other GPUs a step is another piece of work: what each of them does compares. */
function gpusSentence(before: SimulationResult, after: SimulationResult): readonly string[] {
  const [from, to] = [before, after].map(({ scenario }) => scenario.layout.worldSize);
  if (from === to) return [];
  const [slow, fast] = [before, after].map(({ step }) => count(step.tokensPerSecondPerGpu));
  return [t.otherGpus(to!, from!, slow!, fast!)];
}

/** What the changes do to the step and to the fullest rank. */
export function headingOf({
  show,
  changes,
  waiting,
}: Pick<ViewProps, 'show' | 'waiting'> & Pick<ViewProps['panel'], 'changes'>): string {
  if (show.refusal !== undefined) return show.refusal;
  if (changes.length === 0) return show.ended === undefined ? t.start : t.ended(show.ended);
  if (waiting || !show.whatIf) return t.waiting;
  const [before, after] = [show.baseline.result, show.whatIf.variant.result];
  const changed = show.whatIf.changes.map(({ name, value }) => {
    const knob = show.knobs.find((candidate) => candidate.name === name);
    const now = fieldOf(after.scenario, name);
    if (!knob) return t.change(name, String(fieldOf(before.scenario, name) ?? ''), String(value));
    if (now !== null && !Array.isArray(now) && String(now) !== String(value)) {
      return t.stays(knob.label, String(now));
    }
    return t.change(knob.label, labelOf(knob, knob.value), labelOf(knob, String(value)));
  });
  return [
    stepSentence(changed.join('; '), before.step, after.step),
    ...gpusSentence(before, after),
    fitSentence(before.memory, after.memory, after.scenario.workload.contextLength),
  ].join(' ');
}
