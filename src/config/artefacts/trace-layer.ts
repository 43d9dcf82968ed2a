import type { StepVariation } from './artefact';
import type { IntegerRows } from './integer-rows';
import { resized } from './loads-builder';
import { TokenSample } from './token-sample';

/** Pairs are counted of one token in so many: all of them would take as long as all the rest. */
const PAIR_STRIDE = 8;
/** Pairs of more experts than this take more memory than they are worth. */
const MAX_PAIR_EXPERTS = 512;

/** What a row of a trace may have wrong. */
export interface RowFaults {
  /** Tokens with more or fewer experts than the first one of the layer. */
  uneven: number;
  outOfRange: number;
  repeated: number;
  unrouted: number;
}

/** Sums over one layer of a trace. */
export class TraceLayer {
  tokens = 0;
  topK = 0;
  /** Experts of the first token, which is what all others should have. */
  private usual = 0;
  experts = 0;
  pairTokens = 0;
  pairs = new Uint32Array(0);
  private totals = new Float64Array(64);
  private stepCounts = new Float64Array(64);
  /** Experts with a count in `stepCounts`: a step of a few tokens must not cost a look at all experts. */
  private touched = new Uint16Array(64);
  private touchedCount = 0;
  /** The token that chose an expert last, to see one that chooses twice. */
  private chosenBy = new Float64Array(64);
  private step: number | string | null = null;
  private readonly variation = new Welford();
  private readonly sample = new TokenSample();

  constructor(private readonly maxExperts: number) {}

  /** Adds the tokens of one record. Where `step` is another one than before, the one before is complete. */
  add(step: number | string | null, { values, ends, rows }: IntegerRows, faults: RowFaults): void {
    if (step !== this.step) this.endStep();
    this.step = step;
    let start = 0;
    for (let row = 0; row < rows; row++) {
      const end = ends[row]!;
      this.addToken(values, start, end, faults);
      start = end;
    }
  }

  private addToken(values: Int32Array, start: number, end: number, faults: RowFaults): void {
    const token = ++this.tokens;
    const length = end - start;
    if (token === 1) this.usual = length;
    else if (length !== this.usual) faults.uneven++;
    if (length > this.topK) this.topK = length;
    let isWhole = length === this.usual;
    for (let i = start; i < end; i++) {
      const expert = values[i]!;
      if (expert >= this.experts || expert < 0) {
        if (!this.admit(expert, faults)) {
          isWhole = false;
          continue;
        }
      }
      if (this.chosenBy[expert] === token) {
        faults.repeated++;
        isWhole = false;
      }
      this.chosenBy[expert] = token;
      if (this.stepCounts[expert]!++ === 0) this.touched[this.touchedCount++] = expert;
    }
    if (isWhole) this.sample.add(values, start, end);
    if (token % PAIR_STRIDE === 1) this.addPairs(values, start, end);
  }

  /** Makes room for an expert; false for what is none. */
  private admit(expert: number, faults: RowFaults): boolean {
    if (expert === -1) faults.unrouted++;
    else if (expert < 0 || expert >= this.maxExperts) faults.outOfRange++;
    if (expert < 0 || expert >= this.maxExperts) return false;
    this.experts = expert + 1;
    if (expert >= this.stepCounts.length) {
      const length = Math.max(expert + 1, this.stepCounts.length * 2);
      this.totals = resized(this.totals, length);
      this.stepCounts = resized(this.stepCounts, length);
      this.chosenBy = resized(this.chosenBy, length);
      const touched = new Uint16Array(length);
      touched.set(this.touched);
      this.touched = touched;
    }
    return true;
  }

  private addPairs(values: Int32Array, start: number, end: number): void {
    if (this.experts > MAX_PAIR_EXPERTS) return;
    this.pairTokens++;
    const size = pairIndex(0, this.experts);
    if (this.pairs.length < size) {
      const larger = new Uint32Array(pairIndex(0, this.stepCounts.length));
      larger.set(this.pairs);
      this.pairs = larger;
    }
    for (let i = start; i < end; i++) {
      const a = values[i]!;
      for (let j = i + 1; j < end; j++) {
        const b = values[j]!;
        if (a < b && a >= 0) this.pairs[pairIndex(a, b)]!++;
        else if (b < a && b >= 0) this.pairs[pairIndex(b, a)]!++;
      }
    }
  }

  private endStep(): void {
    let sum = 0;
    let most = 0;
    for (let i = 0; i < this.touchedCount; i++) {
      const expert = this.touched[i]!;
      const count = this.stepCounts[expert]!;
      sum += count;
      if (count > most) most = count;
      this.totals[expert]! += count;
      this.stepCounts[expert] = 0;
    }
    this.touchedCount = 0;
    if (sum > 0) this.variation.add(most, sum);
  }

  /** The sums over `experts` experts; nothing may be added after it. */
  finish(experts: number) {
    this.endStep();
    const hasPairs = this.experts <= MAX_PAIR_EXPERTS;
    const pairs = new Uint32Array(hasPairs ? pairIndex(0, experts) : 0);
    if (hasPairs) pairs.set(this.pairs.subarray(0, pairs.length));
    return {
      counts: resized(this.totals, experts),
      variation: this.variation.over(experts),
      pairs,
      pairTokens: hasPairs ? this.pairTokens : 0,
      choices: this.sample.finish(),
    };
  }
}

/** Index of the pair a < b; also the number of pairs among b experts, for a = 0. */
export const pairIndex = (a: number, b: number): number => (b * (b - 1)) / 2 + a;

/** Running mean and deviation of the largest share of one expert (Welford's update). */
class Welford {
  private n = 0;
  private mean = 0;
  private squares = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;

  add(most: number, sum: number): void {
    const share = most / sum;
    this.n++;
    const delta = share - this.mean;
    this.mean += delta / this.n;
    this.squares += delta * (share - this.mean);
    this.min = Math.min(this.min, share);
    this.max = Math.max(this.max, share);
  }

  /** With so many experts in all, a share times their number is the maximum over the mean. */
  over(experts: number): StepVariation {
    if (this.n === 0) return { steps: 0, mean: 0, standardDeviation: 0, min: 0, max: 0 };
    return {
      steps: this.n,
      mean: this.mean * experts,
      standardDeviation: Math.sqrt(this.squares / this.n) * experts,
      min: this.min * experts,
      max: this.max * experts,
    };
  }
}
