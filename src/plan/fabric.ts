import { accelerator } from '../catalog/accelerators';
import type { Scenario } from '../scenario/scenario';
import type { SimulationResult } from '../sim/result';

type Cluster = Pick<Scenario, 'cluster'>;
type Bound = SimulationResult['time']['dispatch']['boundBy'];

/** The ranks that reach each other without the NIC: `the 8 GPUs of one node`. */
export const scaleUpText = ({ cluster }: Cluster): string =>
  `the ${cluster.scaleUpDomain} GPUs of one ${outermost({ cluster })}`;

/** What an exchange waits for: `the NIC`, `NVLink`, on other accelerators the name of their own fabric. */
export function boundName(bound: Bound, { cluster }: Cluster): string {
  switch (bound) {
    case 'nic':
      return 'the NIC';
    case 'nvlink':
      return accelerator(cluster.accelerator).scaleUpLink;
    case 'sm':
      return 'the SMs that copy';
    case 'latency':
      return 'latency';
  }
}

/** What a token leaves only by the NIC: a node, or where one fabric joins several nodes, that: `NVLink domain`. */
export function outermost({ cluster }: Cluster): 'node' | `${string} domain` {
  if (cluster.scaleUpDomain <= cluster.gpusPerNode) return 'node';
  return `${accelerator(cluster.accelerator).scaleUpLink} domain`;
}
