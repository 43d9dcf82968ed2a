/** Microseconds of FP8 dispatch, BF16 dispatch and combine (BF16); `null` where nothing was published. */
type Times = readonly [fp8: number | null, bf16: number | null, combine: number | null];

/** One run of MoRI-EP: hidden 7168, top-8 of 256 experts unless said otherwise, drawn at random. */
export interface MoriRow {
  readonly accelerator: 'mi300x' | 'mi355x';
  readonly source: 'readme' | 'pull72' | 'pull538' | 'ep8' | 'ep16' | 'ep4Mi350x' | 'ep8Mi350x';
  readonly ep: number;
  readonly tokensPerRank: number;
  readonly experts?: readonly [routed: number, topK: number];
  readonly times: Times;
  readonly use: 'fitted' | 'not fitted';
}

export const MORI_SOURCES = {
  readme: 'ROCm/mori@05bb5f40 README.md (MI300X, ConnectX-7)',
  pull72: 'ROCm/mori pull request 72 (MI300X, ConnectX-7)',
  pull538: 'ROCm/mori pull request 538 (MI300X)',
  ep8: 'ROCm/mori@ac97b1d6 docs/EP8.en.md (MI355X)',
  ep16: 'ROCm/mori@ac97b1d6 docs/EP16.en.md (MI355X, Pensando 400 Gb/s)',
  ep4Mi350x: 'ROCm/mori@b6c868c0 docs/ep4_mi350x_tuning_results.md',
  ep8Mi350x: 'ROCm/mori@1084b514 docs/ep8_mi350x_tuning_results.md',
} as const;

const rowsOf = (
  common: Pick<MoriRow, 'accelerator' | 'source' | 'ep' | 'experts'>,
  fitted: readonly number[],
  rows: readonly (readonly [tokensPerRank: number, ...times: Times])[],
): MoriRow[] =>
  rows.map(([tokensPerRank, ...times]) => ({
    ...common,
    tokensPerRank,
    times,
    use: fitted.includes(tokensPerRank) ? 'fitted' : 'not fitted',
  }));

/**
 * Where GB/s were printed they are rows × hidden × bytes per element, without scales, of distinct ranks (within a node) or distinct
 * nodes with the own one (across nodes) per token (docs/EP16.en.md): 5.295 and 1.993 of DeepSeek-V3's experts, 3.614 over 4 nodes.
 */
export const moriMi300x: readonly MoriRow[] = [
  ...rowsOf(
    { accelerator: 'mi300x', source: 'readme', ep: 8 },
    [128, 4096],
    [
      [128, 35, null, 47],
      [4096, 506, null, 942],
    ],
  ),
  // 32 and 80 compute units: the mean of the two at 4096 tokens.
  ...rowsOf(
    { accelerator: 'mi300x', source: 'readme', ep: 16 },
    [128, 4096],
    [
      [128, 115, null, 141],
      [4096, 977, null, 2320],
    ],
  ),
  ...rowsOf(
    { accelerator: 'mi300x', source: 'readme', ep: 32 },
    [],
    [
      [128, 157, null, 280],
      [4096, 1862, null, 4244],
    ],
  ),
  ...rowsOf({ accelerator: 'mi300x', source: 'pull72', ep: 16 }, [], [[4096, 1062, 1623, null]]),
  // Distinct ranks of top-6 of 384 experts on 8 ranks: 4.430.
  ...rowsOf(
    { accelerator: 'mi300x', source: 'pull538', ep: 8, experts: [384, 6] },
    [],
    [
      [64, 30.8, 37.6, 30.6],
      [128, 38.3, 50.5, 43.0],
      [256, 54.9, 78.2, 68.6],
      [512, 82.5, 129.0, 119.5],
      [1024, 137.8, 232.3, 210.5],
      [2048, 245.4, 433.5, 399.0],
      [4096, 458.0, 836.4, null],
    ],
  ),
];

export const moriMi355x: readonly MoriRow[] = [
  ...rowsOf(
    { accelerator: 'mi355x', source: 'ep8', ep: 8 },
    [1, 64, 768, 4096, 32768],
    [
      [1, 28.6, 32.4, 19.4],
      [2, 27.4, 31.7, 18.8],
      [4, 27.9, 32.2, 19.8],
      [8, 28.0, 32.7, 19.9],
      [16, 28.1, 33.0, 21.8],
      [32, 28.5, 33.0, 24.2],
      [64, 31.3, 37.4, 28.3],
      [128, 39.5, 51.9, 40.1],
      [256, 59.0, 81.2, 63.2],
      [512, 89.9, 137.2, 107.8],
      [768, 116.8, 187.0, 155.3],
      [4096, 469.0, 863.0, 741.1],
      [8192, 888.9, 1681.7, 1461.1],
      [16384, 1722.5, 3298.2, 2895.5],
      [32768, 3393.1, 6543.7, 5749.1],
    ],
  ),
  // The mean over ranks and rounds.
  ...rowsOf(
    { accelerator: 'mi355x', source: 'ep16', ep: 16 },
    [1, 64, 768, 8192, 32768],
    [
      [1, 52.45, 48.3, 66.29],
      [16, 53.28, 55.99, 71.49],
      [32, 57.93, 67.09, 81.81],
      [64, 72.05, 97.54, 104.05],
      [128, 91.86, 122.02, 126.91],
      [256, 123.34, 171.75, 182.0],
      [512, 158.71, 250.24, 282.64],
      [768, 217.36, 345.74, 391.86],
      [4096, 925.81, 1709.39, 1692.97],
      [8192, 1733.14, 3066.71, 3129.66],
      [16384, 3062.0, 5716.82, 6200.72],
      [32768, 5529.2, 10944.25, 12340.53],
    ],
  ),
  ...rowsOf(
    { accelerator: 'mi355x', source: 'ep4Mi350x', ep: 4 },
    [],
    [
      [64, 30.4, null, 32.1],
      [128, 39.0, null, 46.6],
      [256, 56.7, null, 76.4],
      [512, 93.2, null, 135.8],
      [1024, 161.8, null, 254.9],
      [2048, 291.7, null, 492.5],
      [4096, 552.9, null, 988.9],
    ],
  ),
  ...rowsOf(
    { accelerator: 'mi355x', source: 'ep8Mi350x', ep: 8 },
    [],
    [
      [64, 32.1, null, 28.5],
      [128, 39.9, null, 39.7],
      [256, 58.1, null, 62.2],
      [512, 87.9, null, 105.5],
      [1024, 142.6, null, 193.3],
      [2048, 247.6, null, 366.4],
      [4096, 454.2, null, 713.4],
    ],
  ),
];
