/** Tokens of one layer that are kept at most: the load of one expert in 256 is then known within 3 %. */
const MAX_TOKENS = 2 ** 15;
/** Choices of one layer that are kept at most: half a megabyte. */
const MAX_CHOICES = 2 ** 18;
/** Tokens that there is room for at first; doubled as they come. */
const FIRST_TOKENS = 256;

/** Tokens of one layer with the experts that each chose, each recorded token as likely to be among them as any other. */
export interface TokenChoices {
  /** [tokens][perToken] in a row. */
  readonly experts: Uint16Array;
  readonly perToken: number;
}

/**
 * A uniform sample of a stream of tokens in constant memory (Vitter, Random sampling with a reservoir, ACM TOMS 11, 1985,
 * algorithm R). Random numbers are a fixed sequence: the same file gives the same sample. Holds only tokens whose experts are
 * all different and in range; their number per token is that of the first one.
 */
export class TokenSample {
  private experts = new Uint16Array(0);
  private perToken = 0;
  private capacity = 0;
  private seen = 0;
  private state = 1;

  /** Takes the ids from `start` to `end` as one token. */
  add(values: Int32Array, start: number, end: number): void {
    if (this.perToken === 0) this.begin(end - start);
    if (end - start !== this.perToken || this.perToken === 0) return;
    const place = this.seen++ < this.capacity ? this.seen - 1 : this.below(this.seen);
    if (place >= this.capacity) return;
    this.reserve(place + 1);
    // A loop: for so few numbers a view costs more than it saves.
    const { experts } = this;
    for (let from = start, to = place * this.perToken; from < end; from++, to++) experts[to] = values[from]!;
  }

  finish(): TokenChoices {
    const tokens = Math.min(this.seen, this.capacity);
    return { experts: this.experts.slice(0, tokens * this.perToken), perToken: this.perToken };
  }

  private begin(perToken: number): void {
    this.perToken = perToken;
    this.capacity = perToken === 0 ? 0 : Math.min(MAX_TOKENS, Math.floor(MAX_CHOICES / perToken));
  }

  private reserve(tokens: number): void {
    const held = this.experts.length / this.perToken;
    if (tokens <= held) return;
    const larger = new Uint16Array(Math.min(this.capacity, Math.max(FIRST_TOKENS, held * 2)) * this.perToken);
    larger.set(this.experts);
    this.experts = larger;
  }

  /** A whole number from 0 to `limit` - 1: xorshift32 (Marsaglia, Xorshift RNGs, J. Stat. Software 8, 2003). */
  private below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return Math.floor(((x >>> 0) / 2 ** 32) * limit);
  }
}
