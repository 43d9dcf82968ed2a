import type { DocumentFormat } from '../format';
import { readKeyedRows } from '../keyed-rows';

const ID = { id: 'sglang-expert-location', title: 'SGLang expert location' } as const;

/**
 * What `--init-expert-location` takes: `physical_to_logical_map` [layers][physical experts], or the `logical_count` of a
 * recorder's dump, [layers][experts] or [steps][layers][experts]. Layers are all of the model: dense ones have no tokens
 * (sgl-project/sglang@01fec5c2: python/sglang/srt/eplb/expert_location.py, compute_initial_expert_location_metadata;
 * expert_distribution.py, _StatAccumulator.dump).
 */
export const sglangLocation: DocumentFormat = {
  id: ID.id,
  hint: /"(physical_to_logical_map|logical_count)"/,
  read: (document) =>
    readKeyedRows(document, ID, {
      keys: { physical_to_logical_map: 'placement', logical_count: 'loads' },
      alone: {
        key: 'physical_to_logical_map',
        because: 'SGLang passes every key of such a file on, and knows no other one there',
      },
    }),
};
