const TERM = /^\[([01](?:,[01])*)\](?:\*(\d+))?$/;
const MAX_LAYERS = 10_000;

/**
 * The list that Megatron's `--moe-layer-freq` expression stands for: `([0]*3+[1]*58)` is three dense layers
 * and 58 MoE layers (megatron/training/arguments.py, moe_freq_type). Only sums of `[0,1,…]*n` are understood,
 * nothing is executed; `undefined` for any other text.
 */
export function layerPattern(text: string): number[] | undefined {
  const bare = text.replace(/\s+/g, '').replace(/^(['"])(.*)\1$/, '$2');
  const inner = bare.startsWith('(') && bare.endsWith(')') ? bare.slice(1, -1) : bare;
  const layers: number[] = [];
  for (const term of inner.split('+')) {
    const match = TERM.exec(term);
    if (!match) return undefined;
    const items = match[1]!.split(',').map(Number);
    const times = Number(match[2] ?? 1);
    if (layers.length + items.length * times > MAX_LAYERS) return undefined;
    for (let i = 0; i < times; i++) layers.push(...items);
  }
  return layers;
}
