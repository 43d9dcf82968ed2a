import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { explorationOf, type Job, showOf } from './fixture';
import { onStage, panel } from './harness';

onStage();

const show = showOf();

/** The text of an element as a person sees it. */
const shown = async (element: Locator) => (await element.allInnerTexts()).join('\n');

/** A server whose contexts are as long as one asks for. */
const served = (contextLength: number): Job => ({
  framework: 'huggingface',
  values: {
    'workload.mode': 'decode',
    'layout.ep': 64,
    'layout.pp': 1,
    'layout.vpp': 1,
    'layout.worldSize': 64,
    'workload.contextLength': contextLength,
  },
});

describe('turning knobs through their values', () => {
  it('says what the verdict hangs on, and takes a value from there', async () => {
    await panel.show({ ...show, view: 'whatif' });
    await panel.page.getByRole('button', { name: 'Try every field' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'explore', x: null, y: null });
    await panel.send({ type: 'exploring', fraction: 0.4 });
    await panel.page.getByText('Trying, 40%').waitFor();
    await panel.page.getByRole('button', { name: 'Stop' }).first().click();
    expect(await panel.lastPosted()).toEqual({ type: 'stopExploring' });
    const exploration = explorationOf({}, ['layout.ep', 'model.topK', 'communication.backend']);
    await panel.send({ type: 'explored', exploration });
    const table = panel.page.getByRole('table', { name: 'What the verdict hangs on' });
    const rows = table.locator('tbody tr');
    expect(await rows.count()).toBe(3);
    const topK = table.locator('tr[data-name="model.topK"]');
    const [best] = exploration.sensitivities
      .find(({ name }) => name === 'model.topK')!
      .tried.filter(({ figures }) => figures)
      .sort((a, b) => a.figures!.seconds - b.figures!.seconds);
    const drop = (best!.figures!.seconds / exploration.present.seconds - 1) * -100;
    expect(await shown(topK.locator('td').nth(2))).toContain(`−${drop.toFixed(drop < 10 ? 1 : 0)}%`);
    // No bar is cut: twice the time is as long as half of it.
    const bars = await rows.evaluateAll((all) =>
      all.map((row) => ({
        name: (row as HTMLElement).dataset.name,
        reach: [...row.querySelectorAll('rect')].map((bar) => Number(bar.getAttribute('width'))),
      })),
    );
    const unit = Math.max(...bars.flatMap(({ reach }) => reach)) / 50;
    const reaches = exploration.sensitivities.map(({ name, tried }) => {
      const logs = tried.flatMap(({ figures }) =>
        figures ? [Math.log(figures.seconds / exploration.present.seconds)] : [],
      );
      return { name, worst: Math.max(0, ...logs), best: Math.max(0, ...logs.map((log) => -log)) };
    });
    const most = Math.max(...reaches.flatMap(({ worst, best }) => [worst, best]));
    for (const { name, worst, best: better } of reaches) {
      const drawn = bars.find((bar) => bar.name === name)!.reach;
      const expected = [worst, better].filter((reach) => reach > 5e-4).map((reach) => (reach / most) * 50);
      expect(drawn.map((width) => width / unit)).toEqual(expected.map((width) => expect.closeTo(width, 1)));
    }
    await panel.page.getByRole('radio', { name: 'Tokens/s/GPU' }).click();
    expect((await panel.kept())?.views.whatif).toMatchObject({ metric: 'tokens' });
    await panel.page.getByRole('button', { name: `Try Top-k at ${best!.label}` }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes: best!.changes });
    // Another result of the same job leaves what was found.
    await panel.send(showOf({ changes: [{ name: 'layout.ep', value: 32 }] }));
    expect(await rows.count()).toBe(3);
    expect(await panel.axe()).toEqual([]);
  });
  it('sweeps one field, or two against each other', async () => {
    await panel.show({ ...show, view: 'whatif' });
    await panel.page.getByRole('button', { name: 'Sweep' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'explore', x: 'layout.ep', y: null });
    const one = explorationOf({}, [], 'layout.ep');
    await panel.send({ type: 'explored', exploration: one });
    const curve = panel.page.getByRole('table', { name: 'By EP' });
    expect(await curve.locator('tbody tr').count()).toBe(one.sweep!.cells[0]!.length);
    await curve.getByText(', now').waitFor();
    await panel.page.getByLabel('Against').selectOption('model.topK');
    await panel.page.getByRole('button', { name: 'Sweep' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'explore', x: 'layout.ep', y: 'model.topK' });
    const two = explorationOf({}, [], 'layout.ep', 'model.topK');
    await panel.send({ type: 'explored', exploration: two });
    const map = panel.page.getByRole('table', { name: 'Top-k down, EP across' });
    expect(await map.locator('tbody tr').count()).toBe(two.sweep!.cells.length);
    await map.getByRole('button', { name: /^16 × 4: / }).click();
    expect(await panel.lastPosted()).toEqual({
      type: 'whatIf',
      changes: [
        { name: 'layout.ep', value: 16 },
        { name: 'model.topK', value: 4 },
      ],
    });
    expect(await panel.axe()).toEqual([]);
    expect(await panel.troubles()).toEqual([]);
  });
  it('says of a value what has no room: the weights, the cache of any sequence, or that of some', async () => {
    await panel.show({ ...show, view: 'whatif' });
    await panel.page.getByRole('button', { name: 'Sweep' }).click();
    await panel.send({
      type: 'explored',
      exploration: explorationOf(served(400_000), [], 'workload.contextLength'),
    });
    const row = (value: string) => panel.page.locator('table.sweep tbody th', { hasText: value });
    expect(await shown(row('100,000'))).toMatch(/KV cache for \d+ of 128 sequences per rank$/);
    expect(await shown(row('400,000'))).toBe('400,000, now, weights fit, but the KV cache of no sequence');
    await panel.send({ type: 'explored', exploration: explorationOf(served(400_000), [], 'layout.ep') });
    expect(await shown(row('8').first())).toBe('8, does not fit');
  });
});

describe('the heading of a what-if', () => {
  const heading = () => panel.page.getByRole('heading', { level: 2 }).textContent();
  const changes = [{ name: 'layout.ep', value: 32 }];

  it('says that the step is of other GPUs, where their number follows from what is changed', async () => {
    const message = showOf({ values: { 'layout.worldSize': null }, changes });
    const [before, after] = [message.baseline.result, message.whatIf!.variant.result];
    const gpus = ({ scenario }: typeof before) => scenario.layout.worldSize.toLocaleString('en-US');
    expect(gpus(after)).not.toBe(gpus(before));
    await panel.show({ ...message, view: 'whatif' });
    expect(await heading()).toContain(`That is on ${gpus(after)} GPUs, not ${gpus(before)}: `);
  });

  it('says nothing of GPUs that stay', async () => {
    await panel.show({ ...showOf({ changes }), view: 'whatif' });
    expect(await heading()).not.toContain('GPUs');
  });
});
