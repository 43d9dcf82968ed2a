import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PlacementComparison } from '../../src/plan/placements/compare';
import { runToEnd } from '../../src/sim/simulate';
import { Engine } from '../../src/worker/engine';
import { showOf } from './fixture';
import { onStage, panel } from './harness';

onStage();

const SERVE =
  'vllm serve mistralai/Mixtral-8x22B-v0.1 --tensor-parallel-size 1 --data-parallel-size 8 --enable-expert-parallel --all2all-backend deepep_low_latency\n';

function comparisonOf(): PlacementComparison {
  const engine = new Engine();
  engine.setDocument('serve.sh', SERVE);
  const { job } = engine.analyse('serve.sh', {}, []).jobs[0]!;
  const overrides = { 'cluster.accelerator': 'h200-sxm' };
  return runToEnd(engine.placements(job, { settings: {}, overrides })).comparison!;
}

const comparison = comparisonOf();
const section = () => panel.page.locator('.balance');
const rightOf = async (cell: Locator) => {
  const { x, width } = (await cell.boundingBox())!;
  return x + width;
};
const open = () => panel.show({ ...showOf(), view: 'placement' });

describe('is EPLB worth it', () => {
  it('is compared on demand, and can be stopped', async () => {
    await open();
    await section().getByRole('button', { name: 'Compare placements' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'comparePlacements' });
    await panel.send({ type: 'placements', state: 'comparing', fraction: 0.42 });
    await section().getByText('Comparing, 42% done.').waitFor();
    await section().getByRole('button', { name: 'Stop' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'stopComparing' });
    await panel.send({ type: 'placements', state: 'stopped', fraction: 1 });
    await section().getByText('The comparison was stopped.').waitFor();
    expect(await section().getByRole('button', { name: 'Compare placements' }).isVisible()).toBe(true);
  });

  it('says the verdict with what it rests on, and opens any placement as a what-if', async () => {
    await open();
    await panel.send({ type: 'placements', state: 'done', fraction: 1, comparison });
    await section().getByText(comparison.verdict.sentence).waitFor();
    await section().getByText('assumed lognormal skew').waitFor();
    const rows = section().getByRole('table', { name: 'saves and costs' }).locator('tbody tr');
    expect(await rows.count()).toBe(comparison.entries.length);
    expect(await rows.first().textContent()).toContain('in index order, now');
    expect(await panel.axe()).toEqual([]);
    const searched = comparison.entries.find(({ kind }) => kind === 'searched')!;
    await section().getByText('The searched placement cannot be saved. It is not known').waitFor();
    await section()
      .getByRole('button', { name: /^searched with/ })
      .click();
    expect(await panel.posted()).toContainEqual({ type: 'whatIf', changes: searched.changes });
    await panel.page.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  });

  it.each([480, 700, 1200])(
    'has each figure of the placements under one heading, at %i pixels',
    async (width) => {
      await panel.page.setViewportSize({ width, height: 900 });
      await open();
      await panel.send({ type: 'placements', state: 'done', fraction: 1, comparison });
      for (const heading of ['Saved', 'Free GiB', 'Dispatch']) {
        const table = section()
          .getByRole('table')
          .filter({ has: panel.page.getByText(heading, { exact: true }) });
        const edge = await rightOf(table.getByRole('columnheader', { name: heading, exact: true }));
        const titles = await table.locator('thead th').allTextContents();
        const cells = table.locator(`tbody tr > :nth-child(${titles.indexOf(heading) + 1})`);
        expect(await cells.count()).toBe(comparison.entries.length);
        for (const cell of await cells.all()) expect(await rightOf(cell)).toBeCloseTo(edge, 0);
        expect(edge).toBeLessThanOrEqual(width);
      }
    },
  );

  it('is accessible in every theme, also where its tables scroll', async () => {
    await panel.page.setViewportSize({ width: 320, height: 900 });
    await open();
    await panel.send({ type: 'placements', state: 'done', fraction: 1, comparison });
    for (const theme of ['light', 'dark', 'hc-dark', 'hc-light'] as const) {
      await panel.setTheme(theme);
      expect(await panel.axe(), theme).toEqual([]);
    }
  });

  it('saves the searched placement where it is known which experts are popular', async () => {
    await open();
    await panel.send({
      type: 'placements',
      state: 'done',
      fraction: 1,
      comparison: { ...comparison, notKept: null },
    });
    await section().getByRole('button', { name: 'Save the searched placement' }).click();
    const searched = comparison.entries.find(({ kind }) => kind === 'searched')!;
    expect(await panel.lastPosted()).toEqual({
      type: 'savePlacement',
      redundantExperts: searched.redundantExperts,
    });
  });

  it('forgets what was compared of another job', async () => {
    await open();
    await panel.send({ type: 'placements', state: 'done', fraction: 1, comparison });
    await section().getByText(comparison.verdict.sentence).waitFor();
    await panel.show(showOf({ values: { 'layout.ep': 32 } }));
    await section().getByRole('button', { name: 'Compare placements' }).waitFor();
  });
});
