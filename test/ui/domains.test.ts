import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { significant } from '../../webview/format';
import { type Job, showOf } from './fixture';
import { onStage, panel } from './harness';

onStage();

/** GB200 NVL72: 18 nodes of 4 GPUs behind one NVLink switch. */
const nvl72 = (dp: number): Job => ({
  framework: 'vllm',
  values: {
    'workload.mode': 'decode',
    'layout.ep': null,
    'layout.pp': 1,
    'layout.vpp': null,
    'layout.worldSize': null,
    'layout.tp': 1,
    'layout.dp': dp,
    'layout.expertParallelEnabled': true,
    'communication.backend': 'deepep-high-throughput',
    'cluster.accelerator': 'gb200-nvl72',
    'cluster.gpusPerNode': 4,
    'workload.recompute': null,
    'workload.sharding': null,
  },
});
const words = async (element: Locator) => (await element.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ');
const funnel = () => words(panel.page.getByRole('group', { name: 'From assignments to NIC copies' }));

describe('where an NVLink domain has several nodes', () => {
  it('traffic between the domains is told apart, not between nodes', async () => {
    const show = showOf(nvl72(128));
    const { perToken } = show.baseline.result.traffic;
    await panel.show({ ...show, view: 'traffic' });
    await panel.page.locator('canvas.matrix').waitFor();
    const said = await funnel();
    expect(said).toContain('of them on other NVLink domains');
    expect(said).toContain(
      `${significant(perToken.remoteNodes)} copies that cross the NIC, one per NVLink domain`,
    );
    expect(said).toContain('per NIC');
    // The largest cell. Rank 0 is at the first place of its domain: its rows arrive at rank 72, on node 18.
    const readout = await words(panel.page.locator('#cell-readout'));
    expect(readout).toContain('Rank 0 to rank 76');
    expect(show.baseline.result.placement.nodeOfRank[76]).toBe(19);
    expect(readout).toContain('NIC to node 18, then NVLink');
  });

  it('no NIC is spoken of within one domain', async () => {
    const show = showOf(nvl72(64));
    await panel.show({ ...show, view: 'traffic' });
    await panel.page.locator('canvas.matrix').waitFor();
    const said = await funnel();
    expect(said).toMatch(/(^| )0 of them on other NVLink domains/);
    expect(said).toContain('per GPU over NVLink');
    expect(said).not.toContain('per NIC');
  });
});
