import type { Accelerator } from '../../catalog/accelerators';
import type { FrameworkId } from '../../config/fact';
import type { LayoutScenario, ModelScenario } from '../scenario';
import type { LayoutAndNodes } from './layout-sizes';
import { resolveOrder } from './rank-order';
import { assumed, positiveInteger, type Resolver } from './resolver';
import { servedBySglang } from './sglang-layout';
import { servedByTrtllm } from './trtllm-layout';
import { twoGrids } from './two-grids';
import { servedByVllm } from './vllm-layout';

/** Serving engines lay out attention and experts by rules of their own; all others have Megatron's two grids. */
const engineLayouts: Partial<Record<FrameworkId, (r: Resolver, gpusPerNode: number) => LayoutAndNodes>> = {
  vllm: servedByVllm,
  sglang: servedBySglang,
  trtllm: servedByTrtllm,
};

/** Layout fields, by the rules of the framework that the job runs on. */
export function resolveLayout(
  r: Resolver,
  framework: FrameworkId | null,
  model: ModelScenario,
  device: Accelerator,
): LayoutAndNodes & { readonly layout: LayoutScenario } {
  const gpusPerNode = r.take(
    'cluster.gpusPerNode',
    positiveInteger,
    assumed(device.gpusPerNode, `usual for ${device.name}`),
  );
  const engine = framework === null ? undefined : engineLayouts[framework];
  const sizes = engine ? engine(r, gpusPerNode) : twoGrids(r, framework, model, gpusPerNode);
  return { ...sizes, layout: { ...sizes.layout, order: resolveOrder(r, framework) } };
}
