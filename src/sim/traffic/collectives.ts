import type { Scenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import type { CollectiveTraffic } from '../result';

const BF16_BYTES = 2;

/**
 * What moves around the experts beside dispatch and combine, on the two grids of Megatron-Core (serving engines keep
 * shared experts whole beside an all-to-all, and reduce over TP otherwise).
 *
 * - Experts over ETP: after the all-to-all each rank gathers the rows of its ETP peers, and scatters their sums before the
 *   way back: (ETP - 1) · rows · width · 2 B each, all peers loaded alike (MoEAlltoAllTokenDispatcher in
 *   megatron/core/transformer/moe/token_dispatcher.py). The flex and all-gather dispatchers send over ETP × EP
 *   instead: what they send is in the rows (placement/shards.ts).
 * - Shared experts over TP: an all-gather of the sequence and a reduce-scatter, (TP - 1) · tokens · hidden · 2 B each
 *   (SharedExpertMLP in megatron/core/transformer/moe/shared_experts.py).
 *
 * @param busiestRows rows that the fullest rank receives
 */
export function collectivesAround(
  { workload, communication, layout, model }: Scenario,
  tokensPerRank: number,
  busiestRows: number,
): CollectiveTraffic[] {
  if (workload.mode !== 'train') return [];
  const { tp, etp } = layout;
  const hasExpertTensor = etp > 1 && communication.backend === 'nccl-alltoall';
  const hasShared = tp > 1 && model.sharedExpertIntermediateSize > 0;
  return [
    ...(hasExpertTensor
      ? pair(
          'expert-tensor',
          etp,
          (etp - 1) * busiestRows * expertInputSize(model) * BF16_BYTES,
          `(ETP - 1) · rows · width · 2 B, ETP ${etp}`,
        )
      : []),
    ...(hasShared
      ? pair(
          'shared-experts',
          tp,
          (tp - 1) * tokensPerRank * model.hiddenSize * BF16_BYTES,
          `(TP - 1) · tokens · hidden · 2 B, TP ${tp}`,
        )
      : []),
  ];
}

function pair(
  of: CollectiveTraffic['of'],
  ranks: number,
  busiestBytes: number,
  note: string,
): CollectiveTraffic[] {
  return (['all-gather', 'reduce-scatter'] as const).map((collective) => ({
    of,
    collective,
    ranks,
    busiestBytes,
    note,
  }));
}
