const TOKEN = /\[[01](?:,[01])*\]|\d+|[()+*]/y;
const MAX_LAYERS = 10_000;

/**
 * The list that Megatron's `--moe-layer-freq` expression stands for: `([0]*3+[1]*58)` is three dense layers
 * and 58 MoE layers, `([1]*3+[0])*2` that pattern twice (megatron/training/arguments.py, moe_freq_type and the help
 * of the option). Only lists of 0 and 1, `+`, `*n` and brackets are understood, nothing is executed; `undefined`
 * for any other text.
 */
export function layerPattern(text: string): number[] | undefined {
  const bare = text.replace(/\s+/g, '').replace(/^(['"])(.*)\1$/, '$2');
  const tokens = tokensOf(bare);
  if (tokens === undefined) return undefined;
  const reader = new PatternReader(tokens);
  const layers = reader.sum();
  return reader.atEnd ? layers : undefined;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match || tokens.length > MAX_LAYERS) return undefined;
    tokens.push(match[0]);
  }
  return tokens;
}

/** Nested deeper than any pattern that someone writes by hand. */
const MAX_DEPTH = 50;

class PatternReader {
  private next = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get atEnd(): boolean {
    return this.next === this.tokens.length;
  }

  /** `a + b + …` */
  sum(): number[] | undefined {
    const layers = this.product();
    while (layers && this.take('+')) {
      const more = this.product();
      if (!more || layers.length + more.length > MAX_LAYERS) return undefined;
      layers.push(...more);
    }
    return layers;
  }

  /** `list * n` */
  private product(): number[] | undefined {
    let layers = this.list();
    while (layers && this.take('*')) {
      const times = Number(this.tokens[this.next++]);
      if (!Number.isInteger(times) || layers.length * times > MAX_LAYERS) return undefined;
      const once: number[] = layers;
      layers = Array.from({ length: times }, () => once).flat();
    }
    return layers;
  }

  private list(): number[] | undefined {
    const token = this.tokens[this.next++];
    if (token?.startsWith('[')) return token.slice(1, -1).split(',').map(Number);
    if (token !== '(' || ++this.depth > MAX_DEPTH) return undefined;
    const layers = this.sum();
    return this.take(')') ? layers : undefined;
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next++;
    return true;
  }
}
