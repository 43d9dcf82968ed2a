import { beforeEach, describe, expect, it } from 'vitest';
import { planOf, showOf } from './fixture';
import { onStage, panel } from './harness';

onStage();
beforeEach(() => panel.show({ ...showOf(), view: 'plan' }));

const plan = planOf(32);

describe('plan', () => {
  it('asks for what the form says, and can be stopped', async () => {
    await panel.page.getByLabel('GPUs').fill('64, 128-256');
    await panel.page.getByLabel('Best is').selectOption('tokens');
    await panel.page.getByRole('button', { name: 'Search' }).click();
    expect(await panel.lastPosted()).toMatchObject({
      type: 'plan',
      query: {
        gpus: [
          { from: 64, to: 64 },
          { from: 128, to: 256 },
        ],
        objective: 'tokens',
      },
    });
    await panel.send({ type: 'plan', state: 'searching', fraction: 0.4, report: plan });
    await panel.page.getByRole('heading', { name: 'Searching, 40% done.' }).waitFor();
    await panel.page.getByRole('button', { name: 'Stop' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'stopPlan' });
    await panel.send({ type: 'plan', state: 'stopped', fraction: 1 });
    await panel.page.getByRole('heading', { name: 'the best until then' }).waitFor();
    expect(await panel.page.locator('.plan-best tbody tr').count()).toBeGreaterThan(4);
  });

  it('does not ask for GPUs that are no numbers', async () => {
    await panel.page.getByLabel('GPUs').fill('many');
    expect(await panel.page.getByRole('button', { name: 'Search' }).isDisabled()).toBe(true);
    await panel.page.getByText('as in 64-512').waitFor();
  });

  it('shows the best, what they do better and what is left out, and opens one as a what-if', async () => {
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: plan });
    await panel.page.getByRole('heading', { name: 'legal configurations keep to the limits' }).waitFor();
    await panel.page.getByText(/^TP 16: more than the 8 GPUs of one node/).waitFor();
    await panel.page.getByRole('img', { name: 'none exceeds in both throughput and free memory' }).waitFor();
    const [first] = plan.best;
    const row = panel.page.locator('.plan-best tbody tr').first();
    expect(await row.textContent()).toContain(String(Math.round(first!.tokensPerSecondPerGpu)).slice(-3));
    expect(await panel.page.getByRole('tabpanel').textContent()).not.toMatch(/nccl-|deepep-|allgather-/);
    await panel.page
      .getByText(/NCCL all-to-all|DeepEP/)
      .first()
      .waitFor();
    expect(await panel.axe()).toEqual([]);
    await panel.page.getByRole('button', { name: 'Layout 1 as a what-if' }).click();
    expect(await panel.posted()).toContainEqual({ type: 'whatIf', changes: first!.changes });
    await panel.page.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  });

  it('tells layouts apart that differ in their redundant experts alone', async () => {
    const [first] = plan.best;
    const names = { ...first!.names, placement: 'EPLB, by load' };
    const with16 = { ...first!, names, placement: 'eplb', redundantExperts: 16 };
    const best = [with16, { ...with16, redundantExperts: 0 }];
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: { ...plan, best } });
    const backend = panel.page.locator('.plan-best tbody td.words');
    expect(await backend.nth(0).textContent()).toMatch(/experts EPLB, by load, 16 redundant$/);
    expect(await backend.nth(1).textContent()).toMatch(/experts EPLB, by load$/);
  });

  it('says once what all layouts have, and first what each comes to', async () => {
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: plan });
    const titles = panel.page.locator('.plan-best thead th');
    await titles.first().waitFor();
    expect((await titles.allTextContents()).slice(0, 4)).toEqual(['#', 'Step', 'tok/s/GPU', 'Free GiB']);
    const said = await panel.page.getByText(/^All of them: /).textContent();
    const layouts = [...plan.best, ...(plan.present ? [plan.present] : [])].map(({ layout }) => layout);
    const sizes = (['tp', 'pp', 'vpp', 'cp', 'dp', 'ep', 'etp'] as const).map((size) => ({
      title: size.toUpperCase(),
      values: new Set(layouts.map((layout) => layout[size])),
    }));
    const common = sizes.filter(({ values }) => values.size === 1);
    expect(common.length).toBeGreaterThan(0);
    for (const { title, values } of common) expect(said).toContain(`${title} ${[...values][0]}`);
    const shown = (await titles.allTextContents()).filter((title) =>
      sizes.some((one) => one.title === title),
    );
    expect(shown).toEqual(sizes.filter((one) => !common.includes(one)).map(({ title }) => title));
    await panel.page.getByRole('button', { name: 'Table' }).click();
    await panel.page.getByRole('columnheader', { name: common[0]!.title, exact: true }).waitFor();
    await panel.page.getByRole('button', { name: 'Copy' }).click();
    await panel.page.getByRole('menuitem', { name: 'CSV' }).click();
    const posted = (await panel.lastPosted()) as { text: string };
    // Numbers for a spreadsheet, not words.
    const [, step] = posted.text.split('\n')[1]!.split(',');
    expect(Number(step)).toBeCloseTo(plan.best[0]!.seconds, 6);
  });

  it('is as legible in a side column as on a wide screen', async () => {
    await panel.page.setViewportSize({ width: 480, height: 900 });
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: plan });
    const scatter = panel.page.locator('.plan-scatter');
    await scatter.waitFor();
    const tall = await scatter
      .locator('text')
      .evaluateAll((all) => all.map((word) => word.getBoundingClientRect().height));
    expect(Math.min(...tall)).toBeGreaterThanOrEqual(11);
  });

  it('says what would free a job that nothing fits', async () => {
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(8) });
    await panel.page.getByRole('heading', { name: 'No legal layout keeps to the limits. Memory' }).waitFor();
    await panel.page.getByText(/GPUs \d+ instead of/).waitFor();
  });
});
