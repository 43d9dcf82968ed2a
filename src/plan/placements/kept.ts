import { moeLayerCount } from '../../scenario/moe-layers';
import type { Scenario } from '../../scenario/scenario';

/**
 * Why a placement that was searched for a job is none for its engine, as a sentence; `null` where it is one. Where popularity
 * is drawn, it is not known which experts are hot, and a file would only say what was drawn.
 */
export function whyNotKept({ model, routing, workload }: Scenario): string | null {
  const moe = moeLayerCount(model);
  const layers = routing.loads?.length ?? 0;
  if (workload.mode === 'train') return 'Trainers read no placement.';
  if (routing.distribution === 'trace')
    return 'One layer was replayed: without routing.distribution, the loads of the trace place all layers.';
  if (routing.distribution !== 'loads')
    return 'It is not known which experts of this job are popular: with its loads or a trace (routing.file) the placement can be saved.';
  return layers === moe
    ? null
    : `The loads are of ${layers} layers, and the model has ${moe} MoE layers: a file needs all of them.`;
}
