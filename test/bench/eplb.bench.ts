import { bench, describe } from 'vitest';
import { rebalanceExperts } from '../../src/sim/placement/eplb/rebalance';
import { normals } from '../../src/sim/routing/random';

const loads = Array.from({ length: 58 }, (_, layer) => Array.from(normals(256, 1, layer), Math.exp));

/** DeepSeek-V3: 58 MoE layers of 256 experts. */
describe('EPLB', () => {
  bench('288 replicas on 144 GPUs, global', () => {
    rebalanceExperts(loads, { replicas: 288, groups: 8, nodes: 18, gpus: 144 });
  });
  bench('288 replicas on 32 GPUs of 4 nodes, hierarchical', () => {
    rebalanceExperts(loads, { replicas: 288, groups: 8, nodes: 4, gpus: 32 });
  });
});
