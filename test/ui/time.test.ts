import { describe, expect, it } from 'vitest';
import { timeText } from '../../webview/format';
import { showOf } from './fixture';
import { onStage, panel } from './harness';

onStage();

const show = showOf();
const { step, links } = show.baseline.result;
const second = (name: string) => step.parts.find((part) => part.name === name)!.seconds;

describe('time', () => {
  it('says how long a step is and what of it waits for the exchange', async () => {
    await panel.show({ ...show, view: 'time' });
    const heading = `One step takes ${timeText(step.seconds)}. ${timeText(second('alltoall'))} of it`;
    await panel.page.getByRole('heading', { name: heading }).waitFor();
    await panel.page.getByRole('heading', { name: 'Nothing else runs meanwhile.' }).waitFor();
  });

  it('has a row for each part, whose shares are the whole', async () => {
    await panel.show({ ...show, view: 'time' });
    const rows = panel.page.locator('.parts tbody tr');
    const parts = step.parts.filter(({ seconds }) => seconds > 0);
    expect(await rows.count()).toBe(parts.length + 1);
    const experts = rows.filter({ hasText: 'grouped GEMMs' });
    expect(await experts.textContent()).toContain(
      `${((100 * second('experts')) / step.seconds).toFixed(1)}%`,
    );
  });

  it('draws each segment of a layer as long as it takes', async () => {
    await panel.show({ ...show, view: 'time' });
    const widths = await panel.page
      .locator('.clock rect.bar')
      .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('width')) + 1));
    const seconds = [...step.layer.forward, ...step.layer.backward!].map((each) => each.seconds);
    const longest = seconds.indexOf(Math.max(...seconds));
    expect(widths).toHaveLength(seconds.length);
    expect(widths.map((width) => width / widths[longest]!)).toEqual(
      seconds.map((each) => expect.closeTo(each / seconds[longest]!, 1)),
    );
  });

  it('says what runs beside compute where the exchange is overlapped', async () => {
    await panel.show({ ...showOf({ values: { 'workload.overlap': 'expert-parallel' } }), view: 'time' });
    await panel.page.getByRole('heading', { name: /more of them runs beside compute/ }).waitFor();
    await panel.page.getByText('Where bars of both lanes overlap').waitFor();
  });

  it('says how busy each link is', async () => {
    await panel.show({ ...show, view: 'time' });
    for (const [name, use] of [
      ['NVLink', links[0]!],
      ['NIC', links[1]!],
    ] as const) {
      const share = `${(100 * use.busyShare).toFixed(1)}%`;
      await panel.page.getByRole('img', { name: `${name} is busy ${share} of the time` }).waitFor();
    }
  });

  it('is one direction when serving', async () => {
    const values = { 'workload.mode': 'prefill', 'layout.pp': 1, 'layout.vpp': null, 'layout.worldSize': 64 };
    await panel.show({ ...showOf({ values }), view: 'time' });
    await panel.page.getByText('One MoE layer of one pass').waitFor();
    expect(await panel.page.locator('.clock svg text', { hasText: 'Backward' }).count()).toBe(0);
  });
});
