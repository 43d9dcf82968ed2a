import type { ViewId } from '../../src/panel/protocol';
import type { DeltaRow } from '../../src/plan/whatif';
import type { SimulationResult } from '../../src/sim/result';
import { gibShort, timeText } from '../format';
import { text } from '../strings';
import { text as memoryText } from '../views/memory/strings';
import { meanMemory, partsOf } from './memory';
import { partsOfSteps } from './step';

/** Which figures of a comparison each view is about, and whether it can draw the variant in the baseline's place. */
export const comparedIn: Readonly<
  Partial<Record<ViewId, { readonly figures: readonly string[]; readonly draws: boolean }>>
> = {
  placement: { figures: ['layout.worldSize', 'load.maxOverMean', 'traffic.remoteNodes'], draws: true },
  traffic: {
    figures: ['traffic.busiestNicMB', 'traffic.distinctRanks', 'traffic.remoteNodes', 'load.maxOverMean'],
    draws: false,
  },
  memory: { figures: ['memory.peakGiB', 'memory.freeGiB'], draws: true },
  communication: { figures: ['time.dispatchMicroseconds', 'time.combineMicroseconds'], draws: true },
  time: {
    figures: [
      'step.seconds',
      'step.tokensPerSecondPerGpu',
      'step.mfu',
      'step.tpotMilliseconds',
      'step.ttftMilliseconds',
    ],
    draws: true,
  },
};

/** The rows of a comparison that a view shows, in its order. */
export function rowsOf(view: ViewId, delta: readonly DeltaRow[]): DeltaRow[] {
  const wanted = comparedIn[view]?.figures ?? [];
  return wanted.flatMap((name) => delta.find((row) => row.name === name) ?? []);
}

/** So many parts explain a difference; the others are small beside them. */
const REASONS = 3;
/** Below this share of the whole a part did not change. */
const NOTABLE = 0.002;

interface Part {
  readonly name: string;
  readonly difference: number;
}

/** A label inside a sentence: abbreviations keep their capitals. */
const inSentence = (label: string): string =>
  /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;

const sign = (value: number): string => (value < 0 ? '\u2212' : '+');

function largest(parts: readonly Part[], whole: number): Part[] {
  return parts
    .filter(({ difference }) => Math.abs(difference) > whole * NOTABLE)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, REASONS);
}

/** What a difference is made of, largest part first: `activations −4.2 GiB`. Empty where the view has no parts. */
export function reasonsOf(view: ViewId, before: SimulationResult, after: SimulationResult): string[] {
  switch (view) {
    case 'memory': {
      const one = before.memory.perRank[before.memory.fullestRank]!;
      const other = after.memory.perRank[after.memory.fullestRank]!;
      const names = [...new Set([...partsOf(before.memory), ...partsOf(after.memory)])];
      const parts = names.map((part) => ({
        name: inSentence(memoryText.parts[part]),
        difference: other[part] - one[part],
      }));
      return largest(parts, meanMemory(before.memory).total).map(
        ({ name, difference }) => `${name} ${sign(difference)}${gibShort(Math.abs(difference))} GiB`,
      );
    }
    case 'time': {
      const parts = partsOfSteps([before.step, after.step]).map(({ name, seconds }) => ({
        name: inSentence(text.stepParts[name]),
        difference: seconds[1]! - seconds[0]!,
      }));
      return largest(parts, before.step.seconds).map(
        ({ name, difference }) => `${name} ${sign(difference)}${timeText(Math.abs(difference))}`,
      );
    }
    case 'placement': {
      const each = ({ scenario: { model, placement, layout } }: SimulationResult) =>
        (model.routedExperts + placement.redundantExperts) / layout.ep;
      const [was, is] = [each(before), each(after)];
      return was === is ? [] : [text.sides.expertsPerRank(String(was), String(is))];
    }
    default:
      return [];
  }
}
