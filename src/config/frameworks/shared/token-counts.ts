import { entryOf } from '../../table';

/**
 * Counts with a suffix, as the engines' command lines take them.
 * - vLLM: `k`, `m`, `g`, `t` are powers of 1,000, with a fraction; `K`, `M`, `G`, `T` powers of 1,024
 *   (vllm-project/vllm: docs/cli/README.md, “Human-readable integer arguments”, and pull request 47608)
 * - SGLang: `k`, `M` are powers of 1,000, with a fraction; `Ki`, `Mi` powers of 1,024
 *   (sgl-project/sglang: pull request 20577)
 */
const SUFFIXES = {
  'vllm-tokens': {
    k: 1e3,
    m: 1e6,
    g: 1e9,
    t: 1e12,
    K: 2 ** 10,
    M: 2 ** 20,
    G: 2 ** 30,
    T: 2 ** 40,
  },
  'sglang-tokens': { k: 1e3, M: 1e6, Ki: 2 ** 10, Mi: 2 ** 20 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

export type TokenCount = keyof typeof SUFFIXES;

export const isTokenCount = (type: string): type is TokenCount => Object.hasOwn(SUFFIXES, type);

/** The number that `8192`, `128k` or `25.6k` is; `undefined` when it is none of the engine's. */
export function parseTokenCount(text: string, type: TokenCount): number | undefined {
  const [, digits = '', fraction = '', suffix = ''] = /^\+?(\d+)(\.\d+)?([A-Za-z]*)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const units: Readonly<Record<string, number>> = SUFFIXES[type];
  const unit = suffix === '' ? 1 : entryOf(units, suffix);
  if (unit === undefined || (fraction !== '' && (suffix === '' || unit % 1000 !== 0))) return undefined;
  const value = Math.round(Number(digits + fraction) * unit);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Words that leave the count to the engine, and suffixes that only some of its versions have. */
export const isOpenTokenCount = (text: string): boolean =>
  /^(auto|-1|none|null|\d+(\.\d+)?[A-Za-z]{1,2})$/i.test(text);
