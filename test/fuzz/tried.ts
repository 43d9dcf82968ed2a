import process from 'node:process';

/** How many times as much is tried as in a usual run: `FUZZ_RUNS=100 npx vitest run test/fuzz`. */
export const RUNS = Number(process.env.FUZZ_RUNS ?? 1);

/** Says of a failure in a loop at what it happened. */
export function tried(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
