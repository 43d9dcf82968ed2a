import { type VariantFigures, variantFigures } from '../../plan/variants';
import { type Change, compare, type DeltaRow } from '../../plan/whatif';
import type { Simulated } from '../../worker/analysis';
import { scenarioKey } from '../../worker/resolve-job';
import type { Call } from '../args';
import type { Outcome } from '../commands';
import { givenJob } from '../jobs';
import { tellingProgress } from '../progress';
import { compactJson, request, simulatedJson, whyNothing } from '../simulated';
import { openWorkspace, type Workspace } from '../workspace';
import { variantsOf } from './find';
import { variantsText } from './text';

/** A variant with what it comes to. */
export interface Compared {
  /** `null`: what `--change` says. */
  readonly name: string | null;
  readonly file: string | null;
  readonly changes: readonly Change[] | null;
  readonly simulated: Simulated;
  readonly figures: VariantFigures | null;
  readonly delta: readonly DeltaRow[];
  /** What the framework's rules hold against it: it would not start. */
  readonly errors: readonly { readonly rule: string; readonly message: string }[];
  readonly isBaseline: boolean;
}

/** What is to be simulated of a variant. */
interface Side extends Pick<Compared, 'name' | 'file' | 'changes'> {
  readonly run: () => Generator<number, Pick<Compared, 'simulated' | 'errors'>>;
}

/**
 * `whatif --variant`: the job as it is and its variants beside each other, what `--change` says among them. Exit code 2
 * where one of them has no figures.
 */
export function compareVariants(call: Call): Outcome {
  const workspace = openWorkspace();
  const given = givenJob(call, workspace);
  const asked = request(call);
  const found = variantsOf(call.variants, given, workspace);
  const { engine } = workspace;
  const changed: Side = {
    name: null,
    file: null,
    changes: call.changes,
    *run() {
      const { variant, refused: errors } = yield* engine.whatIf(given.job, {
        ...asked,
        changes: call.changes,
      });
      return { simulated: variant, errors };
    },
  };
  const sides: readonly Side[] = [
    ...(call.changes.length > 0 ? [changed] : []),
    ...found.map(
      ({ job, errors, ...about }): Side => ({
        ...about,
        *run() {
          return { simulated: yield* engine.simulate(job, asked), errors };
        },
      }),
    ),
  ];
  const { baseline, compared } = tellingProgress('whatif', inTurn(engine.simulate(given.job, asked), sides));
  const json = {
    baseline: simulatedJson(baseline, call, workspace),
    variants: compared.map((one) => variantJson(one, call, workspace)),
  };
  const message = baseline.result ? {} : { message: whyNothing(baseline, workspace) };
  const output = call.format === 'json' ? compactJson(json) : variantsText(baseline, compared, workspace);
  const isComplete = baseline.result !== null && compared.every(({ figures }) => figures);
  return { output, ...message, exitCode: isComplete ? 0 : 2 };
}

/** The baseline, then its variants. @yields the fraction done */
function* inTurn(
  first: Generator<number, Simulated>,
  sides: readonly Side[],
): Generator<number, { readonly baseline: Simulated; readonly compared: readonly Compared[] }> {
  const all = sides.length + 1;
  const baseline = yield* within(first, 0, all);
  const compared: Compared[] = [];
  for (const { run, ...about } of sides) {
    const { simulated, errors } = yield* within(run(), compared.length + 1, all);
    const { result } = simulated;
    compared.push({
      ...about,
      simulated,
      errors: errors.map(({ rule, message }) => ({ rule, message })),
      figures: result && variantFigures(result),
      delta: baseline.result && result ? compare(baseline.result, result) : [],
      isBaseline: isSame(baseline, simulated),
    });
  }
  return { baseline, compared };
}

const isSame = ({ scenario: one }: Simulated, { scenario: other }: Simulated): boolean =>
  one !== null && other !== null && scenarioKey(one) === scenarioKey(other);

/** Steps that are one of several, as fractions of all. */
function* within<T>(steps: Generator<number, T>, done: number, all: number): Generator<number, T> {
  let next = steps.next();
  while (!next.done) {
    yield (done + next.value) / all;
    next = steps.next();
  }
  return next.value;
}

function variantJson(one: Compared, call: Call, workspace: Workspace) {
  const { name, file, changes, simulated, delta, errors, isBaseline } = one;
  return {
    name,
    file,
    changes,
    isBaseline,
    errors,
    delta,
    variant: simulatedJson(simulated, call, workspace),
  };
}
