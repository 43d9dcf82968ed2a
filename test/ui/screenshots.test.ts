import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showOf } from './fixture';
import { Stage } from './harness';
import type { ThemeName } from './themes';

const widths = [480, 900, 1440];
const themeNames: readonly ThemeName[] = ['light', 'dark', 'hc-dark', 'hc-light'];
const changes = [{ name: 'layout.ep', value: 32 }];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.stop());

describe.each(themeNames)('every view in %s', (theme) => {
  it.each(widths)(
    'has its picture at %d pixels, with nothing refused and nothing wider than the page',
    async (width) => {
      const panel = await stage.open({ theme, width });
      await panel.show(showOf({ changes }));
      for (const view of await panel.views()) {
        await panel.tab(view);
        await panel.screenshot(`${view.toLowerCase().replace(' ', '')}-${theme}-${width}`);
        const overflow = await panel.page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, `${view} at ${width}`).toBeLessThanOrEqual(0);
      }
      expect(await panel.troubles()).toEqual([]);
      await panel.close();
    },
  );
});

it('is whole at 200 % zoom', async () => {
  const panel = await stage.open({ width: 640, height: 500, scale: 2 });
  await panel.show(showOf());
  for (const view of await panel.views()) {
    await panel.tab(view);
    await panel.screenshot(`zoom-${view.toLowerCase().replace(' ', '')}`);
    const overflow = await panel.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect(overflow, view).toBeLessThanOrEqual(0);
  }
  await panel.close();
});

describe('states', () => {
  const shot = async (
    name: string,
    job: Parameters<typeof showOf>[0],
    act?: (panel: Awaited<ReturnType<Stage['open']>>) => Promise<void>,
    theme: ThemeName = 'light',
  ) => {
    const panel = await stage.open({ theme });
    await panel.show(showOf(job));
    await act?.(panel);
    await panel.screenshot(`state-${name}`);
    expect(await panel.troubles()).toEqual([]);
    await panel.close();
  };
  const pick = (name: string) => async (panel: Awaited<ReturnType<Stage['open']>>) => {
    await panel.page.getByRole('radio', { name }).click();
  };

  it('nodes, combine, logarithmic', () =>
    shot('nodes-combine-log', {}, async (panel) => {
      await panel.tab('Traffic');
      for (const name of ['Combine', 'Nodes', 'Log']) await pick(name)(panel);
    }));
  it('one rank', () => shot('ep1', { values: { 'layout.ep': 1 } }));
  it('one node', () =>
    shot('one-node', { values: { 'layout.ep': 8, 'layout.worldSize': 128 } }, undefined, 'dark'));
  it('sampled routing', () =>
    shot('sampled', { engine: 'sampled' }, (panel) => panel.tab('Traffic'), 'dark'));
  it('memory beyond the capacity', () =>
    shot(
      'overflow',
      { values: { 'workload.recompute': 'none', 'layout.pp': 4, 'layout.vpp': 1, 'layout.worldSize': 512 } },
      (panel) => panel.tab('Memory'),
    ));
  it('memory by total', () =>
    shot('memory-total', { values: { 'workload.recompute': 'none' } }, async (panel) => {
      await panel.tab('Memory');
      await pick('8 nodes')(panel);
      await pick('By total')(panel);
    }));
  it('1,024 ranks', () =>
    shot(
      '1024',
      {
        values: {
          'model.routedExperts': 1024,
          'layout.ep': 1024,
          'layout.pp': 1,
          'layout.vpp': 1,
          'workload.globalBatchSize': 16384,
        },
      },
      (panel) => panel.tab('Traffic'),
    ));
  it('1,024 ranks in memory', () =>
    shot(
      '1024-memory',
      {
        values: {
          'model.routedExperts': 1024,
          'layout.ep': 1024,
          'layout.pp': 1,
          'layout.vpp': 1,
          'workload.globalBatchSize': 16384,
        },
      },
      (panel) => panel.tab('Memory'),
    ));
  it('per step', () =>
    shot('per-step', { values: { 'layout.tp': 4, 'layout.etp': 1 } }, async (panel) => {
      await panel.tab('Communication');
      await pick('Per step')(panel);
    }));
  it('no change yet', () => shot('no-change', {}, (panel) => panel.tab('What if')));
  it('the table', () =>
    shot('table', {}, async (panel) => {
      await panel.tab('Traffic');
      await panel.page.getByRole('button', { name: 'Table' }).click();
    }));
  it('findings, all chips and an explanation', () =>
    shot('findings', {}, async (panel) => {
      await panel.page.getByRole('button', { name: '2 findings' }).click();
      await panel.page.getByRole('button', { name: /more, \d+ assumed$/ }).click();
      await panel.page.locator('.chip.soft').first().click();
    }));
  it('serving', () =>
    shot(
      'decode',
      {
        framework: 'vllm',
        values: {
          'workload.mode': 'decode',
          'layout.ep': null,
          'layout.pp': 1,
          'layout.vpp': null,
          'layout.worldSize': null,
          'layout.tp': 1,
          'layout.dp': 16,
          'layout.expertParallelEnabled': true,
          'communication.backend': 'deepep-low-latency',
          'workload.recompute': null,
          'workload.sharding': null,
          'model.weightDtype': 'fp8',
          'workload.concurrency': 2048,
        },
      },
      (panel) => panel.tab('Memory'),
    ));
});
