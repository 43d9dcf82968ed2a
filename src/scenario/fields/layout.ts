import { accelerators } from '../../catalog/accelerators';
import { rankOrders } from '../choices';
import {
  choice,
  type Field,
  flag,
  integer,
  LARGEST_EP,
  LARGEST_LAYERS,
  LARGEST_WORLD,
  number,
  SMALLEST_AMOUNT,
} from './field';

/** Parallel sizes, and the machines that they lie on. */
export const layoutFields: readonly Field[] = [
  integer(
    'layout.tp',
    'TP',
    'Tensor parallel size: ranks that split each attention and dense matrix.',
    1,
    LARGEST_WORLD,
  ),
  integer(
    'layout.pp',
    'PP',
    'Pipeline parallel size: stages that hold consecutive layers.',
    1,
    LARGEST_WORLD,
  ),
  integer('layout.cp', 'CP', 'Context parallel size: ranks that split each sequence.', 1, LARGEST_WORLD),
  integer('layout.dp', 'DP', 'Data parallel size of the dense part of the model.', 1, LARGEST_WORLD),
  integer(
    'layout.ep',
    'EP',
    'Expert parallel size: ranks that one set of experts is spread over.',
    1,
    LARGEST_EP,
  ),
  integer(
    'layout.etp',
    'ETP',
    'Expert tensor parallel size: ranks that split each expert.',
    1,
    LARGEST_WORLD,
  ),
  integer('layout.edp', 'EDP', 'Expert data parallel size: copies of one set of experts.', 1, LARGEST_WORLD),
  integer('layout.vpp', 'VPP', 'Model chunks per pipeline rank (interleaved schedule).', 1, LARGEST_LAYERS),
  integer('layout.worldSize', 'World size', 'Ranks (GPUs) of one job.', 1, LARGEST_WORLD),
  flag(
    'layout.sequenceParallel',
    'Sequence parallel',
    'Activations outside attention are split over the tensor parallel ranks.',
  ),
  flag(
    'layout.expertParallelEnabled',
    'Expert parallel',
    'Experts are spread over ranks instead of being split by tensor parallelism.',
  ),
  flag(
    'layout.attentionDataParallel',
    'Attention DP',
    'Attention runs data parallel inside the tensor parallel group.',
  ),
  choice(
    'layout.order',
    'Rank order',
    rankOrders,
    'Which dimension of the grids world ranks run through first; decides which ranks share a node.',
  ),
  choice(
    'cluster.accelerator',
    'Accelerator',
    Object.keys(accelerators),
    'GPU or TPU that one rank runs on.',
  ),
  integer('cluster.nodes', 'Nodes', 'Machines of the job.', 1, LARGEST_WORLD),
  integer('cluster.gpusPerNode', 'GPUs per node', 'Accelerators in one machine.', 1, LARGEST_WORLD),
  integer(
    'cluster.scaleUpDomain',
    'Scale-up domain',
    'Ranks that reach each other over NVLink or xGMI.',
    1,
    LARGEST_WORLD,
  ),
  number(
    'cluster.scaleUpGBps',
    'Scale-up bandwidth',
    'GB/s',
    'One direction, per GPU, into the scale-up fabric.',
    SMALLEST_AMOUNT,
  ),
  number(
    'cluster.scaleOutGBps',
    'NIC bandwidth',
    'GB/s',
    'One direction, per GPU, into the scale-out network.',
    SMALLEST_AMOUNT,
  ),
  number('cluster.memoryGiB', 'GPU memory', 'GiB', 'Memory of one accelerator.', SMALLEST_AMOUNT),
];
