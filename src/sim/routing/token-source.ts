import type { Scenario } from '../../scenario/scenario';
import { targetInclusion } from './popularity';
import { raceRates } from './race-choice';
import { uniformFiller, uniformGenerator } from './random';
import { expertGroups } from './routing';

/** Writes the topK experts of each of a source rank's next tokens into `out`, the most wanted of a token first. */
export type NextTokens = (out: Uint16Array) => void;

/** Random numbers drawn ahead. */
const AHEAD = 4096;
/** Repeats in a row after which drawing goes on without repeats: all popular experts are taken. */
const MOST_REPEATS = 64;

/** Random stream of draws without repeats, apart from the others. */
const LAST_RESORT_STREAM = 2 ** 28;
/** In place of a source rank: the tokens of trials. */
const TRIAL_STREAM = 2 ** 27;

/** The tokens of each source rank. */
export type TokenSource = (source: number) => NextTokens;

/**
 * The tokens of one source rank after another, drawn or replayed.
 *
 * @yields 0 while it prepares, every few thousand tokens
 */
export function* tokensOfSources(
  scenario: Scenario,
  layer: number,
  tokensPerSource: number,
): Generator<number, TokenSource, void> {
  const { distribution, trace } = scenario.routing;
  if (distribution === 'trace' && trace !== null) {
    return (source) => replayedTokens(trace, source * tokensPerSource);
  }
  return drawnTokens(scenario, yield* sampledRates(scenario, layer));
}

/** Tokens of a trial, in slices, and how often rates are corrected by one. */
const TRIAL_SLICE = 4096;
const TRIAL_SLICES = 16;
const TRIALS = 5;
/** Tokens by which a trial's counts are smoothed, so that rare experts do not follow chance. */
const SMOOTHING = 32;

/**
 * Rates by which experts come out as often as they should. Where a group limit meets skew, those of raceRates rest on an
 * approximation; trials correct them, to about 1 % for an expert of mean popularity.
 */
function* sampledRates(scenario: Scenario, layer: number): Generator<number, Float64Array, void> {
  let rates = raceRates(scenario, layer);
  const { model, routing } = scenario;
  if (routing.distribution === 'balanced' || expertGroups(model).groups === 1) return rates;
  const target = targetInclusion(scenario, layer);
  const topK = Math.min(model.topK, model.routedExperts);
  const chosen = new Uint16Array(TRIAL_SLICE * topK);
  for (let trial = 0; trial < TRIALS; trial++) {
    const next = drawnTokens(scenario, rates)(TRIAL_STREAM);
    const counts = new Float64Array(model.routedExperts);
    for (let slice = 0; slice < TRIAL_SLICES; slice++) {
      next(chosen);
      for (const expert of chosen) counts[expert]!++;
      yield 0;
    }
    const tokens = TRIAL_SLICE * TRIAL_SLICES;
    rates = rates.map(
      (rate, expert) => (rate * (target[expert]! * tokens + SMOOTHING)) / (counts[expert]! + SMOOTHING),
    );
  }
  return rates;
}

/** Recorded tokens in their order, from the first again after the last. */
function replayedTokens(trace: readonly (readonly number[])[], start: number): NextTokens {
  let next = start % trace.length;
  return (out) => {
    for (let at = 0; at < out.length; ) {
      const experts = trace[next]!;
      out.set(experts, at);
      at += experts.length;
      next = next + 1 === trace.length ? 0 : next + 1;
    }
  };
}

/**
 * A token draws experts with probability proportional to their rate and throws repeats (and closed groups) away, which is
 * the race of race.ts.
 */
function drawnTokens(scenario: Scenario, rates: Float64Array): TokenSource {
  const { routedExperts } = scenario.model;
  const topK = Math.min(scenario.model.topK, routedExperts);
  const { groups, limit, groupOfExpert } = expertGroups(scenario.model);
  const { threshold, choices } = aliasTable(rates);
  // Stamps say "already seen by this token" without clearing arrays between tokens.
  const expertStamp = new Int32Array(routedExperts);
  const groupStamp = new Int32Array(groups);
  let lastToken = 0;

  /** Among the experts still open, one in proportion to its rate; any of them where none has a rate. */
  const drawOpen = (token: number, openGroups: number, uniform: () => number): number => {
    const open: number[] = [];
    let sum = 0;
    for (let expert = 0; expert < routedExperts; expert++) {
      const isClosed = openGroups === limit && groupStamp[groupOfExpert[expert]!] !== token;
      if (isClosed || expertStamp[expert] === token) continue;
      open.push(expert);
      sum += rates[expert]!;
    }
    let at = uniform() * sum;
    const found = open.find((expert) => {
      at -= rates[expert]!;
      return at < 0;
    });
    return found ?? open[Math.floor(uniform() * open.length)]!;
  };

  const ahead = new Float64Array(AHEAD);
  return (source) => {
    const { seed } = scenario.routing;
    const fill = uniformFiller(seed, source + 1);
    const lastResort = uniformGenerator(seed, LAST_RESORT_STREAM + source);
    let used = AHEAD;
    return (out) => {
      // Local while drawing: what a closure keeps is stored at every draw.
      let at = used;
      let token = lastToken;
      for (let first = 0; first < out.length; first += topK) {
        token++;
        let openGroups = 0;
        let repeats = 0;
        const end = first + topK;
        for (let place = first; place < end; ) {
          let expert: number;
          if (repeats < MOST_REPEATS) {
            if (at === AHEAD) {
              fill(ahead);
              at = 0;
            }
            const drawn = ahead[at++]! * routedExperts;
            const index = Math.trunc(drawn);
            expert = choices[2 * index + Number(drawn >= threshold[index]!)]!;
            if (expertStamp[expert] === token) {
              repeats++;
              continue;
            }
          } else expert = drawOpen(token, openGroups, lastResort);
          const group = groupOfExpert[expert]!;
          if (groupStamp[group] !== token) {
            if (openGroups === limit) {
              repeats++;
              continue;
            }
            groupStamp[group] = token;
            openGroups++;
          }
          repeats = 0;
          expertStamp[expert] = token;
          out[place++] = expert;
        }
      }
      used = at;
      lastToken = token;
    };
  };
}

/**
 * Draws indices with probability proportional to `weights` in constant time: Walker's alias method as built by Vose
 * (IEEE Trans. Software Eng. 17, 1991). A number x in [i, i + 1) stands for `choices[2·i]`, index i itself, below
 * `threshold[i]`, and for `choices[2·i + 1]`, its alias, from there on: a look-up where a branch could not be foretold.
 */
function aliasTable(weights: Float64Array): { threshold: Float64Array; choices: Uint16Array } {
  const n = weights.length;
  const mean = weights.reduce((sum, w) => sum + w, 0) / n;
  const own = weights.map((w) => w / mean);
  const choices = Uint16Array.from({ length: 2 * n }, (_, i) => i >> 1);
  const small: number[] = [];
  const large: number[] = [];
  own.forEach((value, i) => {
    (value < 1 ? small : large).push(i);
  });
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.pop()!;
    choices[2 * low + 1] = high;
    own[high] = own[high]! + own[low]! - 1;
    (own[high]! < 1 ? small : large).push(high);
  }
  for (const i of [...small, ...large]) own[i] = 1;
  return { threshold: own.map((share, i) => i + share), choices };
}
