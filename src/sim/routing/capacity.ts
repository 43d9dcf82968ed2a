/** In a list of chosen experts: the assignment was dropped. */
export const NO_EXPERT = 0xffff;

/**
 * Drops what one source rank's tokens choose of an expert beyond its capacity. `position` keeps the first tokens. `probs`
 * keeps those that want the expert most; the place of an expert among a token's choices stands for its probability
 * (`apply_router_token_dropping` in `megatron/core/transformer/moe/moe_utils.py`). How many are dropped is the same.
 *
 * @param chosen [tokens · topK] experts, the most wanted of each token first; dropped ones become NO_EXPERT
 */
export function dropBeyondCapacity(
  chosen: Uint16Array,
  limits: {
    readonly topK: number;
    readonly routedExperts: number;
    readonly capacity: number;
    readonly policy: 'probs' | 'position';
  },
): void {
  const { topK, policy } = limits;
  const taken = new Float64Array(limits.routedExperts);
  const take = (i: number) => {
    const expert = chosen[i]!;
    if (taken[expert]! >= limits.capacity) chosen[i] = NO_EXPERT;
    else taken[expert]!++;
  };
  if (policy === 'position') {
    for (let i = 0; i < chosen.length; i++) take(i);
    return;
  }
  for (let place = 0; place < topK; place++) {
    for (let i = place; i < chosen.length; i += topK) take(i);
  }
}

/**
 * E[max(0, X - capacity)] for X binomial(tokens, p): assignments beyond an expert's capacity when each of one source
 * rank's tokens chooses the expert independently. Summed from the capacity into the thinner tail, so that no mass
 * underflows before it counts; exact to rounding.
 */
export function binomialOverflow(tokens: number, p: number, capacity: number): number {
  const n = Math.round(tokens);
  const mean = n * p;
  if (capacity >= n) return 0;
  if (p >= 1) return n - capacity;
  // E[(X - c)+] = mean - c + E[(c - X)+].
  return capacity < mean ? mean - capacity + tailSum(n, p, capacity, -1) : tailSum(n, p, capacity, 1);
}

/** Σ |x - capacity| P(X = x) over x above (direction 1) or below (-1) the capacity. */
function tailSum(n: number, p: number, capacity: number, direction: 1 | -1): number {
  const odds = p / (1 - p);
  let x = capacity + direction;
  if (x < 0) return 0;
  let mass = Math.exp(logBinomialMass(n, x, p));
  let sum = 0;
  for (; x >= 0 && x <= n && mass > 0; x += direction) {
    const term = mass * Math.abs(x - capacity);
    sum += term;
    if (term < sum * 1e-14) break;
    mass *= direction > 0 ? ((n - x) / (x + 1)) * odds : x / (n - x + 1) / odds;
  }
  return sum;
}

function logBinomialMass(n: number, x: number, p: number): number {
  return logFactorial(n) - logFactorial(x) - logFactorial(n - x) + x * Math.log(p) + (n - x) * Math.log1p(-p);
}

/** ln(n!), by Stirling's series above 20 (error below 1e-10). */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
