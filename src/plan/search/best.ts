import { type Figures, freeBytes } from './figures';

interface HasFigures {
  readonly figures: Figures;
}

/** The best so many of what was added, best first; of equals those that came first. */
export function bestOf<T extends HasFigures>(count: number, order: (a: Figures, b: Figures) => number) {
  const best: T[] = [];
  return {
    best,
    add(found: T): void {
      const last = best.at(-1);
      if (best.length === count && last && order(found.figures, last.figures) >= 0) return;
      let at = best.length;
      while (at > 0 && order(found.figures, best[at - 1]!.figures) < 0) at--;
      best.splice(at, 0, found);
      if (best.length > count) best.pop();
    },
  };
}

/** What nothing exceeds in both throughput and free memory, fastest first; of equals the first. */
export function paretoFront<T extends HasFigures>() {
  const front: T[] = [];
  const speed = ({ figures }: T): number => figures.tokensPerSecondPerGpu;
  const free = ({ figures }: T): number => freeBytes(figures);
  return {
    front,
    add(found: T): void {
      // The front falls in speed and grows in free memory: what is not slower ends before `at`, and its last has most room.
      let low = 0;
      let high = front.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (speed(front[middle]!) >= speed(found)) low = middle + 1;
        else high = middle;
      }
      const faster = front[low - 1];
      if (faster && free(faster) >= free(found)) return;
      const start = faster && speed(faster) === speed(found) ? low - 1 : low;
      let end = low;
      while (end < front.length && free(front[end]!) <= free(found)) end++;
      front.splice(start, end - start, found);
    },
  };
}
