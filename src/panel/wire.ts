import type { Matrix } from '../sim/result';
import type { ToWebview } from './protocol';

// How what the page is told goes over the line: VS Code copies it several times, and 1,024 ranks have a matrix of 4 MB. Where
// ranks send alike, which is all of them but those with other tokens, it holds the same rows over and over.

/** A matrix with each of its rows once: row r is the `rowOf[r]`-th of `rows`, [distinct rows, size]. */
interface RepeatedRows {
  readonly size: number;
  readonly rowOf: Uint16Array;
  readonly rows: Float32Array;
}

/** With more distinct rows, looking for them takes longer than they save. */
const MOST_DISTINCT = 32;

/** The matrix in its distinct rows; itself where it has many. */
export function withoutRepetition(matrix: Matrix): Matrix | RepeatedRows {
  const { size, data } = matrix;
  const rowOf = new Uint16Array(size);
  /** The row of the matrix in which each distinct one stands first. */
  const firsts: number[] = [];
  const isSame = (a: number, b: number): boolean => {
    for (let k = 0; k < size; k++) if (data[a * size + k] !== data[b * size + k]) return false;
    return true;
  };
  for (let row = 0; row < size; row++) {
    let at = firsts.findIndex((first) => isSame(first, row));
    if (at < 0) at = firsts.push(row) - 1;
    if (firsts.length > MOST_DISTINCT || firsts.length > Math.max(1, size / 4)) return matrix;
    rowOf[row] = at;
  }
  const rows = new Float32Array(firsts.length * size);
  firsts.forEach((first, at) => {
    rows.set(data.subarray(first * size, (first + 1) * size), at * size);
  });
  return { size, rowOf, rows };
}

/** The matrix as it was, in single precision. */
export function withRepetition(sent: Matrix | RepeatedRows): Matrix {
  if ('data' in sent) return sent;
  const { size, rowOf, rows } = sent;
  const data = new Float32Array(size * size);
  rowOf.forEach((at, row) => {
    data.set(rows.subarray(at * size, (at + 1) * size), row * size);
  });
  return { size, data };
}

interface WithMatrices {
  readonly rows: Matrix;
  readonly nodeRows: Matrix;
}

type Each = (matrix: never) => unknown;

const ofTraffic = <T extends WithMatrices>(traffic: T, each: Each) => ({
  ...traffic,
  rows: each(traffic.rows as never),
  nodeRows: each(traffic.nodeRows as never),
});

const ofSide = (side: Extract<ToWebview, { type: 'show' }>['baseline'], each: Each) => ({
  ...side,
  result: { ...side.result, traffic: ofTraffic(side.result.traffic, each) },
});

/** A message with something else in place of each of its matrices. */
function mapMatrices(message: ToWebview, each: Each): unknown {
  switch (message.type) {
    case 'show':
    case 'variant': {
      const { whatIf } = message;
      return {
        ...message,
        ...(message.type === 'show' ? { baseline: ofSide(message.baseline, each) } : {}),
        whatIf: whatIf && { ...whatIf, variant: ofSide(whatIf.variant, each) },
      };
    }
    case 'layer': {
      const { traffic, variant } = message;
      return {
        ...message,
        traffic: traffic && ofTraffic(traffic, each),
        variant: variant && ofTraffic(variant, each),
      };
    }
    default:
      return message;
  }
}

/** What is posted to the page for a message. */
export const pack = (message: ToWebview): unknown => mapMatrices(message, withoutRepetition);

/** The message that was posted. */
export const unpack = (posted: ToWebview): ToWebview => mapMatrices(posted, withRepetition) as ToWebview;
