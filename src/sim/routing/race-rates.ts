import { type Recent, recent } from '../recent';
import { multiply, sumOf } from '../sums';
import { limitedRates, sumsOfGroups } from './limited-rates';
import { drawnKey, type Router, raceWeights, targetInclusion } from './popularity';
import { type Race, runRace } from './race';
import { inclusionOf } from './race-inclusion';
import type { Precision } from './race-states';
import { type ExpertGroups, expertGroups } from './routing';

/** A race and what comes of it. */
export interface RoutedRace {
  readonly race: Race;
  /** P(a token chooses the expert), [routedExperts], sums to topK. */
  readonly inclusion: Float64Array;
  /** What shares were multiplied by for that: 1 but for the error of integrals. */
  readonly scale: number;
}

/** The race of a layer, with the hits that were asked for last, by what is in the blocks. */
export interface LayerRace extends RoutedRace {
  readonly hits: Recent<Float64Array>;
}
/** Layouts differ in where their ranks are, but few in which experts are together. */
const PARTITIONS = 32;

/** Part of the choices that may go to other experts than it should when the fitting ends: less where loads were measured. */
const ALLOWED_ERROR = { measured: 0.0003, drawn: 0.003 };
const ROUNDS = 12;
/** A round that leaves more than this of the error before it is the last: the shares cannot be reached. */
const WORTHWHILE = 0.9;

/**
 * The race by which experts of a layer are chosen as often as they should. Rates by which they would have arrived at time
 * 1 give shares within 1 % of their targets without groups. Loads that were measured are to come out as they are, and a
 * group limit moves the shares of popular experts by a tenth and more: there the rates are fitted, as near as may be. Not
 * all targets can be reached: no more than `limit` groups can each have an expert that every token chooses.
 */
export function layerRace(router: Router, layer: number): LayerRace {
  const { distribution } = router.routing;
  const { groups, limit } = expertGroups(router.model);
  const known = drawnKey(router, layer) ?? `${distribution} ${targetInclusion(router, layer).join()}`;
  const key = `${groups} ${limit} ${router.model.topK} ${known}`;
  const before = races.get(key);
  if (before) return before;
  const race = { ...raceOf(router, layer), hits: recent<Float64Array>(PARTITIONS) };
  races.set(key, race);
  return race;
}

/** What-ifs, sweeps and the jobs of a workspace ask for few routers many times. A race is run again where its states are gone. */
const races = recent<LayerRace>(12);

function raceOf({ model, routing }: Router, layer: number): RoutedRace {
  const groups = expertGroups(model);
  const draws = Math.min(model.topK, model.routedExperts);
  const target = targetInclusion({ model, routing }, layer);
  const isLimited = groups.groups > 1;
  const isFitted = routing.distribution === 'loads' || (routing.distribution !== 'balanced' && isLimited);
  if (!isFitted) return routedRace(raceWeights(target), groups, draws, isLimited ? 'finest' : 'fine');
  const groupTarget = sumsOfGroups(target, groups);
  const allowed = ALLOWED_ERROR[routing.distribution === 'loads' ? 'measured' : 'drawn'];
  return fitted(
    { groups, draws, target, groupTarget, allowed },
    isLimited ? limitedRates(target, groups) : raceWeights(target),
  );
}

function routedRace(
  rates: Float64Array,
  groups: ExpertGroups,
  draws: number,
  precision: Precision,
): RoutedRace {
  const race = { rates: reachable(rates, groups, draws), groups, draws, precision };
  const inclusion = inclusionOf(runRace(race));
  const scale = draws / sumOf(inclusion);
  return { race, inclusion: multiply(inclusion, scale, 1), scale };
}

/** Within a group shares move by less than rates do: this power of the ratio takes a third fewer rounds than the ratio. */
const WITHIN_GROUP = 1.3;
/** Least rate beside the mean, where experts without load must be chosen too. */
const LAST_RESORT = 1e-6;

/** Where the groups that a token may use can have fewer experts with load than it needs, the others follow by chance. */
function reachable(rates: Float64Array, groups: ExpertGroups, draws: number): Float64Array {
  const least = (LAST_RESORT * sumOf(rates)) / rates.length;
  if (smallest(rates) > least) return rates;
  const live = groups.members.map((experts) => experts.filter((expert) => rates[expert]! > least).length);
  const fewest = live.filter((count) => count > 0).sort((a, b) => a - b);
  const certain = fewest.slice(0, groups.limit).reduce((sum, count) => sum + count, 0);
  if (fewest.length >= groups.limit && certain >= draws) return rates;
  return rates.map((rate) => Math.max(rate, least));
}

function smallest(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! < least) least = values[i]!;
  return least;
}

/** What rates are fitted to. */
interface Fit {
  readonly groups: ExpertGroups;
  readonly draws: number;
  readonly target: Float64Array;
  /** [groups] */
  readonly groupTarget: Float64Array;
  readonly allowed: number;
}

/** @returns the best of the rounds */
function fitted(fit: Fit, start: Float64Array): RoutedRace {
  const { target, groups, draws, allowed } = fit;
  let rates = start;
  let best: RoutedRace | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const tried = routedRace(rates, groups, draws, 'fine');
    const error = misplaced(target, tried.inclusion, draws);
    const isWorthwhile = error < WORTHWHILE * least;
    if (error < least) {
      best = tried;
      least = error;
    }
    if (error < allowed || !isWorthwhile) break;
    rates = corrected(fit, rates, tried.inclusion);
  }
  return best!;
}

/** Rates that bring groups, and experts within their group, nearer to their targets. */
function corrected(fit: Fit, rates: Float64Array, inclusion: Float64Array): Float64Array {
  const found = sumsOfGroups(inclusion, fit.groups);
  return rates.map((rate, expert) => {
    if (inclusion[expert]! <= 0) return rate;
    const group = fit.groups.groupOfExpert[expert]!;
    const ofGroup = fit.groupTarget[group]! / found[group]!;
    const own = fit.target[expert]! / inclusion[expert]! / ofGroup;
    return rate * ofGroup * own ** WITHIN_GROUP;
  });
}

/** Part of a token's choices that goes to other experts than it should. */
function misplaced(target: Float64Array, inclusion: Float64Array, draws: number): number {
  let sum = 0;
  for (let expert = 0; expert < target.length; expert++) {
    sum += Math.max(0, target[expert]! - inclusion[expert]!);
  }
  return sum / draws;
}
