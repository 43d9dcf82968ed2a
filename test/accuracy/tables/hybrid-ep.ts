import { accelerator } from '../../../src/catalog/accelerators';
import { type BlindRow, blindRow, blindSummary } from '../blind/blind-row';
import { type HybridEpRow, hybridEp, hybridEpB300, hybridEpMegatron } from '../hybrid-ep-measured';
import { commandOf } from '../measured';
import { type NetworkRun, networkResult, networkSetting } from '../network-run';
import type { AccuracyTable, Limits } from '../report/table';

const KERNELS = ['FP8 dispatch', 'BF16 dispatch', 'combine'] as const;
type Kernel = (typeof KERNELS)[number];

const runOf = ({ accelerator: id, ep, sms }: HybridEpRow, kernel: Kernel): NetworkRun => ({
  accelerator: id,
  backend: 'hybrid-ep',
  ep,
  tokensPerRank: 4096,
  sms,
  dispatchDtype: kernel === 'FP8 dispatch' ? 'fp8' : 'bf16',
  set: { 'model.routedExperts': 8 * ep },
});

/** H100: 4 and 16 SMs on two and four nodes; GB200: 8 and 16 ranks. */
const isFitted = ({ accelerator: id, ep, sms }: HybridEpRow): boolean =>
  id === 'h100-sxm' ? ep < 64 && sms !== 8 : id === 'gb200-nvl72' && ep < 24;

function rowOf(row: HybridEpRow, kernel: Kernel): BlindRow {
  const { traffic, time } = networkResult(runOf(row, kernel));
  const phase = kernel === 'combine' ? 'combine' : 'dispatch';
  const measured = traffic[phase].logicalBytes / row.ep / row.kernel[KERNELS.indexOf(kernel)]! / 1e3;
  const label = `${accelerator(row.accelerator).name} EP${row.ep}, ${row.sms} SMs, ${kernel}`;
  const use = isFitted(row) ? 'fitted' : 'not fitted';
  return blindRow(label, 'time', time[phase].microseconds, measured, time.basis, use);
}

const rowsOf = (on: (row: HybridEpRow) => boolean, kernels: readonly Kernel[]): BlindRow[] =>
  hybridEp.filter(on).flatMap((row) => kernels.map((kernel) => rowOf(row, kernel)));

/** Dispatch and combine of one run, by their times. */
function phaseRows(
  label: string,
  run: NetworkRun,
  measured: Record<'dispatch' | 'combine', number>,
): BlindRow[] {
  const { time } = networkResult(run);
  return (['dispatch', 'combine'] as const).map((phase) =>
    blindRow(`${label}, ${phase}`, 'time', time[phase].microseconds, measured[phase], time.basis),
  );
}

const b300Run: NetworkRun = {
  accelerator: 'b300-sxm',
  backend: 'hybrid-ep',
  ep: hybridEpB300.ep,
  tokensPerRank: 4096,
  sms: 16,
  dispatchDtype: 'bf16',
  set: { 'model.routedExperts': 8 * hybridEpB300.ep },
};

const megatronRun = (ep: number): NetworkRun => ({
  accelerator: 'h100-sxm',
  backend: 'hybrid-ep',
  ep,
  tokensPerRank: 4096,
  sms: 16,
  dispatchDtype: 'bf16',
  groups: [8, 4],
});

const isHopper = ({ accelerator: id }: HybridEpRow): boolean => id === 'h100-sxm';

function table(
  title: string,
  about: string,
  rows: readonly BlindRow[],
  run: NetworkRun,
  limits: Limits,
): AccuracyTable {
  return {
    title,
    unit: 'µs',
    about: `${about} ${blindSummary(rows)}`,
    rows,
    limits,
    command: commandOf(networkSetting(run)),
  };
}

const README =
  'deepseek-ai/DeepEP@41cad944 (branch hybrid-ep) docs/README_Hybrid-EP.md, 4096 tokens, 8 experts per rank, uniform routing.';

export function hybridEpTables(): AccuracyTable[] {
  const wide = ['BF16 dispatch', 'combine'] as const;
  const first = (on: (row: HybridEpRow) => boolean, kernel: Kernel) => runOf(hybridEp.find(on)!, kernel);
  return [
    table(
      'HybridEP, H100, 2 to 8 nodes',
      `${README} Times of the kernels: a bare call takes 0.1 to 2 ms more for copies between the user’s tensors and the registered buffers, which Megatron-Core and torchtitan fuse into the permutation.`,
      rowsOf(isHopper, wide),
      first(isHopper, 'BF16 dispatch'),
      { mean: 0.05, max: 0.22 },
    ),
    table(
      'HybridEP, Blackwell, one NVLink domain',
      `${README} Fitted on 8 and 16 ranks of GB200; 24 to 36 ranks and B200 were not used.`,
      rowsOf((row) => !isHopper(row), wide),
      first((row) => !isHopper(row), 'BF16 dispatch'),
      { mean: 0.02, max: 0.04 },
    ),
    table(
      'HybridEP, FP8 dispatch',
      `${README} Megatron-Core and torchtitan do not use it. On more than 16 ranks of one domain something else holds it up that BF16 does not meet: with 16 SMs it takes up to twice as long as predicted, and longer than BF16. Such a result says \`model\`.`,
      rowsOf(() => true, ['FP8 dispatch']),
      first(() => true, 'FP8 dispatch'),
      { mean: 0.15, max: 0.53 },
    ),
    table(
      'Held out: HybridEP as others measured it',
      'Megatron-Core MoE paper, Table 7: H100, 4096 BF16 tokens of DeepSeek-V3 with its own limit of 4 of 8 expert groups; 16 SMs, the default, as none are stated. deepseek-ai/DeepEP issue 590: B300, whose user found it slow; HybridEP used one of two ports of its NICs then (issue 566). The interval is since drawn from these rows too.',
      [
        ...hybridEpMegatron.flatMap((row) => phaseRows(`H100 EP${row.ep}`, megatronRun(row.ep), row)),
        ...phaseRows(`B300 EP${hybridEpB300.ep}`, b300Run, hybridEpB300),
      ],
      megatronRun(8),
      { median: 0.09, max: 0.7 },
    ),
  ];
}
