import type { Alltoallv, Matrix } from '../result';

/** What an equal-count `MPI_Alltoall` padded to the largest pair would send, beside what `MPI_Alltoallv` sends. */
export function alltoallv(rows: Matrix): Alltoallv {
  let largestCount = 0;
  let sum = 0;
  const { data } = rows;
  for (let at = 0; at < data.length; at++) {
    const count = data[at]!;
    sum += count;
    if (count > largestCount) largestCount = count;
  }
  return {
    paddedOverExact: sum === 0 ? 1 : (largestCount * rows.size * rows.size) / sum,
    largestCount,
  };
}
