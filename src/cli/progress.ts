/** A file that takes longer than a moment says how far it is. */
const PROGRESS_MILLISECONDS = 1_000;

/** Runs steps to their end, and says on a terminal how far they are when they take long. */
export function tellingProgress<T>(path: string, steps: Generator<number, T>): T {
  let next = steps.next();
  let told = Date.now();
  let isTold = false;
  while (!next.done) {
    if (process.stderr.isTTY && Date.now() - told > PROGRESS_MILLISECONDS) {
      process.stderr.write(`\rmoe-scope: ${path} ${Math.round(next.value * 100)} %`);
      told = Date.now();
      isTold = true;
    }
    next = steps.next();
  }
  if (isTold) process.stderr.write('\r\x1b[K');
  return next.value;
}
