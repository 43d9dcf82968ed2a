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
function endOf(metric: Metric, now: Figures, tried: Legal): End {
  const { figures } = tried;
  const ratio =
    metric === 'step'
      ? figures.seconds / now.seconds
      : figures.tokensPerSecondPerGpu / now.tokensPerSecondPerGpu;
  return { gain: metric === 'step' ? 1 - ratio : ratio - 1, reach: Math.abs(Math.log(ratio)), tried };
}

/** One end of what a knob does. */
export interface End {
  readonly gain: number;
  /** Natural logarithm of the metric then over now, without sign: twice and half reach equally far. */
  readonly reach: number;
  readonly tried: Legal;
}

/** What one knob does at best and at worst. */
export interface Spread {
  readonly name: string;
  readonly label: string;
  readonly best: End | null;
  readonly worst: End | null;
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
      const gains = legal.map((one) => endOf(metric, present, one)).sort((a, b) => b.gain - a.gain);
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

const widthOf = ({ best, worst }: Spread): number => (best?.reach ?? 0) + (worst?.reach ?? 0);
