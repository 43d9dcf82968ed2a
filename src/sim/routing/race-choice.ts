import { recent } from '../recent';
import type { Block, Choice } from './choice';
import { type GroupPatterns, groupPatterns } from './groups';
import { type Router, raceWeight, targetInclusion } from './popularity';
import { hitProbabilities, type Member } from './race';
import { type ExpertGroups, expertGroups } from './routing';

/** The distribution of one token's choice, by the race of race.ts. */
interface Race {
  /** [routedExperts] */
  readonly rates: Float64Array;
  readonly groups: ExpertGroups;
  /** Experts of each group. */
  readonly members: readonly (readonly number[])[];
  readonly topK: number;
  /** P(a token chooses the expert), [routedExperts], sums to topK. */
  readonly inclusion: Float64Array;
  readonly patterns: GroupPatterns;
  /** [groups][0 … topK] P(the group delivers that many experts). */
  readonly countOfGroup: readonly Float64Array[];
}

/** Rounds in which rates are fitted, and the largest relative error of an expert's share that ends them. */
const FITTING_ROUNDS = 8;
const FITTING_ERROR = 0.003;
/** Within a group shares move by less than rates do: this power of the ratio takes a third fewer rounds than the ratio. */
const WITHIN_GROUP = 1.3;
/** Rates are fitted on coarse integrals, whose own error is a tenth of that. */
const FITTING_COARSENESS = 2;
/** A round that leaves more than this of the error before it is the last: the shares cannot be reached. */
const WORTHWHILE = 0.8;

/** A router that chooses by the race, with the popularity of one layer. */
export function raceChoice(scenario: Router, layer: number): Choice {
  const race = fittedRace(scenario, layer);
  return { inclusion: race.inclusion, hits: (blocks) => blockHits(race, blocks) };
}

/** Rate at which each expert arrives, [routedExperts]; a token takes the k that arrive first. Not to be changed. */
export const raceRates = (scenario: Router, layer: number): Float64Array => fittedRace(scenario, layer).rates;

/**
 * Loads that were measured are to come out as they are, and a group limit moves the shares of popular experts by a tenth
 * and more: there the rates are fitted. Balanced popularity needs neither.
 */
const isFitted = ({ model, routing }: Router): boolean =>
  routing.distribution === 'loads' || (routing.distribution !== 'balanced' && expertGroups(model).groups > 1);

/** What-ifs, sweeps and the jobs of a workspace ask for few routers many times. A race takes up to 3 MB, most of it patterns. */
const races = recent<Race>(12);

function fittedRace(scenario: Router, layer: number): Race {
  const target = targetInclusion(scenario, layer);
  const { groups, limit } = expertGroups(scenario.model);
  const isToFit = isFitted(scenario);
  // All that the race depends on.
  const key = [groups, limit, scenario.model.topK, isToFit, target.join()].join(' ');
  const known = races.get(key);
  if (known) return known;
  // The rates by which experts would have arrived at time 1: a share is within 1 % of its target without groups.
  const starting = target.map(raceWeight);
  const rates = isToFit ? fittedRates(scenario, starting, target) : starting;
  const fitted = race(scenario, rates, 1);
  races.set(key, fitted);
  return fitted;
}

function fittedRates(scenario: Router, starting: Float64Array, target: Float64Array): Float64Array {
  const { groupOfExpert } = expertGroups(scenario.model);
  let rates = starting;
  let error = Number.POSITIVE_INFINITY;
  for (let round = 0; round < FITTING_ROUNDS; round++) {
    const { inclusion } = race(scenario, rates, FITTING_COARSENESS);
    const before = error;
    error = largestError(target, inclusion);
    if (error < FITTING_ERROR || error > WORTHWHILE * before) break;
    rates = corrected(rates, target, inclusion, groupOfExpert);
  }
  return rates;
}

/** Rates that bring groups, and experts within their group, nearer to their targets. */
function corrected(
  rates: Float64Array,
  target: Float64Array,
  inclusion: Float64Array,
  groupOfExpert: Uint16Array,
): Float64Array {
  const wanted = sumsOfGroups(target, groupOfExpert);
  const found = sumsOfGroups(inclusion, groupOfExpert);
  return rates.map((rate, expert) => {
    if (inclusion[expert]! <= 0) return rate;
    const group = groupOfExpert[expert]!;
    const ofGroup = wanted[group]! / found[group]!;
    return rate * ofGroup * (target[expert]! / inclusion[expert]! / ofGroup) ** WITHIN_GROUP;
  });
}

function sumsOfGroups(values: Float64Array, groupOfExpert: Uint16Array): Float64Array {
  const sums = new Float64Array(values.length);
  values.forEach((value, expert) => {
    sums[groupOfExpert[expert]!]! += value;
  });
  return sums;
}

function largestError(target: Float64Array, inclusion: Float64Array): number {
  return target.reduce(
    (most, share, expert) => (share > 0 ? Math.max(most, Math.abs(inclusion[expert]! / share - 1)) : most),
    0,
  );
}

function race(scenario: Router, rates: Float64Array, coarseness: number): Race {
  const groups = expertGroups(scenario.model);
  const topK = Math.min(scenario.model.topK, scenario.model.routedExperts);
  const members = Array.from({ length: groups.groups }, (): number[] => []);
  groups.groupOfExpert.forEach((group, expert) => {
    members[group]!.push(expert);
  });

  const ratesOf = members.map((experts) => Float64Array.from(experts, (expert) => rates[expert]!));
  const single = ratesOf.map((own) =>
    hitProbabilities(
      own,
      Array.from(own, (_, racer) => [{ racer, share: 1 }]),
      topK,
      coarseness,
    ),
  );
  const remaining = ratesOf.map((own, group) => remainingRates(own, single[group]!, topK));
  const patterns = groupPatterns(remaining, groups.limit, topK);
  const countOfGroup = countsOfGroups(patterns, topK);

  const inclusion = new Float64Array(rates.length);
  members.forEach((experts, group) => {
    experts.forEach((expert, i) => {
      inclusion[expert] = dot(countOfGroup[group]!, single[group]![i]!);
    });
  });
  // Quadrature leaves about 1e-9; the row sums of the traffic matrix are exact counts.
  const sum = inclusion.reduce((total, value) => total + value, 0);
  return {
    rates,
    groups,
    members,
    topK,
    inclusion: inclusion.map((value) => (value * topK) / sum),
    patterns,
    countOfGroup,
  };
}

/** [groups][0 … draws] P(the group delivers that many experts). */
function countsOfGroups({ groups, counts, probability }: GroupPatterns, draws: number): Float64Array[] {
  const distributions = Array.from({ length: groups }, () => new Float64Array(draws + 1));
  for (let pattern = 0; pattern < probability.length; pattern++) {
    const share = probability[pattern]!;
    for (let group = 0; group < groups; group++) {
      distributions[group]![counts[pattern * groups + group]!]! += share;
    }
  }
  return distributions;
}

/** [0 … draws] expected rate left in a group after that many of its experts arrived. */
function remainingRates(rates: Float64Array, hits: readonly Float64Array[], draws: number): Float64Array {
  const remaining = new Float64Array(draws + 1);
  for (let racer = 0; racer < rates.length; racer++) {
    for (let arrived = 0; arrived < Math.min(rates.length, draws + 1); arrived++) {
      remaining[arrived] = remaining[arrived]! + rates[racer]! * (1 - hits[racer]![arrived]!);
    }
  }
  return remaining;
}

/**
 * P(a token uses any of a block's experts), for each block; equal blocks (ranks that replicate each other)
 * once.
 */
function blockHits(race: Race, blocks: readonly Block[]): Float64Array {
  const keys = blocks.map((block) => JSON.stringify([...block]));
  const unequal = new Map(keys.map((key, b) => [key, blocks[b]!]));
  const hits = unequalBlockHits(race, [...unequal.values()]);
  const at = new Map([...unequal.keys()].map((key, i) => [key, i]));
  return Float64Array.from(keys, (key) => hits[at.get(key)!]!);
}

function unequalBlockHits(race: Race, blocks: readonly Block[]): Float64Array {
  const { groupOfExpert } = race.groups;
  /** Per block: the groups that it meets and P(hit) by number of experts that the group delivers. */
  const parts = blocks.map((): { group: number; hits: Float64Array }[] => []);
  race.members.forEach((experts, group) => {
    const racer = new Map(experts.map((expert, i) => [expert, i]));
    const present: number[] = [];
    const inGroup: Member[][] = [];
    blocks.forEach((block, b) => {
      const members: Member[] = [];
      for (const [expert, share] of block) {
        if (groupOfExpert[expert] === group) members.push({ racer: racer.get(expert)!, share });
      }
      if (members.length === 0) return;
      present.push(b);
      inGroup.push(members);
    });
    const rates = Float64Array.from(experts, (expert) => race.rates[expert]!);
    hitProbabilities(rates, inGroup, race.topK).forEach((hits, i) => {
      parts[present[i]!]!.push({ group, hits });
    });
  });
  return Float64Array.from(parts, (met) => {
    if (met.length === 0) return 0;
    if (met.length === 1) return dot(race.countOfGroup[met[0]!.group]!, met[0]!.hits);
    const { groups, counts, probability } = race.patterns;
    let miss = 0;
    for (let pattern = 0; pattern < probability.length; pattern++) {
      let missAll = probability[pattern]!;
      for (const { group, hits } of met) missAll *= 1 - hits[counts[pattern * groups + group]!]!;
      miss += missAll;
    }
    return 1 - miss;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
