import { describe, expect, it } from 'vitest';
import { type LayerTraffic, layerTraffic } from '../../src/sim/layer-traffic';
import { runToEnd } from '../../src/sim/simulate';
import { gibShort, significant, timeText } from '../../webview/format';
import { type Job, type Show, showOf } from './fixture';
import { onStage, panel, stage } from './harness';

onStage();

const ep32: Job = { changes: [{ name: 'layout.ep', value: 32 }] };
const radio = (name: string) => panel.page.getByRole('radio', { name, exact: true });
const side = (name: 'Baseline' | 'Variant') => panel.page.getByRole('group', { name, exact: true });
const heading = () => panel.page.getByRole('tabpanel').getByRole('heading').first().textContent();

async function open(job: Job = ep32, view: Show['view'] = 'memory'): Promise<Show> {
  const show = showOf(job);
  await panel.show({ ...show, view });
  return show;
}

const resultsOf = ({ baseline, whatIf }: Show) => [baseline.result, whatIf!.variant.result] as const;

describe('baseline and variant', () => {
  it('stand beside each other in every view that draws both, and without violations', async () => {
    await open();
    for (const view of ['Placement', 'Traffic', 'Memory', 'Communication', 'Time']) {
      await panel.tab(view);
      const boxes = await Promise.all(
        (['Baseline', 'Variant'] as const).map((name) => side(name).first().boundingBox()),
      );
      expect(boxes[0]!.y).toBe(boxes[1]!.y);
      expect(boxes[0]!.width).toBe(boxes[1]!.width);
      expect(boxes[1]!.x).toBeGreaterThan(boxes[0]!.x + boxes[0]!.width);
      expect(await panel.axe(), view).toEqual([]);
    }
  });

  it('stand one above the other where there is no room', async () => {
    const narrow = await stage.open({ width: 480 });
    await narrow.show({ ...showOf(ep32), view: 'traffic' });
    for (const view of ['Placement', 'Traffic', 'Memory', 'Communication', 'Time']) {
      await narrow.tab(view);
      const [above, below] = await Promise.all(
        ['Baseline', 'Variant'].map((name) =>
          narrow.page.getByRole('group', { name, exact: true }).first().boundingBox(),
        ),
      );
      expect(below!.y).toBeGreaterThan(above!.y + above!.height - 1);
      expect(await narrow.axe(), view).toEqual([]);
    }
    await narrow.close();
  });

  it('are drawn alone when one is chosen, in all views alike, and the choice is kept', async () => {
    await open();
    const both = await heading();
    await radio('Variant').click();
    await expect.poll(heading).not.toBe(both);
    await panel.tab('Time');
    expect(await radio('Variant').getAttribute('aria-checked')).toBe('true');
    expect(await side('Variant').count()).toBe(0);
    expect((await panel.kept())?.views.whatif).toMatchObject({ side: 'variant' });
    // A variant has fewer ranks: what is told of it is of its own.
    await panel.tab('Traffic');
    expect(await panel.page.locator('canvas.matrix').getAttribute('data-cells')).toBe('32');
  });

  it('are drawn one at a time in All-to-all, each of which can be seen', async () => {
    const show = await open(ep32, 'alltoall');
    const [before, after] = resultsOf(show);
    expect(await radio('Both').count()).toBe(0);
    expect(await radio('Baseline').getAttribute('aria-checked')).toBe('true');
    const tokens = ({ traffic }: typeof before) => significant(traffic.perToken.distinctRanks);
    await panel.page.getByRole('heading', { name: `on ${tokens(before)} ranks` }).waitFor();
    await radio('Variant').click();
    await panel.page.getByRole('heading', { name: `on ${tokens(after)} ranks` }).waitFor();
    expect(await panel.axe()).toEqual([]);
  });
});

describe('the heading', () => {
  it('says the difference in one sentence, with what it is made of', async () => {
    const show = await open();
    const [before, after] = resultsOf(show);
    const peak = ({ memory }: typeof before) => gibShort(memory.perRank[memory.fullestRank]!.total);
    expect(await heading()).toMatch(
      new RegExp(
        `^The memory of the fullest rank rises from ${peak(before)} to ${peak(after)} GiB \\(\\+[\\d.]+%\\): gradients \\+`,
      ),
    );
    await panel.tab('Time');
    expect(await heading()).toContain(
      `falls from ${timeText(before.step.seconds)} to ${timeText(after.step.seconds)} (−`,
    );
    await panel.tab('Placement');
    expect(await heading()).toMatch(/fullest rank falls from .* the mean .*: experts per rank 4 → 8\.$/);
    await panel.tab('Traffic');
    const nodes = ({ traffic }: typeof before) => significant(traffic.perToken.remoteNodes);
    expect(await heading()).toMatch(/busiest NIC .* falls from .*: remote nodes per token/);
    expect(await heading()).toContain(`remote nodes per token ${nodes(before)} → ${nodes(after)}`);
    await panel.tab('Communication');
    expect(await heading()).toMatch(/for experts per step falls from .* also data parallel \+/);
  });

  it('says so where nothing changes', async () => {
    await open({ changes: [{ name: 'communication.backend', value: 'nccl-alltoall' }] }, 'placement');
    expect(await heading()).toMatch(/^The load of the fullest rank stays at [\d.]+× the mean\.$/);
  });

  it('says that the variant does not fit', async () => {
    await open({ changes: [{ name: 'workload.microBatchSize', value: 15 }] });
    expect(await heading()).toMatch(/The variant does not fit\.$/);
  });
});

describe('both pictures', () => {
  it('of memory share the axis, and their table says each change', async () => {
    const show = await open();
    const [before, after] = resultsOf(show);
    const lines = await panel.page
      .locator('svg.memory .capacity')
      .evaluateAll((all) => all.map((line) => line.getAttribute('y1')));
    expect(new Set(lines).size).toBe(1);
    const total = ({ memory }: typeof before) => memory.perRank[memory.fullestRank]!.total / 2 ** 30;
    const row = panel.page.locator('.memory-readout tr.total');
    expect(await row.textContent()).toContain(`+${(total(after) - total(before)).toFixed(2)}`);
  });

  it('of the step share the scale, and their table says each change', async () => {
    const show = await open(ep32, 'time');
    const [before, after] = resultsOf(show);
    const widths = await panel.page.locator('.step-of svg').evaluateAll((all) =>
      all.map((svg) => {
        const bars = [...svg.querySelectorAll('rect.bar')];
        return Math.max(
          ...bars.map((bar) => Number(bar.getAttribute('x')) + Number(bar.getAttribute('width'))),
        );
      }),
    );
    expect(widths[1]! / widths[0]!).toBeCloseTo(after.step.seconds / before.step.seconds, 2);
    const change = (before.step.seconds - after.step.seconds).toFixed(2);
    expect(await panel.page.locator('.parts tr.strong').textContent()).toContain(`\u2212${change}`);
  });

  it('of traffic share the colours, and the cursor where both have the cell', async () => {
    await open(ep32, 'traffic');
    const ends = () =>
      panel.page.locator('.ramp-ends').evaluateAll((all) => all.map((one) => one.textContent ?? ''));
    const [one, other] = await ends();
    expect(one).toBe(other);
    await side('Variant')
      .first()
      .locator('canvas.matrix')
      .hover({ position: { x: 4, y: 4 } });
    for (const id of ['#cell-readout', '#cell-readout-variant'])
      await panel.page.locator(`${id} h3:text-is("Rank 0 to rank 0")`).waitFor();
    const described = await panel.page
      .locator('canvas.matrix')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-describedby')));
    expect(described).toEqual(['cell-readout', 'cell-readout-variant']);
  });

  it('are one table, whose first column says which layout a row is of', async () => {
    await open(ep32, 'traffic');
    await panel.page.getByRole('button', { name: 'Table' }).click();
    const rows = panel.page.locator('[role=tabpanel] tbody tr');
    const names = await rows.locator('td:first-child').allTextContents();
    expect(names.filter((name) => name === 'Baseline')).toHaveLength(64);
    expect(names.filter((name) => name === 'Variant')).toHaveLength(32);
    await panel.page.getByRole('button', { name: 'Copy' }).click();
    await panel.page.getByRole('menuitem', { name: 'JSON' }).click();
    const posted = await panel.lastPosted();
    expect(posted).toMatchObject({ type: 'copyText' });
    expect((posted as { text: string }).text).toContain('Variant');
  });

  it('say that nothing is sent where one of them has one rank', async () => {
    await open({ changes: [{ name: 'layout.ep', value: 1 }] }, 'traffic');
    await side('Variant').first().getByText('EP is 1: nothing is sent.').waitFor();
    expect(await panel.page.locator('canvas.matrix').count()).toBe(1);
  });

  it('are of the layer that is chosen, in both layouts', async () => {
    const [before, after] = resultsOf(await open(ep32, 'traffic'));
    const { maxOverMean } = before.placement.layers;
    expect(maxOverMean.length).toBeGreaterThan(1);
    await panel.page.getByLabel('MoE layer').selectOption('0');
    await expect.poll(() => panel.lastPosted()).toEqual({ type: 'layer', layer: 0 });
    await panel.page.getByText('Simulating the layer').waitFor();
    const [traffic, variant] = [before, after].map(({ scenario }) =>
      runToEnd(layerTraffic(scenario, 'expected', 0)),
    ) as [LayerTraffic, LayerTraffic];
    await panel.send({ type: 'layer', traffic, variant });
    await panel.page.getByText('Simulating the layer').waitFor({ state: 'detached' });
    await panel.page.getByRole('button', { name: 'Table' }).click();
    const copies = await panel.page
      .locator('[role=tabpanel] tbody tr', { hasText: 'Variant' })
      .first()
      .textContent();
    expect(copies).toContain(String(Math.round(variant.rows.data[0]!)).slice(0, 3));
  });

  it('are of a layer that only the variant knows apart, the baseline staying at its own', async () => {
    const skewed = { name: 'routing.distribution', value: 'lognormal' };
    const job: Job = { values: { 'routing.distribution': 'balanced' }, changes: [skewed] };
    const [before, after] = resultsOf(await open(job, 'traffic'));
    expect(before.placement.layers.maxOverMean).toHaveLength(1);
    await panel.page.getByLabel('MoE layer').selectOption('3');
    await expect.poll(() => panel.lastPosted()).toEqual({ type: 'layer', layer: 3 });
    await panel.page.getByText('Simulating the layer').waitFor();
    const variant = runToEnd(layerTraffic(after.scenario, 'expected', 3));
    await panel.send({ type: 'layer', traffic: null, variant });
    await panel.page.getByText('Simulating the layer').waitFor({ state: 'detached' });
    expect(await panel.page.locator('canvas.matrix').count()).toBe(2);
  });
});
