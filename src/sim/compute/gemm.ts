import type { Machine } from './machine';

/** Seconds of one GEMM forward, and of its GEMMs backward together: one for the input, and one for weights that are trained. */
export interface ForwardBackward {
  readonly forward: number;
  readonly backward: number;
}

/** Bytes per element of the wgrad's FP32 main gradient, read and written. */
const MAIN_GRADIENT_BYTES = 8;
const OUTPUT_BYTES = 2;
/** Bytes that quantising one element to FP8 moves: read BF16, write FP8 twice (row- and column-wise). */
const QUANTISE_BYTES = 4;

/** Rows and columns of the output that one thread block computes: the usual tile of cuBLAS and Transformer Engine kernels. */
const TILE = { rows: 128, columns: 256, fewestRows: 16 } as const;

/** Rows are expected values, sums of many floating-point terms: a hair above a whole tile is that tile. */
const HAIR = 1e-9;
const wholeUp = (amount: number): number => Math.ceil(amount - HAIR * Math.abs(amount));

/**
 * Issued over useful work of `copies` GEMMs side by side: outputs are computed in whole tiles, lower ones where rows are few,
 * and tiles in waves of one per streaming multiprocessor. Fewer tiles than that are split along the inner dimension.
 */
function quantization({ sms }: Machine, rows: number, columns: number, copies: number): number {
  const height = Math.min(TILE.rows, Math.max(TILE.fewestRows, 2 ** wholeUp(Math.log2(rows))));
  const down = wholeUp(rows / height);
  const across = Math.ceil(columns / TILE.columns);
  const tiles = copies * down * across;
  const waves = tiles < sms ? tiles / sms : Math.ceil(tiles / sms);
  const issued = waves * sms * height * TILE.columns;
  return issued / (copies * rows * columns);
}

/**
 * Time of `copies` GEMMs of `rows` × `outputs` × `inputs` as a smooth roofline, the 2-norm of compute and memory time.
 * Few rows make the weight and main-gradient bytes dominate, which replaces any efficiency curve over the shape.
 */
export function gemm(
  machine: Machine,
  precision: 'bf16' | 'fp8',
  rows: number,
  outputs: number,
  inputs: number,
  copies = 1,
): ForwardBackward {
  if (rows <= 0 || outputs <= 0 || inputs <= 0) return NO_TIME;
  const compute = (2 * rows * outputs * inputs) / machine.gemmFlops[precision];
  const width = precision === 'fp8' ? 1 : 2;
  const quantise = precision === 'fp8' ? QUANTISE_BYTES : 0;
  const [input, weight, output] = [rows * inputs, outputs * inputs, rows * outputs];
  const time = (bytes: number, m: number, n: number): number =>
    copies * Math.hypot(compute * quantization(machine, m, n, copies), bytes / machine.memoryBytes);
  const forward = time(width * (input + weight) + OUTPUT_BYTES * output + quantise * input, rows, outputs);
  const dgrad = time(width * (output + weight) + OUTPUT_BYTES * input + quantise * output, rows, inputs);
  if (!machine.weightGradients) return { forward, backward: dgrad };
  const wgrad = time(width * (input + output) + MAIN_GRADIENT_BYTES * weight, outputs, inputs);
  return { forward, backward: dgrad + wgrad };
}

/** Sum of times. */
export function sum(times: readonly ForwardBackward[]): ForwardBackward {
  let forward = 0;
  let backward = 0;
  for (const time of times) {
    forward += time.forward;
    backward += time.backward;
  }
  return { forward, backward };
}

export const NO_TIME: ForwardBackward = { forward: 0, backward: 0 };

/** Seconds of work that only moves bytes, with its backward pass as a multiple of the forward one. */
export const pointwise = (machine: Machine, bytes: number, backwardOverForward: number): ForwardBackward => {
  const forward = bytes / machine.memoryBytes;
  return { forward, backward: backwardOverForward * forward };
};
