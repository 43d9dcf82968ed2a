import type { Scenario } from '../../scenario/scenario';
import { type AliasTable, aliasTable, drawIndices } from './alias-table';
import { layerRace } from './race-rates';
import { type BitFiller, bitFiller, uniformGenerator } from './random';
import { type ExpertGroups, expertGroups } from './routing';

/** Writes the topK experts of each of a source rank's next tokens into `out`, the most wanted of a token first. */
export type NextTokens = (out: Uint16Array) => void;

/** The tokens of each source rank, one rank after the other. */
export type TokenSource = (source: number) => NextTokens;

/** Tokens that are drawn by the race of the expected engine, or replayed from a trace. */
export function tokensOfSources(scenario: Scenario, layer: number, tokensPerSource: number): TokenSource {
  const { distribution, trace, seed } = scenario.routing;
  if (distribution === 'trace' && trace !== null) {
    return (source) => replayedTokens(trace, source * tokensPerSource);
  }
  const topK = Math.min(scenario.model.topK, scenario.model.routedExperts);
  if (topK === 0) return () => () => undefined;
  const { rates } = layerRace(scenario, layer).race;
  return drawnTokens(rates, expertGroups(scenario.model), topK, seed);
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

/** Experts drawn ahead. */
const AHEAD = 2048;
/** Draws for one token after which drawing goes on without repeats: all popular experts are taken. */
const MOST_DRAWS = 256;
/** Groups that bits of a whole number can stand for; of more, which no known router has, experts are drawn without repeats. */
const MOST_GROUPS = 32;
/** Random stream of draws without repeats, apart from the others. */
const LAST_RESORT_STREAM = 2 ** 28;

/** Experts as they are drawn, and what tokens have used of them. */
interface Drawing {
  readonly groups: ExpertGroups;
  readonly topK: number;
  readonly table: AliasTable;
  readonly random: Int32Array;
  readonly ahead: Uint16Array;
  /** How many of them tokens have seen. */
  used: number;
  /** Number of the last token that used an expert: "used by this token" without clearing arrays. */
  token: number;
  readonly expertStamp: Int32Array;
  /** The same of a group, where a token draws without repeats. */
  readonly groupStamp: Int32Array;
}

/**
 * A token draws experts with probability proportional to their rate and throws repeats (and closed groups) away, which is
 * the race of race.ts.
 */
function drawnTokens(rates: Float64Array, groups: ExpertGroups, topK: number, seed: number): TokenSource {
  const drawing: Drawing = {
    groups,
    topK,
    table: aliasTable(rates),
    random: new Int32Array(AHEAD),
    ahead: new Uint16Array(AHEAD),
    used: AHEAD,
    token: 0,
    expertStamp: new Int32Array(rates.length),
    groupStamp: new Int32Array(groups.groups),
  };
  const draw = groups.groups === 1 ? drawFromAll : drawFromOpenGroups;
  return (source) => {
    const fill = bitFiller(seed, source + 1);
    const uniform = uniformGenerator(seed, LAST_RESORT_STREAM + source);
    drawing.used = AHEAD;
    return (out) => draw(drawing, out, fill, () => drawnWithoutRepeats(drawing, rates, uniform));
  };
}

/** @returns how many of the experts ahead have been used */
function drawAhead({ table, random, ahead }: Drawing, fill: BitFiller): number {
  fill(random);
  drawIndices(table, random, ahead);
  return 0;
}

type Draw = (drawing: Drawing, out: Uint16Array, fill: BitFiller, lastResort: () => number) => void;

// Both draw with signs of differences instead of branches that could not be foretold (1 for a stamp of an earlier token),
// and with state in local variables, as what an object keeps is stored at every draw. A draw that does not count is
// overwritten by the next.

const drawFromAll: Draw = (drawing, out, fill, lastResort) => {
  const { topK, ahead, expertStamp } = drawing;
  let { used, token } = drawing;
  for (let end = topK; end <= out.length; end += topK) {
    token++;
    let place = end - topK;
    for (let draws = 0; place < end && draws < MOST_DRAWS; draws++) {
      if (used === AHEAD) {
        used = drawAhead(drawing, fill);
      }
      const expert = ahead[used++]!;
      out[place] = expert;
      place += (expertStamp[expert]! - token) >>> 31;
      expertStamp[expert] = token;
    }
    drawing.token = token;
    for (; place < end; place++) out[place] = lastResort();
  }
  drawing.token = token;
  drawing.used = used;
};

const drawFromOpenGroups: Draw = (drawing, out, fill, lastResort) => {
  const { topK, ahead, expertStamp, groupStamp } = drawing;
  const { groups, limit, groupOfExpert } = drawing.groups;
  const most = groups <= MOST_GROUPS ? MOST_DRAWS : 0;
  let { used, token } = drawing;
  for (let end = topK; end <= out.length; end += topK) {
    token++;
    let place = end - topK;
    let left = most;
    let opened = 0;
    // Any group may open…
    for (let open = 0; open < limit && place < end && left > 0; left--) {
      if (used === AHEAD) {
        used = drawAhead(drawing, fill);
      }
      const expert = ahead[used++]!;
      const group = groupOfExpert[expert]!;
      out[place] = expert;
      place += (expertStamp[expert]! - token) >>> 31;
      open += ~(opened >>> group) & 1;
      opened |= 1 << group;
      expertStamp[expert] = token;
    }
    // … and then none; an expert of a closed group is as good as used.
    for (; place < end && left > 0; left--) {
      if (used === AHEAD) {
        used = drawAhead(drawing, fill);
      }
      const expert = ahead[used++]!;
      out[place] = expert;
      place += ((expertStamp[expert]! - token) >>> 31) & (opened >>> groupOfExpert[expert]!);
      expertStamp[expert] = token;
    }
    if (place === end) continue;
    drawing.token = token;
    for (let at = end - topK; at < place; at++) groupStamp[groupOfExpert[out[at]!]!] = token;
    for (; place < end; place++) out[place] = lastResort();
  }
  drawing.token = token;
  drawing.used = used;
};

/** Among the experts that a token may still use, one in proportion to its rate; any of them where none has a rate. */
function drawnWithoutRepeats(
  { groups, token, expertStamp, groupStamp }: Drawing,
  rates: Float64Array,
  uniform: () => number,
): number {
  const { limit, groupOfExpert } = groups;
  const isFull = groups.groups > 1 && groupStamp.filter((stamp) => stamp === token).length === limit;
  const left: number[] = [];
  let sum = 0;
  for (let expert = 0; expert < rates.length; expert++) {
    const isClosed = isFull && groupStamp[groupOfExpert[expert]!] !== token;
    if (isClosed || expertStamp[expert] === token) continue;
    left.push(expert);
    sum += rates[expert]!;
  }
  let at = uniform() * sum;
  const found = left.find((expert) => {
    at -= rates[expert]!;
    return at < 0;
  });
  const expert = found ?? left[Math.floor(uniform() * left.length)]!;
  expertStamp[expert] = token;
  groupStamp[groupOfExpert[expert]!] = token;
  return expert;
}
