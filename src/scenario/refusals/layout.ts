import type { FieldName } from '../field-name';
import { reason } from './reason';

interface Sizes {
  readonly tp: number;
  readonly pp: number;
  readonly cp: number;
  readonly etp: number;
  readonly ep: number;
}

/** The sizes that make the grids what they are. */
const splitting = (sizes: Sizes): readonly FieldName[] =>
  (['ep', 'etp', 'tp', 'pp', 'cp'] as const).flatMap((name) =>
    sizes[name] > 1 ? [`layout.${name}` as const] : [],
  );
const grids = ({ tp, pp, cp, etp, ep }: Sizes): string =>
  `TP ${tp}, PP ${pp}, CP ${cp}, ETP ${etp} and EP ${ep}`;

/** What may be wrong with parallel sizes, the machines that they fill, and the backend that joins them. */
export const layoutReasons = {
  'nodes-do-not-fit-layout': reason(
    'The GPUs of the nodes are no multiple of what the two grids need.',
    (sizes) => ['cluster.nodes', 'cluster.gpusPerNode', ...splitting(sizes)],
    ({
      nodes,
      gpusPerNode,
      smallest,
      ...sizes
    }: Sizes & { nodes: number; gpusPerNode: number; smallest: number }) =>
      `${nodes * gpusPerNode} GPUs (${nodes} × ${gpusPerNode}) cannot hold ${grids(sizes)}: the layout needs a multiple of ${smallest}.`,
  ),
  'world-does-not-fit-layout': reason(
    'The world size is no multiple of what the two grids need.',
    (sizes) => ['layout.worldSize', ...splitting(sizes)],
    ({ world, smallest, ...sizes }: Sizes & { world: number; smallest: number }) =>
      `A world of ${world} cannot hold ${grids(sizes)}: it must be a multiple of ${smallest}.`,
  ),
  'gpus-do-not-divide': reason(
    'The GPUs that are asked for are no multiple of the sizes that one engine has.',
    ({ change }) => [change, 'cluster.gpusPerNode', 'layout.tp', 'layout.pp'],
    ({ gpus, of, size, change }: { gpus: number; of: string; size: number; change: FieldName }) =>
      `${gpus} GPUs are not a multiple of ${of} = ${size}: change ${change}.`,
  ),
  'ep-is-tp-times-dp': reason(
    'Experts of vLLM are spread over TP × DP ranks, which the EP that is asked for is not.',
    ['layout.ep', 'layout.tp'],
    ({ ep, tp }: { ep: number; tp: number }) =>
      `EP ${ep} is TP × DP in vLLM, and TP ${tp} does not divide it: take a multiple of ${tp}.`,
  ),
  'dp-does-not-divide-tp': reason(
    'Attention data parallelism does not divide the ranks that SGLang calls TP.',
    ['layout.dp', 'layout.tp'],
    ({ tp, dp }: { tp: number; dp: number }) =>
      `DP attention divides TP: ${tp} is not a multiple of DP ${dp}.`,
  ),
  'ep-does-not-divide-tp': reason(
    'EP (with MoE data parallelism) does not divide the ranks that SGLang calls TP.',
    ['layout.ep', 'layout.tp'],
    ({ ep, moeDp, tp }: { ep: number; moeDp: number; tp: number }) =>
      `${moeDp > 1 ? `EP ${ep} × MoE-DP ${moeDp}` : `EP ${ep}`} does not divide TP ${tp}.`,
  ),
  'expert-grid-is-not-tp': reason(
    'TensorRT-LLM lays MoE-TP × MoE-EP × MoE-cluster over TP ranks, which their product is not.',
    ['layout.etp', 'layout.ep', 'layout.tp'],
    ({ etp, ep, cluster, ranks }: { etp: number; ep: number; cluster: number; ranks: number }) =>
      `MoE-TP ${etp} × MoE-EP ${ep} × MoE-cluster ${cluster} is not TP ${ranks}: the product must be ${ranks}.`,
  ),
  'ep-with-cp': reason(
    'TensorRT-LLM has no expert parallelism with context parallelism.',
    ['layout.ep', 'layout.cp'],
    ({ ep, cp }: { ep: number; cp: number }) =>
      `EP ${ep} and CP ${cp} cannot be combined in TensorRT-LLM: one of them is 1.`,
  ),
  'attention-dp-splits-no-heads': reason(
    'Attention data parallelism leaves attention whole, and a TP above 1 is asked for.',
    ['layout.tp', 'layout.attentionDataParallel'],
    () => 'Attention data parallelism leaves attention whole: TP is 1 and DP are the ranks.',
  ),
  'heads-do-not-divide': reason(
    'TP does not divide the attention heads.',
    ['layout.tp', 'model.attentionHeads'],
    ({ heads, tp }: { heads: number; tp: number }) =>
      `${heads} attention heads do not divide over TP ${tp}: take a TP that divides them.`,
  ),
  'stage-without-layer': reason(
    'There are more pipeline stages, or chunks of them, than layers.',
    ({ vpp }) => ['layout.pp', ...(vpp > 1 ? (['layout.vpp'] as const) : []), 'model.layers'],
    ({ pp, vpp, layers }: { pp: number; vpp: number; layers: number }) =>
      `${vpp > 1 ? `PP ${pp} × VPP ${vpp}` : `PP ${pp}`} leaves ${vpp > 1 ? 'chunks' : 'stages'} without a layer: the model has ${layers}.`,
  ),
  'rank-without-expert': reason(
    'There are more EP ranks than experts.',
    ['layout.ep', 'model.routedExperts'],
    ({ ep, experts }: { ep: number; experts: number }) =>
      `EP ${ep} leaves ranks without an expert: the model has ${experts}. Lower layout.ep.`,
  ),
  'experts-do-not-divide': reason(
    'The experts, redundant ones included, do not divide over the EP ranks.',
    ({ redundant }) => [
      'layout.ep',
      'model.routedExperts',
      ...(redundant > 0 ? (['placement.redundantExperts'] as const) : []),
    ],
    ({ physical, ep, redundant }: { physical: number; ep: number; redundant: number }) =>
      `${physical} experts${redundant > 0 ? ` (${redundant} of them redundant)` : ''} do not divide over EP ${ep}: take an EP that divides them${redundant > 0 ? ', or other placement.redundantExperts' : ''}.`,
  ),
  'beyond-nvlink-domain': reason(
    'One-sided NVLink stores into the memory of its peers and has no way over a NIC.',
    ['communication.backend', 'layout.ep', 'cluster.accelerator', 'cluster.scaleUpDomain'],
    ({ ranks, ep, gpu, domain }: { ranks: number; ep: number; gpu: string; domain: number }) =>
      `One-sided NVLink cannot join the ${ranks} ranks of EP ${ep}: ${gpu} has NVLink domains of ${domain}. Set cluster.accelerator, or another communication.backend.`,
  ),
  'order-of-other-grid': reason(
    'A rank order that has EP run through TP, CP and DP, where EP is not their product.',
    ['layout.order', 'layout.ep'],
    ({ order, ep, product }: { order: string; ep: number; product: number }) =>
      `The order ${order} has EP run through all of TP × CP × DP = ${product}, and EP is ${ep}: take another layout.order.`,
  ),
  'all-to-all-without-dp': reason(
    'An all-to-all is asked for that vLLM does not run without data parallelism.',
    ['communication.backend', 'layout.dp'],
    ({ backend }: { backend: string }) =>
      `vLLM runs no all-to-all with DP 1, so no ${backend}: TP all-reduces the results. Raise layout.dp, or take allgather-reducescatter.`,
  ),
  'contradicted-change': reason(
    'A change, or a pin of a scenario file, that other fields leave no room for.',
    ({ field }) => [field],
    ({ field, wanted, value }: { field: FieldName; wanted: string; value: string }) =>
      `${field} cannot be ${wanted}: the other fields make it ${value}.`,
  ),
  'part-not-found': reason(
    'A scenario file names a job, a part of it, a model or a file of numbers that is not there or cannot be used.',
    ({ field }) => [field],
    ({ sentence }: { field: FieldName; sentence: string }) => sentence,
  ),
};
