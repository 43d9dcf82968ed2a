import type { GpuRange } from '../worker/plan';
import { UsageError } from './usage';

/** More GPUs than any job has. */
const MOST_GPUS = 2 ** 20;

/**
 * Numbers of GPUs as `--gpus` writes them: `512`, `64,128,256`, or `64-512`.
 *
 * @throws UsageError for anything else
 */
export function gpuRanges(text: string): readonly GpuRange[] {
  return text.split(',').map((part) => {
    const [, from, to] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const range = { from: Number(from), to: Number(to ?? from) };
    if (range.from >= 1 && range.from <= range.to && range.to <= MOST_GPUS) return range;
    throw new UsageError(
      `--gpus is a number of GPUs, several with commas, or FROM-TO, each from 1 to ${MOST_GPUS}, not "${part.trim()}".`,
    );
  });
}
