import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../src/panel/protocol';
import { layerTraffic } from '../../src/sim/layer-traffic';
import { runToEnd } from '../../src/sim/simulate';
import { bytes, count, fixed, significant, timeText } from '../../webview/format';
import { type Job, type Show, showOf } from './fixture';
import { onStage, panel, saveScreenshot, stage } from './harness';

onStage();

const picture = () => panel.page.locator('canvas.moving');
const step = () => panel.page.locator('.step-readout');

/** What is said of a step, once it is the one that its button asks for. */
const showing = async (at: string) => {
  const [number, name] = at.split(' ');
  await button(at).click();
  await step()
    .getByRole('heading', { name: `${number} of 5: ${name}` })
    .waitFor();
  return words(step());
};
const token = () => panel.page.locator('.token-readout h3');
const slider = () => panel.page.getByRole('slider');
const button = (name: string) => panel.page.getByRole('button', { name, exact: true });
const words = async (element: Locator) => (await element.allInnerTexts()).join('\n').replaceAll(/\s+/g, ' ');
const kept = async () =>
  (await panel.kept())?.views.alltoall as { moment?: number; size?: number } | undefined;
/** What of the moving canvas is painted, so that two stills can be told apart. */
const painted = () => picture().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

async function open(job: Job = {}): Promise<Show> {
  const show = showOf(job);
  await panel.show({ ...show, view: 'alltoall' });
  await picture().waitFor();
  return show;
}

const backend = (id: string): Job => ({
  values: { 'communication.backend': id, 'communication.dispatchDtype': null },
});
const nvl72: Job = {
  values: {
    'cluster.accelerator': 'gb200-nvl72',
    'cluster.gpusPerNode': 4,
    'layout.worldSize': 1024,
    'communication.backend': 'nvlink-one-sided',
  },
};

describe('the steps', () => {
  it('are walked through with the keyboard, each a picture of its own with its text', async () => {
    await open();
    await picture().focus();
    const stills = new Set([await painted()]);
    for (const name of ['2 of 5: Route', '3 of 5: Dispatch', '4 of 5: Compute', '5 of 5: Combine']) {
      await panel.page.keyboard.press('ArrowRight');
      await step().getByRole('heading', { name }).waitFor();
      stills.add(await painted());
    }
    await panel.page.keyboard.press('End');
    await expect.poll(async () => (await kept())?.moment).toBe(5);
    stills.add(await painted());
    expect(stills.size).toBe(6);
    await panel.page.keyboard.press('Home');
    await step().getByRole('heading', { name: '1 of 5: Before' }).waitFor();
    await panel.page.keyboard.press('ArrowLeft');
    await step().getByRole('heading', { name: '1 of 5: Before' }).waitFor();
  });

  it('draw no link before the router has chosen', async () => {
    await open();
    /** Painted pixels of the line that has most of them, and those of that line on all canvases at another time. */
    const fullest = () =>
      picture().evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
        const painted = Array.from({ length: height }, (_, y) => {
          let pixels = 0;
          for (let x = 0; x < width; x++) if (data[(y * width + x) * 4 + 3]! > 0) pixels += 1;
          return pixels;
        });
        return { y: painted.indexOf(Math.max(...painted)), share: Math.max(...painted) / width };
      });
    const shareAt = (y: number) =>
      panel.page.locator('.exchange canvas').evaluateAll((all, line) => {
        const shares = all.map((canvas) => {
          const { width } = canvas as HTMLCanvasElement;
          const row = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, line, width, 1).data;
          return row.filter((value, at) => at % 4 === 3 && value > 0).length / width;
        });
        return Math.max(...shares);
      }, y);
    await picture().focus();
    await panel.page.keyboard.press('ArrowRight');
    await step().getByRole('heading', { name: '2 of 5: Route' }).waitFor();
    const lane = await fullest();
    expect(lane.share).toBeGreaterThan(0.5);
    await panel.page.keyboard.press('ArrowLeft');
    await step().getByRole('heading', { name: '1 of 5: Before' }).waitFor();
    // The borders of the ranks' boxes are all that crosses that line.
    expect(await shareAt(lane.y)).toBeLessThan(0.05);
  });

  it('are chosen with their buttons, the slider, Next and Previous', async () => {
    await open();
    await button('4 Compute').click();
    await step().getByRole('heading', { name: '4 of 5: Compute' }).waitFor();
    expect(await slider().inputValue()).toBe('3');
    expect(await slider().getAttribute('aria-valuetext')).toBe('Step 4 of 5, Compute');
    await button('Previous').click();
    await step().getByRole('heading', { name: '3 of 5: Dispatch' }).waitFor();
    await button('Next').click();
    await step().getByRole('heading', { name: '4 of 5: Compute' }).waitFor();
    await slider().fill('1');
    await step().getByRole('heading', { name: '2 of 5: Route' }).waitFor();
    await slider().press('ArrowRight');
    await step().getByRole('heading', { name: '3 of 5: Dispatch' }).waitFor();
    expect(await button('3 Dispatch').getAttribute('aria-current')).toBe('step');
  });

  it('have the figures of the whole job, hop by hop', async () => {
    const { traffic, time } = (await open()).baseline.result;
    for (const [at, phase] of [
      ['3 Dispatch', 'dispatch'],
      ['5 Combine', 'combine'],
    ] as const) {
      const said = showing(at);
      expect(await said).toContain(
        `NIC ${bytes(traffic[phase].scaleOutBytes)} ${timeText(time[phase].terms.nic * 1e-6)}`,
      );
      expect(await said).toContain(
        `NVLink ${bytes(traffic[phase].scaleUpBytes)} ${timeText(time[phase].terms.nvlink * 1e-6)}`,
      );
      expect(await said).toContain(bytes(traffic[phase].forwardedBytes));
      expect(await said).toContain(`local ${bytes(traffic[phase].localBytes)}`);
      expect(await said).toContain(timeText(time[phase].microseconds * 1e-6));
    }
    const { perRank, fullestRank } = traffic.load;
    expect(await showing('4 Compute')).toContain(
      `assignments of rank ${fullestRank} ${count(perRank[fullestRank]!)}`,
    );
  });

  it('say in the heading what travels', async () => {
    const { perToken } = (await open()).baseline.result.traffic;
    expect(await words(panel.page.locator('h2'))).toBe(
      `Each token’s 8 experts are on ${significant(perToken.distinctRanks)} ranks. The NIC carries one copy per node: ${significant(perToken.remoteNodes)} of a token instead of 6.54.`,
    );
  });

  it('are told as each backend really sends', async () => {
    await open(backend('nccl-alltoall'));
    expect(await showing('3 Dispatch')).toContain('One copy per expert goes straight to its rank');
    await panel.send({ ...showOf(backend('allgather-reducescatter')), view: 'alltoall' });
    await panel.page.getByRole('heading', { name: /^Each token is sent to all 64 ranks/ }).waitFor();
    expect(await words(step())).toContain('An all-gather brings every token to every rank');
    await panel.send({ ...showOf(nvl72), view: 'alltoall' });
    await panel.page.getByRole('heading', { name: /NVLink carries one copy per rank/ }).waitFor();
    expect(await words(step())).not.toContain('NIC');
  });
});

describe('the tokens', () => {
  it('are gone through with the keyboard, and one is chosen by a click', async () => {
    await open();
    await picture().focus();
    const first = await words(token());
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => words(token())).not.toBe(first);
    await panel.page.keyboard.press('ArrowUp');
    await expect.poll(() => words(token())).toBe(first);
    await picture().click({ position: { x: 67, y: 60 } });
    await expect.poll(() => words(token())).toMatch(/^Token 1 of rank \d+$/);
  });

  it('go where the placement has their experts, in the readout and in the table', async () => {
    const { result } = (await open()).baseline;
    const { expertsPerRank, nodeOfRank } = result.placement;
    await button('Table').click();
    const rows = await panel.page
      .getByRole('region', { name: 'Where the copies of 16 tokens go' })
      .locator('tbody tr')
      .all();
    expect(rows.length).toBeGreaterThan(16 * 4);
    for (const row of rows.slice(0, 24)) {
      const [, from, , experts, to, , way] = await row.locator('td').allInnerTexts();
      const destination = Number(to);
      for (const expert of experts!.split(', '))
        expect(expertsPerRank[destination]).toContain(Number(expert));
      const isSameNode = nodeOfRank[Number(from)] === nodeOfRank[destination];
      expect(way!.startsWith('NIC')).toBe(!isSameNode);
      expect(way === 'local').toBe(from === to);
    }
  });
});

describe('the ranks', () => {
  it('are as many as asked for, around the one that is selected', async () => {
    await open();
    await panel.page.getByRole('radio', { name: '16', exact: true }).click();
    await panel.page.getByText('16 of 64 ranks on 2 nodes, 4 tokens of each').waitFor();
    await panel.page.getByLabel('Around').selectOption('5');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(5);
    await expect.poll(() => words(token())).toMatch(/of rank 5$/);
    await picture().focus();
    await panel.page.keyboard.press('Escape');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBeNull();
    await panel.page.getByRole('radio', { name: '64', exact: true }).click();
    await panel.page.getByText('All 64 ranks on 8 nodes, 4 tokens of each').waitFor();
  });

  it.each([2, 1024])('can be drawn for EP %d', async (ep) => {
    const { result } = (
      await open({
        values: {
          'model.routedExperts': Math.max(256, ep),
          'layout.ep': ep,
          'layout.worldSize': ep === 2 ? 32 : ep,
          'layout.pp': ep === 2 ? 16 : 1,
          'layout.vpp': ep === 2 ? 2 : 1,
          'workload.globalBatchSize': 16384,
        },
      })
    ).baseline;
    await button('3 Dispatch').click();
    await expect.poll(async () => (await kept())?.moment).toBe(2);
    expect(await words(step())).toContain(bytes(result.traffic.dispatch.scaleUpBytes));
    expect(await panel.axe()).toEqual([]);
  });

  it('are none where EP is 1', async () => {
    await panel.show({ ...showOf({ values: { 'layout.ep': 1 } }), view: 'alltoall' });
    await panel.page.getByRole('heading', { name: 'EP is 1: nothing is sent.' }).waitFor();
    await panel.page.getByRole('button', { name: 'See what that costs in memory' }).click();
    await panel.page.getByRole('tab', { name: 'Memory', selected: true }).waitFor();
  });
});

it('shows another layer with its own tokens and figures, once the host has simulated it', async () => {
  const { result, detail } = (await open()).baseline;
  expect(detail.layers).toBe(58);
  const layer = result.placement.layer === 3 ? 4 : 3;
  await button('3 Dispatch').click();
  await panel.page.getByLabel('MoE layer').selectOption(String(layer));
  await expect.poll(() => panel.lastPosted()).toEqual({ type: 'layer', layer });
  const traffic = runToEnd(layerTraffic(result.scenario, 'expected', layer));
  await panel.send({ type: 'layer', traffic, variant: null });
  await expect.poll(() => words(step())).toContain(`MoE layer ${layer}, FP8`);
  expect(await words(step())).toContain(timeText(traffic.dispatch.microseconds * 1e-6));
  const fullest = traffic.one!.traffic.load.fullestRank;
  expect(await panel.page.getByLabel('Around').inputValue()).toBe(String(fullest));
  await button('Table').click();
  const cells = await panel.page.locator('.scroll tbody tr').first().locator('td').allInnerTexts();
  const [rank, expert] = [Number(cells[1]), Number(cells[3]!.split(', ')[0])];
  const { slots, perRank, topK } = traffic.one!.examples;
  const ofRank = slots.subarray(rank * perRank * topK, (rank + 1) * perRank * topK);
  expect([...ofRank].map((slot) => traffic.one!.placement.physicalToLogical[slot])).toContain(expert);
  await expect.poll(async () => (await panel.kept())?.views.alltoall).toMatchObject({ layer });
});

describe('motion', () => {
  beforeEach(() => panel.page.emulateMedia({ reducedMotion: 'no-preference' }));

  it('plays to the end and stops there, pauses, and is left alone by what is reduced', async () => {
    await open();
    await button('Play').click();
    await button('Pause').waitFor();
    await expect.poll(async () => Number(await slider().inputValue())).toBeGreaterThan(0.2);
    await picture().focus();
    await panel.page.keyboard.press('Space');
    await button('Play').waitFor();
    const rest = Number(await slider().inputValue());
    expect(rest).toBeLessThan(5);
    await expect.poll(async () => (await kept())?.moment).toBeCloseTo(rest, 1);
    await slider().fill('4.9');
    await panel.page.keyboard.press('Space');
    await button('Play').waitFor();
    await expect.poll(async () => (await kept())?.moment).toBe(5);
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(() => button('Play').count()).toBe(0);
  });

  it('takes little time per frame with 64 ranks', async () => {
    await panel.page.evaluate(() => {
      const times: number[] = [];
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) =>
        request((now) => {
          const before = performance.now();
          callback(now);
          times.push(performance.now() - before);
        });
      Object.assign(window, { frameTimes: times });
    });
    await open();
    await panel.page.getByRole('radio', { name: '64', exact: true }).click();
    await slider().fill('1');
    await button('Play').click();
    await button('Play').waitFor({ timeout: 30_000 });
    const times = await panel.page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
    const sorted = [...times].sort((a, b) => a - b);
    const at = (share: number) => fixed(sorted[Math.floor(share * (sorted.length - 1))]!, 2);
    console.log(
      `All-to-all, 64 ranks: ${sorted.length} frames, ${at(0.5)} ms each in the median, ${at(0.95)} ms at the 95th percentile, ${at(1)} ms at most`,
    );
    expect(sorted.length).toBeGreaterThan(10);
  });
});

it('comes back as it was left', async () => {
  const show = showOf();
  const again = await stage.open({
    kept: {
      version: PROTOCOL_VERSION,
      job: show.job,
      view: 'alltoall',
      changes: [],
      selectedRank: 17,
      views: { alltoall: { moment: 3, size: 8, token: 7, table: false } },
    },
  });
  await again.show(show);
  await again.page.getByText('8 of 64 ranks on 2 nodes').waitFor();
  await again.page.getByRole('heading', { name: '4 of 5: Compute' }).waitFor();
  await again.page.getByRole('heading', { name: /^Token 7 of rank/ }).waitFor();
  expect(await again.page.getByLabel('Around').inputValue()).toBe('17');
  expect(await again.page.getByRole('slider').inputValue()).toBe('3');
  await again.close();
});

it('is saved as a picture that stands alone', async () => {
  await open();
  await button('3 Dispatch').click();
  await button('Copy').click();
  await panel.page.getByRole('menuitem', { name: 'PNG' }).click();
  await panel.page.waitForFunction(() =>
    (window as unknown as { posted: { type: string }[] }).posted.some(({ type }) => type === 'saveFile'),
  );
  const saved = await panel.lastPosted();
  if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
  expect(saved.fileName).toBe('H800-EP64-alltoall.png');
  await saveScreenshot('export-alltoall', Buffer.from(saved.base64, 'base64'));
});
