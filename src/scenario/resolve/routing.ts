import { type Artefact, type Artefacts, fromArtefact, tableOf } from '../artefacts';
import { distributions, dropPolicies } from '../choices';
import type { FieldName } from '../field-name';
import type { LayerTable, RoutingScenario, WorkloadMode } from '../scenario';
import {
  amount,
  assumed,
  count,
  derived,
  oneOf,
  quiet,
  type Resolver,
  type Sourced,
  truth,
} from './resolver';

type Distribution = RoutingScenario['distribution'];

/**
 * Standard deviation of ln(expert popularity) where nothing is said.
 * Serving: reproduces the spread of expert load of DeepSeek-R1 on one kind of text (TensorRT-LLM tech blog 4, table 1;
 * one number fitted, the imbalance of ranks then comes out 14 % low).
 * Training mixes texts and balances its router: the Gini coefficient 0.105 of DeepSeek-MoE-16B (arXiv 2605.20982),
 * which for a lognormal is erf(sigma / 2).
 */
const measuredSigma = {
  serving: { value: 1.009, why: 'fitted to DeepSeek-R1 serving (TensorRT-LLM tech blog 4)' },
  training: { value: 0.187, why: 'Gini 0.105 measured on DeepSeek-MoE-16B (arXiv 2605.20982)' },
} as const;

/** Fitted to the same serving loads as the lognormal; it takes 19 % too much for the busiest expert. */
const measuredExponent = { value: 0.64, why: 'fitted to DeepSeek-R1 serving (TensorRT-LLM tech blog 4)' };

/** The routing fields, with what files of loads and traces say. */
export function resolveRouting(r: Resolver, mode: WorkloadMode, artefacts: Artefacts): RoutingScenario {
  const measured = measuredSigma[mode === 'train' ? 'training' : 'serving'];
  return {
    distribution: resolveDistribution(r, artefacts),
    sigma: r.take('routing.sigma', amount, assumed(measured.value as number, measured.why)),
    exponent: r.take('routing.exponent', amount, assumed(measuredExponent.value, measuredExponent.why)),
    seed: r.take('routing.seed', count, assumed(1, 'which experts are popular is not known')),
    layer: quiet<number | null>(r, 'routing.layer', count, null),
    capacityFactor: resolveCapacity(r),
    dropPolicy: r.take(
      'routing.dropPolicy',
      oneOf(...dropPolicies),
      derived<RoutingScenario['dropPolicy']>('probs', "Megatron-Core's default"),
    ),
    padToCapacity: resolvePadding(r),
    loads: table(r, 'routing.loads', artefacts.loads),
    trace: table(r, 'routing.trace', artefacts.trace),
  };
}

function resolveDistribution(r: Resolver, { loads, trace }: Artefacts): Distribution {
  const name = 'routing.distribution';
  const chosen = r.isOverridden(name)
    ? undefined
    : (
        [
          ['routing.sigma', 'lognormal', 'a skew is given'],
          ['routing.exponent', 'zipf', 'an exponent is given'],
        ] as const
      ).find(([field]) => r.isOverridden(field));
  if (chosen) return r.set<Distribution>(name, derived(chosen[1], chosen[2]));
  const accept = oneOf(...distributions);
  const recorded: Sourced<Distribution> | undefined = trace
    ? fromArtefact('trace', 'recorded tokens', trace)
    : loads && fromArtefact('loads', 'loads', loads);
  const given = r.given<Distribution>(name, accept);
  // Which of the kinds of routing a file holds is chosen, and its numbers are still the file's. A setting is a preference
  // for jobs of which nothing is recorded.
  const follows = given === undefined || given.value === recorded?.value || given.origin.kind === 'setting';
  if (recorded && follows) return r.set(name, recorded);
  return r.take(name, accept, assumed('lognormal', 'a measured preset; no trace is given'));
}

/** A negative factor is none: Megatron-LM (transformer_config.py) and MaxText (configs/base.yml) drop nothing then. */
function resolveCapacity(r: Resolver): number | null {
  const name = 'routing.capacityFactor';
  const [written] = r.facts(name);
  const isNone = typeof written?.value === 'number' && written.value < 0 && !r.isOverridden(name);
  return isNone
    ? r.set(name, { value: null, origin: { kind: 'fact', fact: written } })
    : quiet<number | null>(r, name, amount, null);
}

/** Megatron pads only where there is a capacity; it raises otherwise. */
function resolvePadding(r: Resolver): boolean {
  const flag = r.given('megatron.moePadExpertInputToCapacity', truth);
  const hasCapacity = r.given('routing.capacityFactor', amount) !== undefined;
  return r.take('routing.padToCapacity', truth, flag && hasCapacity ? flag : derived(false, 'not set'));
}

function table(r: Resolver, name: FieldName, artefact: Artefact | undefined): LayerTable | null {
  return artefact ? r.set(name, tableOf(artefact)) : null;
}
