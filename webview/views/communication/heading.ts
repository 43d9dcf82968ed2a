import type { ComparisonEntry, SimulationResult } from '../../../src/sim/result';
import { bytes, times } from '../../format';
import type { Family } from '../../model/communication';
import { difference, reasonsOf } from '../../model/difference';
import { text as t } from './strings';

/** Relative difference from which on the textbook is said to be off. */
const AGREEMENT = 0.1;

function sentenceOf(family: Family, entry: ComparisonEntry): string | null {
  if (entry.exactBytes === 0) return entry.textbookBytes > 0 ? t.counts(t.short[family]) : null;
  const ratio = entry.exactBytes / entry.textbookBytes;
  if (Math.abs(ratio - 1) < AGREEMENT) return null;
  return ratio > 1
    ? t.understates(t.short[family], times(ratio))
    : t.overstates(t.short[family], times(1 / ratio));
}

/** How the bytes for experts differ between two layouts over a step, and what else does. */
export function differenceOf(before: SimulationResult, after: SimulationResult): string {
  const bytesOf = ({ comparison }: SimulationResult) => comparison.ep.exactBytesPerStep;
  return difference({
    what: t.differs(after.scenario.workload.mode === 'train'),
    before: bytesOf(before),
    after: bytesOf(after),
    as: bytes,
    reasons: reasonsOf('communication', before, after).map((one, index) => (index === 0 ? t.also(one) : one)),
  });
}

/** What the picture proves. */
export function headingOf({ comparison, scenario }: SimulationResult, scope: 'own' | 'step'): string {
  const { ep, tp, dp } = comparison;
  if (scope === 'step') {
    const all = ep.exactBytesPerStep;
    if (scenario.workload.mode !== 'train') return t.headServing(bytes(all), bytes(tp.exactBytesPerStep));
    const sync = dp.exactBytesPerStep;
    const amounts = [bytes(all), bytes(sync)] as const;
    if (all === 0 || sync === 0) return t.headStep(...amounts);
    return all >= sync
      ? t.headStepMore(...amounts, times(all / sync))
      : t.headStepLess(...amounts, times(sync / all));
  }
  const sentences = (['ep', 'dp'] as const)
    .map((family) => sentenceOf(family, comparison[family]))
    .filter((sentence) => sentence !== null);
  return sentences.length === 0 ? t.agrees : [...sentences, t.reasons].join(' ');
}
