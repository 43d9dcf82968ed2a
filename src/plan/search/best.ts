import { type Figures, freeBytes } from './figures';

interface HasFigures {
  readonly figures: Figures;
}

/** What is kept of all that was added; what has some figures is made only where it is. */
export interface Kept<T> {
  readonly kept: readonly T[];
  readonly add: (figures: Figures, make: () => T) => void;
}

/** The best so many of what was added, best first; of equals those that came first. */
export function bestOf<T extends HasFigures>(
  count: number,
  order: (a: Figures, b: Figures) => number,
): Kept<T> {
  const kept: T[] = [];
  return {
    kept,
    add(figures, make) {
      const last = kept.at(-1);
      if (kept.length === count && (!last || order(figures, last.figures) >= 0)) return;
      let at = kept.length;
      while (at > 0 && order(figures, kept[at - 1]!.figures) < 0) at--;
      kept.splice(at, 0, make());
      if (kept.length > count) kept.pop();
    },
  };
}

/** What nothing exceeds in both throughput and free memory, fastest first; of equals the first. */
export function paretoFront<T extends HasFigures>(): Kept<T> {
  const kept: T[] = [];
  const speed = ({ figures }: T): number => figures.tokensPerSecondPerGpu;
  const free = ({ figures }: T): number => freeBytes(figures);
  return {
    kept,
    add(figures, make) {
      const ofAdded = { speed: figures.tokensPerSecondPerGpu, free: freeBytes(figures) };
      // The front falls in speed and grows in free memory: what is not slower ends before `at`, and its last has most room.
      let low = 0;
      let high = kept.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (speed(kept[middle]!) >= ofAdded.speed) low = middle + 1;
        else high = middle;
      }
      const faster = kept[low - 1];
      if (faster && free(faster) >= ofAdded.free) return;
      const start = faster && speed(faster) === ofAdded.speed ? low - 1 : low;
      let end = low;
      while (end < kept.length && free(kept[end]!) <= ofAdded.free) end++;
      kept.splice(start, end - start, make());
    },
  };
}
