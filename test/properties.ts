import { relative } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { expect } from 'vitest';

/**
 * What holds for every property test: a failure says the command that repeats it. `FC_SEED` and `FC_PATH` are what it
 * gives; a seed alone tries other values than the last run did.
 */
const { FC_SEED: seed, FC_PATH: path } = process.env;

function report(run: fc.RunDetails<unknown>): void {
  if (!run.failed) return;
  const { testPath = '', currentTestName = '' } = expect.getState();
  const found = `FC_SEED=${run.seed}${run.counterexamplePath ? ` FC_PATH=${run.counterexamplePath}` : ''}`;
  const name = JSON.stringify(currentTestName.replaceAll(' > ', ' '));
  const command = `${found} npx vitest run ${relative('.', testPath)} -t ${name}`;
  throw new Error(`${fc.defaultReportMessage(run)}\n\nRepeat it: ${command}`, { cause: run.errorInstance });
}

fc.configureGlobal({
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
  reporter: report,
});
