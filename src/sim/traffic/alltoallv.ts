import type { Alltoallv, Matrix } from '../result';

/**
 * What an equal-count `MPI_Alltoall` padded to the largest pair would send, beside what `MPI_Alltoallv` sends.
 *
 * @param sources rows that differ: 1 where all ranks send alike
 */
export function alltoallv({ size, data }: Matrix, sources = size): Alltoallv {
  let largestCount = 0;
  let sum = 0;
  for (let at = 0; at < sources * size; at++) {
    const count = data[at]!;
    sum += count;
    if (count > largestCount) largestCount = count;
  }
  return { paddedOverExact: sum === 0 ? 1 : (largestCount * sources * size) / sum, largestCount };
}
