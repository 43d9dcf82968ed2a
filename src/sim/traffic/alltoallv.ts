import type { Alltoallv, Matrix } from '../result';

/** What an equal-count `MPI_Alltoall` padded to the largest pair would send, beside what `MPI_Alltoallv` sends. */
export function alltoallv(rows: Matrix): Alltoallv {
  let largestCount = 0;
  let sum = 0;
  for (const count of rows.data) {
    sum += count;
    if (count > largestCount) largestCount = count;
  }
  return {
    paddedOverExact: sum === 0 ? 1 : (largestCount * rows.size * rows.size) / sum,
    largestCount,
  };
}
