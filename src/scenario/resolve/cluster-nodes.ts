import { derived, type Resolver } from './resolver';

/** Machines that so many ranks fill, for engines that say how many GPUs they take and not on how many machines. */
export function nodesFilled(r: Resolver, worldSize: number, gpusPerNode: number): number {
  const nodes = Math.max(1, Math.ceil(worldSize / gpusPerNode));
  return r.set('cluster.nodes', derived(nodes, 'world size / GPUs per node'));
}
