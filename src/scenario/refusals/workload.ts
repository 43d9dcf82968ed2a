import { type OpenSize, openLabels } from '../open-sizes';
import { reason } from './reason';

interface BatchOverOpenSizes {
  readonly globalBatch: number;
  readonly microBatch: number;
  readonly dp: number;
  readonly open: readonly OpenSize[];
}

/** What may be wrong with the work that a step is given. */
export const workloadReasons = {
  'no-tokens': reason(
    'No rank has a token to route.',
    ['workload.tokensPerRank'],
    ({ tokens, ranks }: { tokens: number; ranks: number }) =>
      `${tokens} tokens per rank over ${ranks} ranks leave none to route: raise workload.tokensPerRank.`,
  ),
  'batch-does-not-divide': reason(
    'The global batch is no multiple of the sequences that all data-parallel ranks take at a time.',
    ['workload.globalBatchSize', 'workload.microBatchSize', 'layout.dp'],
    ({ globalBatch, microBatch, dp }: { globalBatch: number; microBatch: number; dp: number }) =>
      `A global batch of ${globalBatch} is not a multiple of microbatch ${microBatch} × DP ${dp} = ${microBatch * dp}.`,
  ),
  'batch-over-open-sizes': reason(
    'The global batch does not divide over the ranks that are left with 1 for each size that the files leave open.',
    ({ open }: BatchOverOpenSizes) => open.map(({ name }) => name),
    ({ globalBatch, microBatch, dp, open }) =>
      `The file does not show ${openLabels(open)} (${open.map(({ expression }) => expression).join(', ')}): with 1 in their place, a global batch of ${globalBatch} is not a multiple of microbatch ${microBatch} × DP ${dp} = ${microBatch * dp}. Answer them in a scenario file.`,
  ),
  'overlap-of-other-mode': reason(
    'Training overlaps with another microbatch, serving with the other half of the batch.',
    ['workload.overlap', 'workload.mode'],
    ({ overlap, mode }: { overlap: string; mode: string }) =>
      `workload.overlap ${overlap} does not exist in workload.mode ${mode}: take ${mode === 'train' ? 'expert-parallel' : 'two-batch'}, or none.`,
  ),
};
