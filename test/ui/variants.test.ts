import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/whatif';
import { showOf, variantOf, variantsOf } from './fixture';
import { onStage, panel, stage } from './harness';

onStage();

const job = {};
const wide: readonly Change[] = [{ name: 'layout.ep', value: 32 }];
const slow: readonly Change[] = [{ name: 'cluster.scaleOutGBps', value: 25 }];
const shared: readonly Change[] = [{ name: 'model.topK', value: 4 }];
const illegal: readonly Change[] = [{ name: 'layout.ep', value: 48 }];

const kept = [
  variantOf(job, 'half the ranks', wide),
  variantOf(job, 'slow NIC', slow),
  variantOf(job, 'EP 48', illegal),
  variantOf(job, 'top 4', shared, {
    file: { uri: 'file:///train-top-4.moe.yaml', name: 'train-top-4.moe.yaml' },
  }),
];
const compared = variantsOf(job, kept);
const table = () => panel.page.getByRole('table', { name: 'The job and its variants' });
const row = (name: string) =>
  table()
    .getByRole('row')
    .filter({ has: panel.page.getByRole('rowheader', { name }) });
const cellsOf = (of: Locator) => of.getByRole('cell').allInnerTexts();

beforeEach(() => panel.show({ ...showOf(), view: 'whatif' }));

describe('variants', () => {
  it('are asked for, and say how to begin where there are none', async () => {
    expect(await panel.posted()).toContainEqual({ type: 'variants' });
    await panel.send({ type: 'variants', compared: variantsOf(job, []) });
    await panel.page.getByText('Keep a what-if under a name').waitFor();
    expect(await table().count()).toBe(0);
  });

  it('stand beside the baseline with what differs, and the best of each column is marked', async () => {
    await panel.send({ type: 'variants', compared });
    await table().waitFor();
    expect(await table().getByRole('rowheader').allInnerTexts()).toEqual([
      'Baseline, on show',
      'half the ranks\nEP 32',
      'slow NIC\nNIC bandwidth 25',
      'EP 48',
      'top 4\nTop-k 4\ntrain-top-4.moe.yaml',
    ]);
    const [step] = await cellsOf(row('slow NIC'));
    expect(step).toMatch(/s\n\+\d+(\.\d)?%\s*, worse$/);
    // Sending half as many copies is the fastest here.
    const steps = [compared.baseline, ...kept.flatMap(({ figures }) => figures ?? [])].map(
      ({ seconds }) => seconds,
    );
    expect(Math.min(...steps)).toBe(kept[3]!.figures!.seconds);
    expect((await cellsOf(row('top 4')))[0]).toMatch(/, best\s*−\d+(\.\d)?%\s*, better$/);
    expect((await cellsOf(row('Baseline')))[0]).not.toContain('best');
    expect((await cellsOf(row('Baseline'))).join()).toMatch(/fits,(NIC|NVLink), \d+(\.\d)?%/);
  });

  it('that the job has no room for say why', async () => {
    await panel.send({ type: 'variants', compared });
    const cells = await cellsOf(row('EP 48'));
    expect(cells[0]).toBe(kept[2]!.reasons.join(' '));
    expect(cells[0]).toMatch(/EP 48.*multiple of 768/);
  });

  it('are shown in every view by their name', async () => {
    await panel.send({ type: 'variants', compared });
    await row('slow NIC').getByRole('button', { name: 'slow NIC', exact: true }).click();
    expect(await panel.posted()).toContainEqual({ type: 'whatIf', changes: slow });
    await panel.show(showOf({ changes: slow }));
    await panel.send({ type: 'variants', compared });
    await expect.poll(() => row('slow NIC').getAttribute('aria-current')).toBe('true');
    await row('Baseline').getByRole('button', { name: 'Baseline' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes: [] });
  });

  it('are kept, renamed, removed, saved and opened', async () => {
    await panel.show(showOf({ changes: wide }));
    const unnamed = variantOf(job, null, wide);
    await panel.send({ type: 'variants', compared: variantsOf(job, [unnamed, ...kept.slice(1)]) });
    await row('This what-if, on show').getByRole('button', { name: 'Keep as…' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'keepVariant' });
    for (const [button, action] of [
      ['Rename… slow NIC', 'rename'],
      ['Remove slow NIC', 'remove'],
      ['Save as a scenario file… slow NIC', 'save'],
    ] as const) {
      await panel.page.getByRole('button', { name: button }).click();
      expect(await panel.lastPosted()).toEqual({ type: 'changeVariant', name: 'slow NIC', action });
    }
    await panel.page.getByRole('button', { name: 'Open top 4' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openVariant', file: 'file:///train-top-4.moe.yaml' });
  });

  it('can be kept right where the what-if is, once', async () => {
    await panel.show(showOf({ changes: wide }));
    const keep = panel.page.getByRole('button', { name: 'Keep as…' });
    await keep.click();
    expect(await panel.lastPosted()).toEqual({ type: 'keepVariant' });
    await panel.send({ type: 'variants', compared });
    await expect.poll(() => keep.count()).toBe(0);
  });

  it('are copied as a table', async () => {
    await panel.send({ type: 'variants', compared });
    await panel.page.getByRole('button', { name: 'Copy as CSV' }).click();
    const posted = await panel.lastPosted();
    if (posted?.type !== 'copyText') throw new Error(`posted ${posted?.type}`);
    const lines = posted.text.split('\n');
    expect(lines[0]).toBe(
      'Variant,Changes,"Step, s",Tokens/s/GPU,"Fullest rank, GiB",Fits,"Busiest link, share of the step",Reasons',
    );
    expect(lines).toHaveLength(6);
    expect(lines[2]).toContain('half the ranks,EP 32,');
  });

  it('end when the job has become one of them', async () => {
    await panel.show({ ...showOf({ changes: wide }), view: 'whatif' });
    await panel.show({ ...showOf(), ended: 'EP 32' });
    await panel.page
      .getByRole('heading', { name: 'The job has EP 32 now: the what-if has ended.' })
      .waitFor();
    await expect.poll(async () => (await panel.kept())?.changes).toEqual([]);
  });

  it.each([1200, 480])('are read by keyboard and screen reader at %d pixels', async (width) => {
    const own = await stage.open({ width });
    await own.show({ ...showOf({ changes: wide }), view: 'whatif' });
    await own.send({ type: 'variants', compared });
    await own.page.getByRole('table', { name: 'The job and its variants' }).waitFor();
    expect(await own.axe()).toEqual([]);
    expect(await own.troubles()).toEqual([]);
    if (process.env.VARIANTS_PICTURES) await own.screenshot(`variants-${width}`);
    await own.close();
  });
});
