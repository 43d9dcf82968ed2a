import type { ViewId } from '../../src/panel/protocol';
import type { SimulationResult } from '../../src/sim/result';
import { bytes, count, gibShort, signed, signedBytes, significant, times, timeText } from '../format';
import { text } from '../strings';
import { text as communicationText } from '../views/communication/strings';
import { text as memoryText } from '../views/memory/strings';
import { meanMemory, partsOf } from './memory';
import { partsOfSteps } from './step';

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

/** Below this relative difference a factor of the traffic is the same. */
const SAME_FACTOR = 0.005;

/** What multiplies out to a rank's traffic, as far as it differs: tokens, where they go, and what one copy weighs. */
function factorsOfTraffic(before: SimulationResult, after: SimulationResult): string[] {
  const t = text.sides.traffic;
  const goesFar = before.traffic.domains > 1 || after.traffic.domains > 1;
  const factors = [
    { say: t.tokens, of: ({ traffic }: SimulationResult) => traffic.tokensPerRank, as: count },
    goesFar
      ? { say: t.nodes, of: ({ traffic }: SimulationResult) => traffic.perToken.remoteNodes, as: significant }
      : {
          say: t.ranks,
          of: ({ traffic }: SimulationResult) => traffic.perToken.distinctRanks,
          as: significant,
        },
    { say: t.row, of: ({ traffic }: SimulationResult) => traffic.dispatch.rowBytes, as: bytes },
    { say: t.load, of: ({ traffic }: SimulationResult) => traffic.load.maxOverMean, as: times },
  ];
  return factors.flatMap(({ say, of, as }) => {
    const [was, is] = [of(before), of(after)];
    const differs = Math.abs(is - was) > SAME_FACTOR * Math.max(Math.abs(was), Math.abs(is));
    return differs ? [say(as(was), as(is))] : [];
  });
}

/** A quantity before and after a change. */
export interface Moved {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  /** The figure with so many significant digits, with its unit unless `unit` says it. */
  readonly as: (value: number, figures: number) => string;
  readonly unit?: string;
  readonly reasons: readonly string[];
}

const MOST_FIGURES = 5;

/** The difference in one sentence: which way, from what to what, by how much, and why where that is known. */
export function difference({ what, before, after, as, unit = '', reasons }: Moved): string {
  const t = text.sides;
  if (Math.abs(after - before) <= 1e-6 * Math.max(Math.abs(before), Math.abs(after)))
    return t.stays(what, as(before, 3) + unit);
  let figures = 3;
  while (figures < MOST_FIGURES && as(before, figures) === as(after, figures)) figures += 1;
  const moved = after > before ? t.rises : t.falls;
  const relative = before === 0 ? '' : `${signed((after / before - 1) * 100, 1)}%`;
  return moved(what, as(before, figures), as(after, figures) + unit, relative, reasons.join('; '));
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
    case 'traffic':
      return factorsOfTraffic(before, after);
    case 'communication':
      return largest(
        (['tp', 'dp', 'pp'] as const).map((family) => ({
          name: communicationText.short[family],
          difference:
            after.comparison[family].exactBytesPerStep - before.comparison[family].exactBytesPerStep,
        })),
        before.comparison.ep.exactBytesPerStep,
      ).map(({ name, difference }) => `${name} ${signedBytes(difference)}`);
    default:
      return [];
  }
}
