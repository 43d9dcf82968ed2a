import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { count, fixed, times } from '../../webview/format';
import { type Job, type Show, showOf } from './fixture';
import { onStage, panel, saveScreenshot, stage } from './harness';

onStage();

const gpus = () => panel.page.locator('canvas.gpus');
const map = () => panel.page.locator('canvas.world-map');
const readout = () => panel.page.locator('#slot-readout');
const group = () => panel.page.locator('#group-readout');
const heading = () => panel.page.locator('h2');
const shown = async (element: Locator) => (await element.allInnerTexts()).join('\n').replaceAll('\n', ' ');
const said = (element: Locator) => expect.poll(() => shown(element));

async function open(job: Job = {}): Promise<Show> {
  const show = showOf(job);
  await panel.show(show);
  await gpus().waitFor();
  return show;
}

const eplb: Job = {
  framework: 'sglang',
  values: {
    'workload.mode': 'decode',
    'layout.ep': 32,
    'layout.tp': 32,
    'layout.pp': 1,
    'layout.vpp': null,
    'layout.worldSize': null,
    'placement.strategy': 'eplb',
    'placement.redundantExperts': 32,
    'routing.distribution': 'lognormal',
    'routing.sigma': 1,
    'communication.backend': 'deepep-low-latency',
    'workload.recompute': null,
    'workload.sharding': null,
  },
};
const ranks = (n: number): Job => ({
  values: {
    'model.routedExperts': n,
    'layout.ep': n,
    'layout.pp': 1,
    'layout.vpp': 1,
    'workload.globalBatchSize': 16384,
  },
});

const nvl72: Job = {
  framework: 'vllm',
  values: {
    'workload.mode': 'decode',
    'layout.ep': null,
    'layout.pp': 1,
    'layout.vpp': null,
    'layout.worldSize': null,
    'layout.tp': 1,
    'layout.dp': 128,
    'layout.expertParallelEnabled': true,
    'communication.backend': 'deepep-high-throughput',
    'cluster.accelerator': 'gb200-nvl72',
    'cluster.gpusPerNode': 4,
    'workload.recompute': null,
    'workload.sharding': null,
  },
};

it('says in which NVLink domain a rank is where a domain has several nodes', async () => {
  await open(nvl72);
  await gpus().focus();
  await panel.page.keyboard.press('End');
  await said(readout()).toContain('rank 127, node 31 NVLink domain 1');
  await said(group()).toContain('128 ranks on 32 nodes in 2 NVLink domains');
  await panel.page.getByRole('button', { name: 'Table' }).click();
  const cells = panel.page.locator('.scroll tbody tr').nth(72).locator('td');
  await expect.poll(() => cells.allInnerTexts()).toEqual(expect.arrayContaining(['72', '18', '1']));
});

describe('the cards', () => {
  it('say in the heading who waits for whom', async () => {
    const { result } = (await open()).baseline;
    const { load } = result.traffic;
    expect(await shown(heading())).toBe(
      `256 experts on 64 ranks, 4 each. Rank ${load.fullestRank} gets ${times(load.maxOverMean)} the mean load, so the other 63 wait for it.`,
    );
  });
  it('read out the expert under the pointer, and start at the hottest of the busiest rank', async () => {
    const { result } = (await open()).baseline;
    const { perExpert, perRank, fullestRank } = result.traffic.load;
    const mean = perExpert.reduce((a, b) => a + b, 0) / perExpert.length;
    await said(readout()).toContain(`rank ${fullestRank}, node ${fullestRank >> 3}`);
    await gpus().hover({ position: { x: 70, y: 30 } });
    await said(readout()).toContain('Expert 0 ');
    const text = await shown(readout());
    expect(text).toContain(`${count(perExpert[0]!)} assignments, ${times(perExpert[0]! / mean)} mean`);
    expect(text).toContain(`rank: ${count(perRank[0]!)} assignments`);
    expect(text).toContain('rank 0, node 0');
  });
  it('are painted in the colours of the loads', async () => {
    const { result } = (await open()).baseline;
    const { perExpert } = result.traffic.load;
    const hottest = perExpert.indexOf(Math.max(...perExpert));
    await gpus().focus();
    await panel.page.keyboard.press('Home');
    await said(readout()).toContain('Expert 0 ');
    // The darkest colour of the ramp is there once: at the hottest expert, under the frame of its card.
    const darkest = await gpus().evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      const found: [number, number][] = [];
      for (let at = 0; at < data.length; at += 4)
        if (data[at] === 0x17 && data[at + 1] === 0x2a && data[at + 2] === 0x63)
          found.push([(at / 4) % width, Math.floor(at / 4 / width)]);
      return found;
    });
    expect(darkest.length).toBeGreaterThan(50);
    const [x, y] = darkest[Math.floor(darkest.length / 2)]!;
    await gpus().hover({ position: { x, y } });
    await said(readout()).toContain(`Expert ${hottest} `);
  });
  it('are moved through with the keyboard, and share their selection with the other views', async () => {
    await open();
    await gpus().focus();
    for (const [key, expert] of [
      ['Home', 0],
      ['ArrowRight', 1],
      ['ArrowDown', 33],
      ['Shift+ArrowRight', 65],
      ['ArrowUp', 33],
      ['ArrowLeft', 32],
      ['ArrowLeft', 31],
      ['End', 255],
    ] as const) {
      await panel.page.keyboard.press(key);
      await said(readout()).toContain(`Expert ${expert} `);
    }
    await panel.page.keyboard.press('Enter');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(63);
    await panel.tab('Memory');
    await panel.page.locator('.memory-readout').getByText('rank 63', { exact: true }).waitFor();
    await panel.tab('Traffic');
    await panel.page.locator('h3:text-matches("^Rank 63 sends")').waitFor();
    await panel.tab('Placement');
    await said(group()).toContain('EP group of rank 63');
    await gpus().focus();
    await panel.page.keyboard.press('Escape');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBeNull();
  });
  it('select a rank by a click', async () => {
    await open();
    await gpus().click({ position: { x: 70, y: 30 } });
    await said(group()).toContain('EP group of rank 0');
  });
  it('show another layer, and keep it', async () => {
    const { result } = (await open()).baseline;
    const { layers } = result.placement;
    await panel.page.getByLabel('MoE layer').selectOption(String(layers.worst));
    await said(heading()).toContain(`gets ${times(layers.maxOverMean[layers.worst]!)} the mean load`);
    const kept = await panel.kept();
    expect(kept?.views.placement).toMatchObject({ layer: layers.worst });
    const again = await stage.open({ kept: kept! });
    await again.show(showOf());
    expect(await again.page.getByLabel('MoE layer').inputValue()).toBe(String(layers.worst));
    await again.close();
  });
  it('mark redundant experts and say where the copies are', async () => {
    const { result, detail } = (await open(eplb)).baseline;
    const { placement } = result;
    expect(await shown(heading())).toMatch(/^256 experts in 288 slots on 32 ranks, 9 each\. Rank \d+ gets/);
    await panel.page.getByText('Expert with copies on other slots').waitFor();
    const slots = detail.slots[placement.layer]!;
    const replicated = slots.findIndex((expert) => slots.filter((other) => other === expert).length > 1);
    const copies = slots.flatMap((other, slot) => (other === slots[replicated] ? [slot] : []));
    await gpus().focus();
    await panel.page.keyboard.press('Home');
    for (let slot = 0; slot < replicated; slot++) await panel.page.keyboard.press('ArrowRight');
    await said(readout()).toContain(`Expert ${slots[replicated]} copy 1 of ${copies.length}`);
    expect(await panel.page.locator('.copy-mark').count()).toBe(copies.length - 1);
  });
  it('say what one rank with all experts means', async () => {
    await open({ values: { 'layout.ep': 1 } });
    await panel.page
      .getByRole('heading', {
        name: 'EP is 1: every rank holds all 256 experts, and no token leaves its rank.',
      })
      .waitFor();
    await gpus().hover({ position: { x: 200, y: 60 } });
    await said(readout()).toMatch(/^Expert \d+ /);
    expect(await panel.axe()).toEqual([]);
  });
});

describe('many ranks', () => {
  it.each([
    [16, 'cards'],
    [256, 'cells'],
    [1024, 'ranks'],
    [2048, 'ranks'],
  ] as const)('%d are drawn as %s, and every one can be found', async (n, detail) => {
    await open(ranks(n));
    expect(await gpus().getAttribute('data-detail')).toBe(detail);
    const { height } = (await gpus().boundingBox())!;
    expect(height).toBeLessThan(600);
    await gpus().focus();
    await panel.page.keyboard.press('End');
    await said(readout()).toContain(`rank ${n - 1}, node ${(n - 1) >> 3}`);
    await panel.page.keyboard.press('Shift+ArrowLeft');
    await said(readout()).toContain(`rank ${n - 9}, node ${(n - 9) >> 3}`);
  });
  it('answers the pointer at once; the times are printed, not judged', async () => {
    await open(ranks(2048));
    const median = await panel.page.evaluate(async () => {
      const target = document.querySelector('#slot-readout')!;
      const times: number[] = [];
      for (const name of ['gpus', 'world-map']) {
        const canvas = document.querySelector<HTMLCanvasElement>(`canvas.${name}`)!;
        const box = canvas.getBoundingClientRect();
        const watched = name === 'gpus' ? target : document.querySelector('.group-readout')!;
        for (let i = 1; i <= 20; i++) {
          const from = performance.now();
          const changed = new Promise<void>((done) => {
            const observer = new MutationObserver(() => {
              observer.disconnect();
              done();
            });
            observer.observe(watched, { subtree: true, childList: true, characterData: true });
          });
          const point = { clientX: box.left + 40 + i * 23, clientY: box.top + 5 + i * 12, bubbles: true };
          canvas.dispatchEvent(new MouseEvent('mousemove', point));
          await changed;
          times.push(performance.now() - from);
        }
      }
      return times.sort((a, b) => a - b)[times.length >> 1]!;
    });
    console.log(`2,048 ranks, placement: hover median ${fixed(median, 1)} ms`);
  });
});

describe('the grids', () => {
  it('multiply out to all GPUs, and show each group of the selected rank', async () => {
    const { scenario } = (await open({ values: { 'layout.tp': 4, 'layout.etp': 1 } })).baseline.result;
    const { tp, dp, pp, ep, edp, worldSize } = scenario.layout;
    expect(tp * dp * pp).toBe(worldSize);
    expect(ep * edp * pp).toBe(worldSize);
    const lines = await panel.page.locator('.product').allInnerTexts();
    expect(lines[0]!.replaceAll(/\s+/g, ' ')).toBe(
      `Dense part TP ${tp} × CP 1 × DP ${dp} × PP ${pp} = ${count(worldSize)}`,
    );
    expect(lines[1]!.replaceAll(/\s+/g, ' ')).toBe(
      `Experts ETP 1 × EP ${ep} × EDP ${edp} × PP ${pp} = ${count(worldSize)}`,
    );
    await gpus().focus();
    for (const key of ['Home', 'Enter']) await panel.page.keyboard.press(key);
    await said(group()).toContain('EP group of rank 0 64 ranks on 8 nodes ranks 0–63');
    await panel.page.getByRole('radio', { name: 'TP 4' }).click();
    await said(group()).toContain('TP group of rank 0 4 ranks on 1 node ranks 0–3');
    await panel.page.keyboard.press('ArrowRight');
    await said(group()).toContain(`DP group of rank 0 ${dp} ranks on 16 nodes ranks 0 to 124 in steps of 4`);
    await panel.page.keyboard.press('ArrowRight');
    await said(group()).toContain('PP group of rank 0 16 ranks on 16 nodes ranks 0 to 1920 in steps of 128');
    await expect.poll(async () => (await panel.kept())?.views.placement).toMatchObject({ axis: 'pp' });
  });
  it('fill the group and nothing else', async () => {
    await open();
    const filled = () =>
      map().evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let blue = 0;
        let grey = 0;
        for (let at = 0; at < data.length; at += 4) {
          if (data[at] === 0x00 && data[at + 1] === 0x63 && data[at + 2] === 0xd3) blue += 1;
          else if (data[at + 3] === 255) grey += 1;
        }
        return blue / (blue + grey);
      });
    expect(await filled()).toBeCloseTo(64 / 2048, 2);
    await panel.page.getByRole('radio', { name: 'DP 128' }).click();
    await said(group()).toContain('128 ranks on 16 nodes');
    expect(await filled()).toBeCloseTo(128 / 2048, 2);
  });
  it('give the place of any rank in both, and take it', async () => {
    await open();
    await map().focus();
    await panel.page.keyboard.press('Escape');
    await map().hover({ position: { x: 40, y: 4 } });
    const place = panel.page.locator('.group-readout p').nth(1);
    await said(place).toBe(
      'Rank 0, node 0: DP 0, PP 0 of the dense grid; EP 0, EDP 0, PP 0 of the expert grid.',
    );
    for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) await panel.page.keyboard.press(key);
    await said(group()).toContain('EP group of rank 9 ');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(9);
  });
  it('take a rank of another EP group: the cards follow, since groups are alike', async () => {
    await open();
    const box = (await map().boundingBox())!;
    await map().click({ position: { x: box.width - 4, y: box.height - 4 } });
    await said(group()).toContain('EP group of rank 2047 64 ranks on 8 nodes ranks 1984–2047');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(63);
    await map().focus();
    await panel.page.keyboard.press('Escape');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBeNull();
  });
});

describe('why it is spread', () => {
  it('weighs the model on one GPU, with the experts spread, and in this job', async () => {
    const { result, detail } = (await open()).baseline;
    const rows = await panel.page.locator('.spread-row').allInnerTexts();
    expect(rows).toHaveLength(3);
    const gib = (bytes: number) => bytes / 2 ** 30;
    expect(rows[0]).toContain(`${count(Number(gib(2 * result.parameters.total).toPrecision(3)))} GiB`);
    expect(rows[0]).toContain('of one H800: does not fit.');
    expect(rows[1]).toMatch(/^EP 64\s/);
    expect(rows[2]).toMatch(/^EP 64, PP 16: this job\s/);
    const { job } = detail.weights;
    const sum = job.attentionAndEmbeddings + job.otherDense + job.routedExperts;
    expect(rows[2]).toContain(`${fixed(gib(sum), 2)} GiB`);
    // One scale: the bars are to each other as the bytes.
    const lengths = await panel.page
      .locator('.spread-row svg')
      .evaluateAll((bars) =>
        bars.map((bar) =>
          [...bar.querySelectorAll('rect')].reduce(
            (all, part) => all + Number(part.getAttribute('width')),
            0,
          ),
        ),
      );
    expect(lengths[1]! / lengths[0]!).toBeCloseTo(50.9 / 1250, 2);
    await panel.page.getByRole('button', { name: 'See Memory' }).click();
    await panel.page.getByRole('tab', { name: 'Memory', selected: true }).waitFor();
  });
  it('counts served weights in their own format', async () => {
    await open({ ...eplb, values: { ...eplb.values, 'model.weightDtype': 'fp8' } });
    await panel.page
      .getByRole('heading', { name: 'Why it is spread: weights in FP8 against one H800' })
      .waitFor();
    await panel.page.getByText(/left for the KV cache and activations/).waitFor();
  });
});

describe('table and copy', () => {
  it('has a row per rank, copies a row per slot, and saves the picture', async () => {
    const { result } = (await open(eplb)).baseline;
    await panel.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await panel.page.getByRole('menuitem', { name: 'CSV' }).click();
    const copied = await panel.lastPosted();
    if (copied?.type !== 'copyText') throw new Error(`posted ${copied?.type}`);
    const lines = copied.text.split('\n');
    expect(lines).toHaveLength(289);
    expect(lines[0]).toBe('Slot,Expert,Copy,Copies,Rank,World rank,Node,Assignments,"Load, × mean"');
    const sum = lines.slice(1).reduce((all, line) => all + Number(line.split(',')[7]), 0);
    expect(sum).toBeCloseTo(
      result.traffic.load.perRank.reduce((a, b) => a + b, 0),
      0,
    );
    await panel.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await panel.page.getByRole('menuitem', { name: 'PNG' }).click();
    await panel.page.waitForFunction(() =>
      (window as unknown as { posted: { type: string }[] }).posted.some(({ type }) => type === 'saveFile'),
    );
    const saved = await panel.lastPosted();
    if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
    expect(saved.fileName).toBe('H800-EP32-placement.png');
    await saveScreenshot('export-placement', Buffer.from(saved.base64, 'base64'));
    await panel.page.getByRole('button', { name: 'Table' }).click();
    const region = panel.page.getByRole('region', { name: /^Experts of MoE layer \d+, by rank$/ });
    expect(await region.locator('tbody tr').count()).toBe(32);
    expect(await gpus().count()).toBe(0);
  });
});
