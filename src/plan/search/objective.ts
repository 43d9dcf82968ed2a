import type { Scenario } from '../../scenario/scenario';
import { type Figures, freeBytes, type MemoryFigures, type TimeFigures } from './figures';
import { remembered } from './remembered';

/** What is best: the shortest step, most tokens per second and GPU, most free memory, or the cheapest token. */
export const OBJECTIVES = ['step', 'tokens', 'memory', 'cost'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** What a configuration must keep to. */
export interface Limits {
  /** GiB that stay free on the fullest rank. */
  readonly memoryMarginGiB: number;
  readonly tpotMilliseconds: number | null;
  readonly ttftMilliseconds: number | null;
}

/** What a plan looks for where nobody says. */
export const usualObjective = ({ workload }: Pick<Scenario, 'workload'>): Objective =>
  workload.mode === 'train' ? 'step' : 'tokens';

export const NO_LIMITS: Limits = { memoryMarginGiB: 0, tpotMilliseconds: null, ttftMilliseconds: null };

const GIB = 2 ** 30;

/** Says why memory keeps a configuration out, as a family; `null` where it does not. */
export function memoryProblem({ memoryMarginGiB }: Limits): (figures: MemoryFigures) => string | null {
  const tooLittle = remembered((capacityBytes: number) => tooLittleMemory(capacityBytes, memoryMarginGiB));
  return (figures) => {
    const { kvSequences, capacityBytes } = figures;
    if (freeBytes(figures) < memoryMarginGiB * GIB) return tooLittle(capacityBytes);
    return kvSequences !== null && kvSequences.held < kvSequences.wanted
      ? 'KV cache: fewer sequences fit at a time than are asked for'
      : null;
  };
}

function tooLittleMemory(capacityBytes: number, marginGiB: number): string {
  const capacity = `${(capacityBytes / GIB).toFixed(1)} GiB`;
  return marginGiB > 0
    ? `Memory: leaves less than ${marginGiB} GiB free of ${capacity}`
    : `Memory: needs more than the ${capacity} of a GPU`;
}

/** Why its times keep a configuration out, as a family; `null` where they do not. */
export function timeProblem(
  { tpotMilliseconds, ttftMilliseconds }: TimeFigures,
  limits: Limits,
): string | null {
  if (exceeds(tpotMilliseconds, limits.tpotMilliseconds)) return `TPOT: above ${limits.tpotMilliseconds} ms`;
  return exceeds(ttftMilliseconds, limits.ttftMilliseconds)
    ? `TTFT: above ${limits.ttftMilliseconds} ms`
    : null;
}

const exceeds = (value: number | null, limit: number | null): boolean =>
  value !== null && limit !== null && value > limit;

/** Price of a million tokens where a GPU costs so much an hour. */
export const costPerMillionTokens = (
  { tokensPerSecondPerGpu }: TimeFigures,
  pricePerGpuHour: number,
): number => (pricePerGpuHour / 3600 / tokensPerSecondPerGpu) * 1e6;

/** Lower is better. With one price for all GPUs the cheapest token is the fastest per GPU. */
const measures: Readonly<Record<Objective, (figures: Figures) => number>> = {
  step: ({ seconds }) => seconds,
  tokens: ({ tokensPerSecondPerGpu }) => -tokensPerSecondPerGpu,
  memory: (figures) => -freeBytes(figures),
  cost: ({ tokensPerSecondPerGpu }) => -tokensPerSecondPerGpu,
};

/** Order of figures, best first: by the objective, then by throughput, then by free memory. */
export function betterBy(objective: Objective): (a: Figures, b: Figures) => number {
  const order = [measures[objective], measures.tokens, measures.memory];
  return (a, b) => {
    for (const measure of order) {
      const difference = measure(a) - measure(b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
