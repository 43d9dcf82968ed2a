import type { SimulationResult } from '../../src/sim/result';
import { text } from '../strings';

type Job = Pick<SimulationResult, 'scenario'>;

/** Whether a scale-up domain holds several nodes, so that a node says less than its domain. */
export const hasWideDomains = ({ scenario: { cluster } }: Job): boolean =>
  cluster.scaleUpDomain > cluster.gpusPerNode;

/** What such a domain is called: `NVLink domain`. */
export const domainName = ({ scenario: { cluster } }: Job): string =>
  text.domain(text.link.scaleUp(cluster.accelerator));

/** Scale-up domains that world ranks lie in. */
export function domainsOf({ scenario: { cluster } }: Job, worldRanks: readonly number[]): number {
  return new Set(worldRanks.map((rank) => Math.floor(rank / cluster.scaleUpDomain))).size;
}
