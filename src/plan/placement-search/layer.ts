import { uniformGenerator } from '../../sim/routing/random';

/** One layer's placement, and what it is judged by. */
export interface LayerProblem {
  /** [experts] tokens. */
  readonly loads: readonly number[];
  /** [slots] expert of each slot, in equal runs over the GPUs, and GPUs in equal runs over the nodes. */
  readonly slots: readonly number[];
  readonly gpus: number;
  readonly nodes: number;
  readonly topK: number;
  /** [tokens · topK] experts that tokens choose. */
  readonly tokens: Uint16Array;
}

/** Whether slots may change nodes, or only GPUs within their node: then no token is sent to another node than before. */
export type Reach = 'nodes' | 'gpus';

export interface LayerFigures {
  /** Fullest GPU over the mean. */
  readonly peak: number;
  /** Nodes that a token uses, mean over the tokens. */
  readonly nodesPerToken: number;
}

/** A placement of a layer under search. */
export interface LayerSearch {
  readonly slots: Int32Array;
  readonly figures: () => LayerFigures;
  /** Looks at one exchange of two slots, and makes it where it is better. */
  readonly look: () => void;
}

/** Share of the looks that start from the fullest GPU. */
const FROM_FULLEST = 0.5;
/** Less than this is rounding. */
const ROUNDING = 1e-12;

/**
 * A local search: exchanges of two slots, each made where it lowers the sum of peak load and nodes per token, both over what
 * the start has, and raises neither above the start.
 */
export function layerSearch(problem: LayerProblem, reach: Reach, seed: number): LayerSearch {
  const { loads, gpus, nodes, topK, tokens } = problem;
  const slots = Int32Array.from(problem.slots);
  const perGpu = slots.length / gpus;
  const gpusPerNode = gpus / nodes;
  const experts = loads.length;
  const copies = new Uint32Array(experts);
  for (const expert of slots) copies[expert]!++;
  const gpuOf = (slot: number): number => Math.floor(slot / perGpu);
  const nodeOf = (slot: number): number => Math.floor(gpuOf(slot) / gpusPerNode);
  const perCopy = loads.map((load, expert) => load / copies[expert]!);

  const onGpu = new Float64Array(gpus);
  /** [nodes, experts] share of an expert's tokens that go to a node. */
  const share = new Float64Array(nodes * experts);
  slots.forEach((expert, slot) => {
    onGpu[gpuOf(slot)]! += perCopy[expert]!;
    share[nodeOf(slot) * experts + expert]! += 1 / copies[expert]!;
  });
  const mean = onGpu.reduce((sum, load) => sum + load, 0) / gpus || 1;

  const count = tokens.length / topK;
  const tokensOf = Array.from({ length: experts }, (): number[] => []);
  tokens.forEach((expert, at) => {
    tokensOf[expert]!.push(Math.floor(at / topK));
  });
  const missOf = (token: number, node: number): number => {
    let miss = 1;
    for (let at = token * topK; at < (token + 1) * topK; at++) {
      miss *= Math.max(0, 1 - share[node * experts + tokens[at]!]!);
    }
    return miss;
  };
  /** [tokens, nodes] chance that a token does not use a node. */
  const miss = Float64Array.from({ length: count * nodes }, (_, at) =>
    missOf(Math.floor(at / nodes), at % nodes),
  );
  let used = count * nodes - miss.reduce((sum, one) => sum + one, 0);
  let peak = onGpu.reduce((most, load) => Math.max(most, load), 0);
  const start = { peak, used };
  const worth = (highest: number, all: number): number =>
    highest / start.peak + (start.used === 0 ? 0 : all / start.used);

  const uniform = uniformGenerator(seed, 0);
  const pick = (below: number): number => Math.floor(uniform() * below);
  const stamp = new Int32Array(count).fill(-1);
  let looks = 0;

  const exchangeShares = (a: number, b: number, p: number, q: number, sign: 1 | -1): void => {
    share[p * experts + a]! -= sign / copies[a]!;
    share[q * experts + a]! += sign / copies[a]!;
    share[p * experts + b]! += sign / copies[b]!;
    share[q * experts + b]! -= sign / copies[b]!;
  };
  /** Nodes that all tokens use after an exchange whose shares are made; `keep` notes it. */
  const usedAfter = (a: number, b: number, p: number, q: number, keep: boolean): number => {
    let after = used;
    const mark = ++looks;
    for (const expert of [a, b]) {
      for (const token of tokensOf[expert]!) {
        if (stamp[token] === mark) continue;
        stamp[token] = mark;
        for (const node of [p, q]) {
          const now = missOf(token, node);
          after += miss[token * nodes + node]! - now;
          if (keep) miss[token * nodes + node] = now;
        }
      }
    }
    return after;
  };
  const holds = (gpu: number, expert: number): boolean =>
    slots.subarray(gpu * perGpu, (gpu + 1) * perGpu).includes(expert);

  return {
    slots,
    figures: () => ({ peak: peak / mean, nodesPerToken: count === 0 ? 0 : used / count }),
    look() {
      let fullest = 0;
      for (let gpu = 1; gpu < gpus; gpu++) if (onGpu[gpu]! > onGpu[fullest]!) fullest = gpu;
      const i = uniform() < FROM_FULLEST ? fullest * perGpu + pick(perGpu) : pick(slots.length);
      const first = reach === 'gpus' ? nodeOf(i) * gpusPerNode * perGpu : 0;
      const j = first + pick(reach === 'gpus' ? gpusPerNode * perGpu : slots.length);
      const [a, b, g, h] = [slots[i]!, slots[j]!, gpuOf(i), gpuOf(j)];
      if (a === b || g === h || holds(g, b) || holds(h, a)) return;
      const moved = perCopy[a]! - perCopy[b]!;
      const [toG, toH] = [onGpu[g]! - moved, onGpu[h]! + moved];
      let highest = Math.max(toG, toH);
      for (let gpu = 0; gpu < gpus; gpu++) {
        if (gpu !== g && gpu !== h && onGpu[gpu]! > highest) highest = onGpu[gpu]!;
      }
      if (highest > start.peak) return;
      const [p, q] = [nodeOf(i), nodeOf(j)];
      let after = used;
      if (p !== q) {
        exchangeShares(a, b, p, q, 1);
        after = usedAfter(a, b, p, q, false);
      }
      const isBetter = after <= start.used && worth(highest, after) < worth(peak, used) - ROUNDING;
      if (!isBetter) {
        if (p !== q) exchangeShares(a, b, p, q, -1);
        return;
      }
      if (p !== q) used = usedAfter(a, b, p, q, true);
      [slots[i], slots[j]] = [b, a];
      onGpu[g] = toG;
      onGpu[h] = toH;
      peak = highest;
    },
  };
}
