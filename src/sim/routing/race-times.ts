/**
 * Times at which a race is looked at, for integrals over time: t = scale·exp(s - exp(first - s)) for s in equal steps (the
 * double exponential rule for a half line: Takahasi and Mori, Publ. RIMS 9, 1974). `scale` is the time by which as many
 * racers are expected as are drawn; steps are equal in log t back to about the first arrival, which is long before where
 * rates differ much. The caller stops when too few are left to matter.
 */
export interface RaceTimes {
  readonly scale: number;
  readonly first: number;
  readonly step: number;
}

/** Where the steps start, before `first`: nobody has arrived by then, with probability 3e-8. */
const LEAD = 2.8;
/** Log of the times that equal racers need for as many arrivals as are usual over the time of the first. */
const USUAL_SPREAD = 2;
/** Times beyond this many scales are left out: racers that hardly ever arrive. */
const LAST_SCALES = 1e3;
/**
 * At most 8 draws are integrated to 1e-7 by this step, to 1e-6 where rates differ a thousandfold; more draws come more
 * sharply one after the other, as their square root.
 */
const STEP = 0.2;
const STEP_DRAWS = 8;

/** @param coarseness 1, or how many steps are taken as one: 2 leaves 3e-4 of a probability */
export function raceTimes(rates: ArrayLike<number>, draws: number, coarseness: number): RaceTimes {
  let live = 0;
  let total = 0;
  for (let racer = 0; racer < rates.length; racer++) {
    if (rates[racer]! > 0) live++;
    total += rates[racer]!;
  }
  const scale = timeOfArrivals(rates, Math.min(draws, live * 0.75));
  return {
    scale,
    first: Math.min(0, USUAL_SPREAD - Math.log(total * scale)),
    step: STEP * coarseness * Math.min(1, Math.sqrt(STEP_DRAWS / draws)),
  };
}

/** @param visit says whether to go on after a time and its weight */
export function forEachTime(
  { scale, first, step }: RaceTimes,
  visit: (time: number, weight: number) => boolean,
): void {
  for (let s = first - LEAD; ; s += step) {
    const lead = Math.exp(first - s);
    const time = scale * Math.exp(s - lead);
    if (time > scale * LAST_SCALES || !visit(time, step * time * (1 + lead))) return;
  }
}

/** Any time near it does as a scale. */
const SCALE_TOLERANCE = 0.01;

/** The time by which `arrivals` racers are expected, by bisection. */
function timeOfArrivals(rates: ArrayLike<number>, arrivals: number): number {
  const expectedBy = (time: number): number => {
    let sum = 0;
    for (let racer = 0; racer < rates.length; racer++) sum -= Math.expm1(-rates[racer]! * time);
    return sum;
  };
  let high = 1;
  while (expectedBy(high) < arrivals && high < 1e9) high *= 2;
  let low = high > 1 ? high / 2 : 0;
  while (high - low > SCALE_TOLERANCE * high && high > 1e-12) {
    const middle = (low + high) / 2;
    if (expectedBy(middle) < arrivals) low = middle;
    else high = middle;
  }
  return high;
}
