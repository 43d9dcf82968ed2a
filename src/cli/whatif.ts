import { runToEnd } from '../sim/simulate';
import { applyToFiles } from './apply';
import type { Call } from './args';
import type { Outcome } from './commands';
import { jobOf } from './jobs';
import { compactJson, refused, request, simulatedJson } from './simulated';
import { deltaText } from './text';
import { UsageError } from './usage';
import { compareVariants } from './variants/compare';
import { openWorkspace } from './workspace';

/** A job beside itself with changes, or beside the variants of it that scenario files describe. */
export function whatIf(call: Call): Outcome {
  if (call.changes.length + call.variants.length === 0)
    throw new UsageError('whatif takes at least one --change NAME=VALUE, or a --variant.');
  if (call.applies && call.variants.length > 0)
    throw new UsageError('--apply writes what --change says; a variant is a file of its own.');
  if (call.applies) return applyToFiles(call);
  return call.variants.length > 0 ? compareVariants(call) : compareChange(call);
}

function compareChange(call: Call): Outcome {
  const workspace = openWorkspace();
  const steps = workspace.engine.whatIf(jobOf(call, workspace), {
    ...request(call),
    changes: call.changes,
  });
  const { baseline, variant, delta, refused: against } = runToEnd(steps);
  const errors = against.map(({ rule, message }) => ({ rule, message }));
  const both = {
    changes: call.changes,
    baseline: simulatedJson(baseline, call, workspace),
    variant: simulatedJson(variant, call, workspace),
    errors,
  };
  const without = [baseline, variant].find(({ result }) => result === null);
  if (without) return refused(without, both, call, workspace);
  if (call.format === 'json') return { output: compactJson({ ...both, delta }), exitCode: 0 };
  const changes = call.changes.map(({ name, value }) => `${name}=${value}`).join(', ');
  const problems = errors.map(({ rule, message }) => `\n${rule}: ${message}`).join('');
  return { output: `${changes}\n${variant.sentence}${problems}\n\n${deltaText(delta)}\n`, exitCode: 0 };
}
