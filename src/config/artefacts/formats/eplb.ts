import type { DocumentFormat } from '../format';
import { readKeyedRows } from '../keyed-rows';

const ID = { id: 'eplb', title: 'EPLB weights or placement' } as const;

/**
 * Arguments and results of EPLB, which has tensors and no file format (deepseek-ai/EPLB@d52c72d5: eplb.py,
 * rebalance_experts): expert loads [layers][experts] as a bare list, as `place --loads` takes them, or under a key; and
 * `phy2log` [layers][slots] as `place` prints it.
 */
export const eplb: DocumentFormat = {
  id: ID.id,
  hint: /"(phy2log|expert_loads?|expert_counts|tokens_per_expert)"/,
  read: (document) =>
    readKeyedRows(document, ID, {
      keys: {
        phy2log: 'placement',
        expert_load: 'loads',
        expert_loads: 'loads',
        expert_counts: 'loads',
        tokens_per_expert: 'loads',
      },
      looseKeys: { weight: 'loads', weights: 'loads', loads: 'loads', counts: 'loads' },
      bare: 'loads',
    }),
};
