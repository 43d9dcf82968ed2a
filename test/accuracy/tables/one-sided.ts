import type { WireDtype } from '../../../src/scenario/scenario';
import { commandOf } from '../measured';
import { oneSided, oneSidedNarrow, oneSidedTokens } from '../network-measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { bothPhases, type MeasuredRun } from './phases';

/** One expert per rank: a token then uses min(EP, 8) different ranks, as the benchmark's perfect router makes it. */
function perfectlyRouted(ep: number, tokensPerRank: number, dispatchDtype: WireDtype): NetworkRun {
  return {
    accelerator: 'gb200-nvl72',
    backend: 'nvlink-one-sided',
    ep,
    tokensPerRank,
    dispatchDtype,
    set: { 'model.routedExperts': ep },
  };
}

export const oneSidedRuns: readonly MeasuredRun[] = oneSided.flatMap(({ ep, dispatch, combine }) =>
  oneSidedTokens.map((tokens, i) => ({
    run: perfectlyRouted(ep, tokens, 'bf16'),
    dispatch: dispatch[i]!,
    combine: combine[i]!,
    use: 'fitted' as const,
  })),
);

function narrowRow(dtype: 'fp8' | 'fp4', name: string): AccuracyRow {
  const { time } = networkResult(perfectlyRouted(8, 2048, dtype));
  return {
    label: `GB200 EP8, 2048 tokens, ${name} dispatch`,
    measured: oneSidedNarrow[dtype],
    predicted: time.dispatch.microseconds,
    use: 'not fitted',
  };
}

export function oneSidedTables(): AccuracyTable[] {
  return [
    {
      title: 'One-sided NVLink, GB200 NVL72',
      unit: 'µs',
      about: `NVIDIA/TensorRT-LLM tech blog 18, BF16, EP8 and EP32. Its benchmark sends every token to min(EP, 8) different ranks (\`--perfect_router\` of tests/microbenchmarks/bench_moe_comm.py), which one expert per rank reproduces; with 256 experts chosen at random a token uses fewer ranks (5.3 of 8 at EP8, 7.7 at EP64) and takes that much less.`,
      rows: [
        ...oneSidedRuns.flatMap((one) => bothPhases(one)),
        narrowRow('fp8', 'MXFP8'),
        narrowRow('fp4', 'NVFP4'),
      ],
      limits: { mean: 0.03, max: 0.08 },
      target: { mean: 0.08 },
      command: commandOf(networkSetting(oneSidedRuns[0]!.run)),
    },
  ];
}
