import { type Figures, freeBytes } from './figures';

interface HasFigures {
  readonly figures: Figures;
}

/** What is kept of all that was added; what has some figures is made only where it is. */
export interface Kept<T> {
  readonly kept: readonly T[];
  readonly add: (figures: Figures, make: () => T) => void;
  /** Whether something with such figures would be kept; if not, nothing that is worse in everything would. */
  readonly takes: (figures: Figures) => boolean;
}

/** The best so many of what was added, best first; of equals those that came first. */
export function bestOf<T extends HasFigures>(
  count: number,
  order: (a: Figures, b: Figures) => number,
): Kept<T> {
  const kept: T[] = [];
  const takes = (figures: Figures): boolean => {
    const last = kept.at(-1);
    return kept.length < count || (last !== undefined && order(figures, last.figures) < 0);
  };
  return {
    kept,
    takes,
    add(figures, make) {
      if (!takes(figures)) return;
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
  /** The front falls in speed and grows in free memory: so many are not slower, and the last of them has most room. */
  const fasterThan = ({ tokensPerSecondPerGpu }: Figures): number => {
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (speed(kept[middle]!) >= tokensPerSecondPerGpu) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const exceededAt = (at: number, figures: Figures): boolean => {
    const faster = kept[at - 1];
    return faster !== undefined && free(faster) >= freeBytes(figures);
  };
  return {
    kept,
    takes: (figures) => !exceededAt(fasterThan(figures), figures),
    add(figures, make) {
      const at = fasterThan(figures);
      if (exceededAt(at, figures)) return;
      const faster = kept[at - 1];
      const start = faster && speed(faster) === figures.tokensPerSecondPerGpu ? at - 1 : at;
      let end = at;
      while (end < kept.length && free(kept[end]!) <= freeBytes(figures)) end++;
      kept.splice(start, end - start, make());
    },
  };
}
