import { assumptions } from '../scenario/assumptions';
import type { Simulated } from '../worker/analysis';
import type { Call } from './args';
import type { Outcome } from './commands';
import { refusalsJson, refusalsText } from './refusals';
import { resultJson } from './simulation-json';
import { readArtefacts } from './tables';
import type { Workspace } from './workspace';

/** Without indentation a matrix of 1,024 ranks stays loadable. */
export const compactJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** What a call asks of the engine, whatever the job is. */
export function request(call: Call) {
  const { engine, matrices, disabled } = call;
  const artefacts = readArtefacts(call.artefacts);
  // A report draws the matrix, whatever is printed.
  const needed = matrices || call.report !== null;
  return { settings: {}, overrides: call.set, artefacts, engine, matrices: needed, disabled } as const;
}

/** One job as JSON: its figures, or why it has none. */
export const simulatedJson = (one: Simulated, { matrices }: Call, workspace: Workspace) =>
  one.result
    ? resultJson(one.result, assumedOf(one), matrices)
    : { scenario: null, refusals: refusalsJson(one, workspace) };

const assumedOf = ({ scenario, provenance }: Simulated) =>
  scenario ? assumptions(scenario, provenance) : [];

/** A job without a result: JSON with the reasons where JSON was asked for, and the same for a reader on stderr. */
export function refused(
  simulated: Simulated,
  found: object,
  { format }: Call,
  workspace: Workspace,
): Outcome {
  const output = format === 'json' ? compactJson(found) : '';
  return { output, message: whyNothing(simulated, workspace), exitCode: 2 };
}

/** Why there is nothing to simulate, for a reader. */
export const whyNothing = (simulated: Simulated, workspace: Workspace): string =>
  `Nothing to simulate:\n${refusalsText(simulated, workspace)}`;
