import type { Exploration } from '../../../src/panel/protocol';

export type Metric = 'step' | 'tokens';
type Tried = Exploration['sensitivities'][number]['tried'][number];
export type Figures = Exploration['present'];
/** A value that was tried and is legal. */
export type Legal = Tried & { readonly figures: Figures };

const GIB = 2 ** 30;

export const isLegal = (one: Tried): one is Legal => one.figures !== null;
export const freeGiB = ({ capacityBytes, peakBytes }: Figures): number => (capacityBytes - peakBytes) / GIB;
export const fits = ({ capacityBytes, peakBytes }: Figures): boolean => peakBytes <= capacityBytes;

/** How much better than now, as a fraction: a shorter step, or more tokens; below 0 it is worse. */
function gain(metric: Metric, now: Figures, then: Figures): number {
  return metric === 'step'
    ? 1 - then.seconds / now.seconds
    : then.tokensPerSecondPerGpu / now.tokensPerSecondPerGpu - 1;
}

/** What one knob does at best and at worst. */
export interface Spread {
  readonly name: string;
  readonly label: string;
  readonly best: { readonly gain: number; readonly tried: Legal } | null;
  readonly worst: { readonly gain: number; readonly tried: Legal } | null;
  readonly least: number;
  readonly most: number;
}

/** Below this a value changes nothing that anybody measures. */
const NOTHING = 5e-4;

/** The knobs that matter, most first. */
export function spreads({ present, sensitivities }: Exploration, metric: Metric): Spread[] {
  return sensitivities
    .map(({ name, label, tried }): Spread => {
      const legal = tried.filter(isLegal);
      const gains = legal
        .map((one) => ({ tried: one, gain: gain(metric, present, one.figures) }))
        .sort((a, b) => b.gain - a.gain);
      const [first, last] = [gains[0], gains.at(-1)];
      const free = [...legal.map(({ figures }) => freeGiB(figures)), freeGiB(present)];
      return {
        name,
        label,
        best: first && first.gain > NOTHING ? first : null,
        worst: last && last.gain < -NOTHING ? last : null,
        least: Math.min(...free),
        most: Math.max(...free),
      };
    })
    .sort((a, b) => widthOf(b) - widthOf(a));
}

const widthOf = ({ best, worst }: Spread): number => (best?.gain ?? 0) - (worst?.gain ?? 0);
