import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../src/panel/protocol';
import { panelRefusals } from '../../src/panel/refusals';
import { refusal } from '../../src/scenario/refusals/refusal';
import { count, factor, fixed, significant } from '../../webview/format';
import { completeKnob, growthFor, type Job, refusalsOf, showOf } from './fixture';
import { bundle, onStage, panel, saveScreenshot, stage } from './harness';
import type { ThemeName } from './themes';

onStage();

const show = showOf();
const result = show.baseline.result;
const { rows } = result.traffic;
const at = (i: number, k: number) => rows.data[i * rows.size + k]!;
const matrix = () => panel.page.locator('canvas.matrix');
const readout = () => panel.page.locator('#cell-readout');
const radio = (name: string) => panel.page.getByRole('radio', { name });

/** The text of an element as a person sees it. */
const shown = async (element: Locator) => (await element.allInnerTexts()).join('\n');

/** Centre of a cell of the 64 × 64 matrix, in pixels of the canvas. */
const centre = (index: number) => index * 8 + (index >> 3) * 2 + 4;

async function hover(i: number, k: number): Promise<void> {
  await matrix().hover({ position: { x: centre(k), y: centre(i) } });
  await panel.page.locator(`h3:text-is("Rank ${i} to rank ${k}")`).waitFor();
}

const busiest = () => {
  const received = Array.from({ length: rows.size }, (_, k) =>
    Array.from({ length: rows.size }, (_, i) => at(i, k)).reduce((a, b) => a + b, 0),
  );
  return received.indexOf(Math.max(...received));
};

describe('before and without a result', () => {
  it('says ready with its version, and what it waits for', async () => {
    expect(await panel.posted()).toEqual([{ type: 'ready', version: PROTOCOL_VERSION, isTold: false }]);
    expect(await shown(panel.page.locator('main'))).toContain('Reading the file');
  });
  it('hears what was said before it listened, and says so', async () => {
    const early = { type: 'empty', title: 'No job is shown', message: 'Open one.', findings: [] } as const;
    const told = await stage.open({ early });
    await told.page.getByRole('heading', { name: early.title }).waitFor();
    expect(await told.posted()).toEqual([{ type: 'ready', version: PROTOCOL_VERSION, isTold: true }]);
    await told.page.context().close();
  });
  it('says why there is nothing to show, and lists what was found', async () => {
    await panel.send({
      type: 'empty',
      title: 'train.sh cannot be simulated yet',
      message: 'It does not say its number of GPUs.',
      findings: show.findings,
    });
    await panel.page.getByRole('heading', { name: 'train.sh cannot be simulated yet' }).waitFor();
    await panel.page.getByRole('button', { name: 'train.sh:41' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openFinding', index: 1 });
    expect(await panel.axe()).toEqual([]);
  });
  it('leads from each reason to the lines of the fields at fault', async () => {
    await panel.send({
      type: 'empty',
      title: 'train.sh cannot be simulated yet',
      message: '',
      refusals: refusalsOf({ values: { 'layout.ep': 48, 'layout.worldSize': 768 } }),
      findings: [],
    });
    await panel.page.getByText('256 experts do not divide over EP 48').waitFor();
    await panel.page.getByRole('button', { name: 'EP 48 from train.sh:24' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openOrigin', name: 'layout.ep' });
    await panel.page.getByRole('button', { name: 'Experts 256 from config.json:14' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openOrigin', name: 'model.routedExperts' });
    expect(await panel.axe()).toEqual([]);
    await saveScreenshot('refused', await panel.page.screenshot());
  });
  it('offers what answers a refusal', async () => {
    const unknown = refusal('model-not-known', { name: 'acme/moe' });
    await panel.send({
      type: 'empty',
      title: 'serve.sh cannot be simulated yet',
      message: '',
      refusals: panelRefusals([unknown], {}, () => ''),
      findings: [],
    });
    await panel.page.getByText('Nothing is known of the model acme/moe').waitFor();
    await panel.page.getByRole('button', { name: 'Choose the model' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'answer', reason: 'model-not-known' });
    expect(await panel.axe()).toEqual([]);
    await saveScreenshot('unknown-model', await panel.page.screenshot());
  });
  it('keeps the picture and says what it works on while the host is busy', async () => {
    await panel.show({ ...show, view: 'traffic' });
    await panel.send({ type: 'busy', message: 'Simulating, 40%' });
    await panel.page.getByText('Simulating, 40%').waitFor();
    expect(await matrix().isVisible()).toBe(true);
    await panel.send(show);
    await panel.page.getByText('simulated in 38 ms').waitFor();
  });
});

describe('the header', () => {
  beforeEach(() => panel.show(show));
  it('has the verdict, three figures with their basis, and each leads to its view', async () => {
    expect(await shown(panel.page.locator('h1'))).toBe(show.baseline.sentence);
    const figures = panel.page.locator('.figure');
    const fullest = result.memory.perRank[result.memory.fullestRank]!;
    expect(await shown(figures.nth(0))).toContain(fixed(fullest.total / 2 ** 30, 1));
    const milliseconds = (result.time.dispatch.microseconds + result.time.combine.microseconds) / 1e3;
    expect(await shown(figures.nth(1))).toContain(`${significant(milliseconds)} ms`);
    expect(await shown(figures.nth(2))).toMatch(/model ±\d+%/);
    for (const [index, view] of ['Memory', 'Traffic', 'Time'].entries()) {
      await figures.nth(index).click();
      await panel.page.getByRole('tab', { name: view, selected: true }).waitFor();
    }
    await expect.poll(async () => (await panel.kept())?.view).toBe('time');
    await expect.poll(async () => (await panel.kept())?.job).toEqual(show.job);
  });
  it('opens the line of a written chip and explains one that is not written', async () => {
    // The file that is on show is said to who cannot see it; others see the line.
    const ep = panel.page.getByRole('button', { name: 'EP 64 from train.sh:24' });
    expect(await ep.locator('.origin > [aria-hidden]').textContent()).toBe(':24');
    await ep.click();
    expect(await panel.lastPosted()).toEqual({ type: 'openOrigin', name: 'layout.ep' });
    const soft = panel.page.locator('.chip.soft[data-name="workload.tokensPerRank"]');
    expect(await soft.evaluate((chip) => getComputedStyle(chip).borderTopStyle)).toBe('dashed');
    const before = (await panel.posted()).length;
    await soft.click();
    await panel.page.getByText(/^Tokens per rank 4,096: /).waitFor();
    expect(await panel.posted()).toHaveLength(before);
  });
  it('leads from an assumption to the knob that changes it', async () => {
    await panel.page.locator('.chip[data-name="routing.sigma"]').click();
    await panel.page.getByRole('button', { name: 'Try another value' }).click();
    await panel.page.getByRole('tab', { name: 'What if', selected: true }).waitFor();
    await expect.poll(() => panel.page.evaluate(() => document.activeElement?.id)).toBe('knob-routing.sigma');
  });
  it('opens the knob of any input, and takes a value that is typed', async () => {
    await panel.page.getByRole('button', { name: /more, \d+ assumed$/ }).click();
    await panel.page.locator('.chip[data-name="communication.sms"]').click();
    await panel.page.getByRole('button', { name: 'Try another value' }).click();
    const box = panel.page.getByLabel('Communication SMs');
    await expect
      .poll(() => panel.page.evaluate(() => document.activeElement?.id))
      .toBe('knob-communication.sms');
    await box.selectOption({ label: 'Another value…' });
    await box.fill('many');
    await box.press('Enter');
    await panel.page.getByText(/^A whole number from 1 to /).waitFor();
    expect(await panel.axe()).toEqual([]);
    await box.fill('16');
    await box.press('Enter');
    const changes = [{ name: 'communication.sms', value: 16 }];
    await expect.poll(() => panel.lastPosted()).toEqual({ type: 'whatIf', changes });
    await panel.send(showOf({ changes }));
    await panel.page.getByRole('heading', { name: /^Communication SMs \d+ → 16: the step/ }).waitFor();
  });
  it('pins a value that no file has', async () => {
    await panel.page.locator('.chip[data-name="routing.sigma"]').click();
    await panel.page.getByRole('button', { name: 'Pin it in a scenario file' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'pin', name: 'routing.sigma' });
    await panel.send({ ...show, fileName: 'train.moe.yaml' });
    await panel.page.getByRole('button', { name: 'Pin it in train.moe.yaml' }).waitFor();
  });
  it('has all chips behind "more"', async () => {
    const primary = show.baseline.chips.filter((chip) => chip.primary).length;
    expect(await panel.page.locator('.chip[data-name]').count()).toBe(primary);
    const hidden = show.baseline.chips.filter((chip) => !chip.primary);
    const assumed = hidden.filter((chip) => chip.origin === 'assumed');
    await panel.page
      .getByRole('button', { name: `${hidden.length} more, ${assumed.length} assumed` })
      .click();
    expect(await panel.page.locator('.chip[data-name]').count()).toBe(show.baseline.chips.length);
  });
  it('lists findings that open their line', async () => {
    await panel.page.getByRole('button', { name: '2 findings in train.sh' }).click();
    await panel.page.getByRole('button', { name: 'train.sh:57' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openFinding', index: 0 });
  });
  it('moves between tabs with the arrow keys', async () => {
    await panel.tab('Traffic');
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.getByRole('tab', { name: 'Memory', selected: true }).waitFor();
    await panel.page.keyboard.press('End');
    const last = panel.page.getByRole('tab').last();
    await expect.poll(() => last.getAttribute('aria-selected')).toBe('true');
    expect(await last.evaluate((tab) => tab === document.activeElement)).toBe(true);
  });
  it('shows a view by Alt, Shift and its digit, from anywhere', async () => {
    await panel.page.locator('.chip').first().focus();
    await panel.page.keyboard.press('Alt+Shift+Digit2');
    const second = panel.page.getByRole('tab').nth(1);
    await expect.poll(() => second.getAttribute('aria-selected')).toBe('true');
    expect(await second.getAttribute('aria-keyshortcuts')).toBe('Alt+Shift+2');
  });
});

describe('traffic', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  it('reads out the exact cell under the pointer', async () => {
    await hover(12, 38);
    const text = await shown(readout());
    const mean = Array.from(rows.data).reduce((a, b) => a + b, 0) / rows.data.length;
    expect(text).toContain(count(at(12, 38)));
    expect(text).toContain(`${fixed((at(12, 38) * result.traffic.dispatch.rowBytes) / 1e6, 2)} MB`);
    expect(text).toContain(`${fixed(at(12, 38) / mean, 2)}×`);
    expect(text).toContain('NIC to node 4, then NVLink');
    await hover(12, 12);
    expect(await shown(readout())).toContain('stays on the rank');
    await hover(12, 13);
    expect(await shown(readout())).toMatch(/\nNVLink/);
    // The GPU at the same place of the other node is where the NIC brings it.
    await hover(12, 36);
    expect(await shown(readout())).toMatch(/NIC to node 4$/m);
  });
  it('is painted in the colours of the values', async () => {
    const colours = await matrix().evaluate((canvas: HTMLCanvasElement, index) => {
      const data = (k: number) => [
        ...canvas.getContext('2d')!.getImageData(k * 8 + (k >> 3) * 2 + 4, 4, 1, 1).data,
      ];
      return { busiest: data(index), gap: [...canvas.getContext('2d')!.getImageData(64, 4, 1, 1).data] };
    }, busiest());
    expect(colours.busiest).toEqual([0x17, 0x2a, 0x63, 255]);
    expect(colours.gap[3]).toBe(0);
  });
  it('is moved through with the keyboard', async () => {
    await hover(0, 0);
    await matrix().focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown'])
      await panel.page.keyboard.press(key);
    await panel.page.locator('h3:text-is("Rank 9 to rank 9")').waitFor();
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('h3:text-matches("^Rank 9 sends")').waitFor();
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(9);
    await panel.page.keyboard.press('Escape');
    await panel.page.locator(`h3:text-matches("^Rank ${busiest()} sends")`).waitFor();
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBeNull();
  });
  it('selects a row by a click, and shows its copies by node', async () => {
    await matrix().click({ position: { x: centre(3), y: centre(20) } });
    await panel.page.locator('h3:text-matches("^Rank 20 sends")').waitFor();
    const perNode = Array.from({ length: 8 }, (_, node) =>
      Array.from({ length: 8 }, (_, k) => at(20, node * 8 + k)).reduce((a, b) => a + b, 0),
    );
    const text = await shown(panel.page.locator('#rank-readout'));
    for (const copies of perNode) expect(text).toContain(count(copies));
  });
  it('turns for combine, folds to nodes and changes its scale', async () => {
    await radio('Combine').click();
    await hover(38, 12);
    expect(await shown(readout())).toContain(count(at(12, 38)));
    expect(await shown(readout())).toContain('BF16');
    await radio('Nodes').click();
    await radio('Log').click();
    await panel.page.locator('canvas[data-cells="8"]').waitFor();
    expect(await shown(readout())).toContain('copies, log');
    await expect
      .poll(async () => (await panel.kept())?.views.traffic)
      .toMatchObject({ phase: 'combine', level: 'nodes', scale: 'log' });
  });
  it('has the counts of MPI_Alltoallv as its table', async () => {
    await panel.page.getByRole('button', { name: 'Show the counts' }).click();
    const region = panel.page.getByRole('region', { name: /as MPI_Alltoallv sees them/ });
    expect(await region.locator('tbody tr').count()).toBe(64);
    expect(await matrix().count()).toBe(0);
    const cells = await region.locator('tbody tr').nth(2).locator('td').allInnerTexts();
    const rank = busiest();
    expect(cells[3]).toBe(count(at(rank, 2)));
    expect(cells[4]).toBe(count(at(rank, 0) + at(rank, 1)));
  });
  it('copies the whole matrix and saves the picture', async () => {
    await panel.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await panel.page.getByRole('menuitem', { name: 'CSV' }).click();
    const copied = await panel.lastPosted();
    if (copied?.type !== 'copyText') throw new Error(`posted ${copied?.type}`);
    const lines = copied.text.split('\n');
    expect(lines).toHaveLength(65);
    expect(Number(lines[13]!.split(',')[39])).toBeCloseTo(at(12, 38), 3);
    await panel.page.getByRole('button', { name: 'Copy', exact: true }).focus();
    await panel.page.keyboard.press('Enter');
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await panel.page.keyboard.press(key);
    await panel.page.waitForFunction(() =>
      (window as unknown as { posted: { type: string }[] }).posted.some(({ type }) => type === 'saveFile'),
    );
    const saved = await panel.lastPosted();
    if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
    expect(saved.fileName).toMatch(/\.png$/);
    const png = Buffer.from(saved.base64, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
    await saveScreenshot('export-traffic', png);
  });
  it('follows a change of theme', async () => {
    await panel.setTheme('dark');
    await panel.page.waitForFunction((index) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.matrix')!;
      const x = index * 8 + (index >> 3) * 2 + 4;
      return canvas.getContext('2d')!.getImageData(x, 4, 1, 1).data[0] === 0xf2;
    }, busiest());
  });
  it('says honestly that nothing is sent when EP is 1', async () => {
    await panel.send({ ...showOf({ values: { 'layout.ep': 1 } }), view: 'traffic' });
    await panel.page.getByRole('heading', { name: 'EP is 1: nothing is sent.' }).waitFor();
    expect(await matrix().count()).toBe(0);
    expect(await panel.axe()).toEqual([]);
  });
});

describe('1,024 ranks', () => {
  const job: Job = {
    values: {
      'model.routedExperts': 1024,
      'layout.ep': 1024,
      'layout.pp': 1,
      'layout.vpp': 1,
      'workload.globalBatchSize': 16384,
    },
  };
  it('is drawn, and the readout follows the pointer; the times are printed, not judged', async () => {
    const large = showOf(job);
    const figures = await panel.page.evaluate(
      async (message) => {
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        const started = performance.now();
        window.postMessage(message, '*');
        while (!document.querySelector('canvas.matrix')) await frame();
        const first = performance.now() - started;
        const canvas = document.querySelector<HTMLCanvasElement>('canvas.matrix')!;
        const target = document.querySelector('#cell-readout')!;
        const box = canvas.getBoundingClientRect();
        const hovers: number[] = [];
        for (let i = 1; i <= 30; i++) {
          const from = performance.now();
          const changed = new Promise<void>((done) => {
            const observer = new MutationObserver(() => {
              observer.disconnect();
              done();
            });
            observer.observe(target, { subtree: true, childList: true, characterData: true });
          });
          const point = { clientX: box.left + i * 13, clientY: box.top + i * 7, bubbles: true };
          canvas.dispatchEvent(new MouseEvent('mousemove', point));
          await changed;
          hovers.push(performance.now() - from);
        }
        hovers.sort((a, b) => a - b);
        return { first, hover: hovers[15]!, slowest: hovers[29]! };
      },
      { ...large, view: 'traffic' },
    );
    console.log(
      `1,024 ranks: first draw ${fixed(figures.first, 0)} ms, hover median ${fixed(figures.hover, 1)} ms, slowest ${fixed(figures.slowest, 1)} ms`,
    );
    await panel.page.getByText(/A pixel stands for about 4 cells/).waitFor();
    const heading = await shown(readout().locator('h3'));
    const [, from, to] = /Rank (\d+) to rank (\d+)/.exec(heading)!;
    const value = large.baseline.result.traffic.rows.data[Number(from) * 1024 + Number(to)]!;
    expect(await shown(readout())).toContain(count(value));
  });
  it('shows memory by node', async () => {
    await panel.show(showOf(job));
    await panel.tab('Memory');
    await panel.page.getByText('1,024 ranks are more than fit side by side.').waitFor();
    expect(await panel.page.locator('svg.memory .tick').count()).toBe(128);
  });
});

describe('memory', () => {
  const open = async (job: Job = {}) => {
    const message = showOf(job);
    await panel.show(message);
    await panel.tab('Memory');
    return message.baseline.result.memory;
  };
  it('stacks each rank’s parts to its total', async () => {
    const memory = await open();
    const heights = await panel.page.evaluate(() =>
      [...document.querySelectorAll('svg.memory > g')]
        .filter((group) => group.querySelector('.bar'))
        .map((group) =>
          [...group.querySelectorAll('.bar')].reduce(
            (sum, bar) => sum + Number(bar.getAttribute('height')),
            0,
          ),
        ),
    );
    expect(heights).toHaveLength(64);
    const scale = heights[0]! / memory.perRank[0]!.total;
    for (const rank of memory.perRank) expect(heights[rank.rank]! / (rank.total * scale)).toBeCloseTo(1, 1);
  });
  it('shows the rank under the pointer beside the mean, and keeps the selected one', async () => {
    const memory = await open();
    const table = panel.page.locator('.memory-readout');
    expect(await shown(table)).toContain(`rank ${memory.fullestRank}`);
    await panel.page.locator('svg.memory').focus();
    await panel.page.keyboard.press('Home');
    await table.getByText('rank 0', { exact: true }).waitFor();
    expect(await shown(table)).toContain(fixed(memory.perRank[0]!.total / 2 ** 30, 2));
    await panel.page.keyboard.press('Enter');
    await expect.poll(async () => (await panel.kept())?.selectedRank).toBe(0);
    await panel.page.keyboard.press('Escape');
    await table.getByText(`rank ${memory.fullestRank}`, { exact: true }).waitFor();
  });
  it('keeps the capacity in sight when ranks go beyond it', async () => {
    const memory = await open({ values: { 'workload.recompute': 'none' } });
    expect(memory.fits).toBe(false);
    const [line, top] = await panel.page.evaluate(() => {
      const bars = [...document.querySelectorAll('svg.memory .bar')].map((bar) =>
        Number(bar.getAttribute('y')),
      );
      return [Number(document.querySelector('svg.memory .capacity')!.getAttribute('y1')), Math.min(...bars)];
    });
    expect(line!).toBeGreaterThan(top!);
    expect(top!).toBeGreaterThan(0);
    expect(await shown(panel.page.locator('h2'))).toMatch(/do not fit|none of the 64 ranks fits/);
  });
  it('orders by total and groups by node', async () => {
    const memory = await open();
    await radio('By total').click();
    await radio('8 nodes').click();
    await panel.page.getByText('A bar is the fullest rank of its node').waitFor();
    expect(await panel.page.locator('svg.memory .tick').count()).toBe(8);
    await panel.page.getByRole('button', { name: 'Table' }).click();
    expect(await panel.page.locator('tbody tr').count()).toBe(memory.perRank.length);
  });
});

describe('communication', () => {
  beforeEach(async () => {
    await panel.show(show);
    await panel.tab('Communication');
  });
  it('has a block per family whose factors multiply to the exact figure', async () => {
    expect(await panel.page.locator('.family').count()).toBe(4);
    expect(await panel.page.locator('.formula').allInnerTexts()).toEqual([
      '2·B·S·H',
      '2·B·S·H·L',
      '2·P',
      'B·S·H',
    ]);
    const texts = await panel.page.locator('.family').nth(0).locator('svg text').allTextContents();
    const factors = texts.filter((text) => text.startsWith('×')).map((text) => Number(text.slice(2)));
    expect(factors).toHaveLength(result.comparison.ep.reasons.length);
    const product = factors.reduce((a, b) => a * b, 1);
    const ratio = result.comparison.ep.exactBytes / result.comparison.ep.textbookBytes;
    // The factors are shown in two figures each.
    expect(product / ratio).toBeCloseTo(1, 1);
  });
  it('asks for the growth once, and says what doubling each size multiplies', async () => {
    const asked = (await panel.posted()).filter(({ type }) => type === 'growth');
    expect(asked).toHaveLength(1);
    await panel.send({ type: 'growth', growth: growthFor() });
    const rows = panel.page.locator('.growth tbody tr');
    const cells = (family: string) =>
      rows
        .filter({ has: panel.page.getByRole('rowheader', { name: family, exact: true }) })
        .locator('td')
        .allInnerTexts();
    expect(await panel.page.locator('.growth thead th').allInnerTexts()).toEqual(
      ['Sequence length × 2', 'Hidden size × 2', 'Layers × 2', 'Expert width × 2', 'Experts × 2'].map(
        (label) => label.replace(' × ', ' ×\u00a0'),
      ),
    );
    expect(await cells('TP')).toEqual(Array(5).fill('nothing sent'));
    await panel.page.getByRole('radio', { name: 'Per step' }).click();
    const [tokens, hidden, , width] = await cells('EP');
    expect([tokens, hidden, width]).toEqual([factor(2), factor(2), factor(1)]);
    expect(await panel.axe()).toEqual([]);
    await panel.screenshot('growth');
  });
  it('says 0 B where nothing is reduced', async () => {
    const texts = await panel.page.locator('.family').nth(1).locator('svg text').allTextContents();
    expect(texts).toContain('0 B');
    expect(texts).toContain('TP is 1: nothing to reduce');
  });
  it('counts a whole step on one scale', async () => {
    await radio('Per step').click();
    expect(await shown(panel.page.locator('h2'))).toMatch(/^Per step, one rank sends/);
    await panel.page.getByRole('button', { name: 'Table' }).click();
    expect(await shown(panel.page.getByRole('region', { name: 'Bytes sent per rank' }))).toContain(
      'per step',
    );
  });
});

describe('what if', () => {
  const changes = [{ name: 'layout.ep', value: 32 }];
  it('shows what the step is made of before any change', async () => {
    await panel.show(show);
    await panel.tab('What if');
    await panel.page
      .getByRole('heading', { name: 'Change one knob: every number beside it is recomputed.' })
      .waitFor();
    const parts = result.step.parts.filter((part) => part.seconds > 0);
    expect(await panel.page.locator('.step-parts tbody tr').count()).toBe(parts.length);
  });
  it('asks the host for each change with all that were made', async () => {
    await panel.show(show);
    await panel.tab('What if');
    await panel.page.getByLabel('EP', { exact: true }).selectOption('32');
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes });
    await panel.page.getByRole('heading', { name: 'The variant is being simulated.' }).waitFor();
    await panel.page.getByLabel('Top-k').selectOption('4');
    const both = [...changes, { name: 'model.topK', value: 4 }];
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes: both });
    // The answer to the first choice arrives late and must not undo the second.
    await panel.send(showOf({ changes }));
    await panel.send(showOf({ changes: both }));
    await panel.page.getByRole('heading', { name: /^EP 64 → 32; Top-k 8 → 4: the step/ }).waitFor();
    await expect.poll(async () => (await panel.kept())?.changes).toEqual(both);
  });
  it('compares both sides above the views that they are drawn in, with what the difference is made of', async () => {
    const message = showOf({ changes: [{ name: 'layout.ep', value: 32 }] });
    const { baseline, whatIf } = message;
    await panel.show({ ...message, view: 'memory' });
    const sides = panel.page.getByRole('group', { name: 'Baseline and variant' });
    const peak = ({ memory }: typeof baseline.result) => memory.perRank[memory.fullestRank]!.total / 2 ** 30;
    const [before, after] = [peak(baseline.result), peak(whatIf!.variant.result)];
    await sides.getByText(`${before.toFixed(2)} → ${after.toFixed(2)} GiB`).waitFor();
    await sides.getByText(`+${(after - before).toFixed(2)} GiB`).waitFor();
    await sides.getByRole('radio', { name: 'Variant' }).click();
    // The heading is then about the variant alone.
    await sides.getByText(/^Mostly .*(weights|optimizer|gradients) [+−]/).waitFor();
    for (const view of ['Placement', 'Traffic', 'Communication', 'Time']) {
      await panel.tab(view);
      await sides.getByRole('radio', { name: 'Variant', checked: true }).waitFor();
      expect(await panel.axe()).toEqual([]);
    }
    expect(await panel.troubles()).toEqual([]);
  });
  it('asks for the values of a further field, and puts the focus on it', async () => {
    await panel.show(show);
    await panel.tab('What if');
    const other = panel.page.getByLabel('Another field');
    expect(
      await other.locator('optgroup').evaluateAll((all) => all.map((one) => one.getAttribute('label'))),
    ).toEqual(['Parallel sizes', 'Machines', 'Communication', 'Placement', 'Routing', 'Workload', 'Model']);
    await other.selectOption('layout.cp');
    await expect.poll(() => panel.lastPosted()).toEqual({ type: 'openKnob', name: 'layout.cp' });
    await expect.poll(() => panel.page.evaluate(() => document.activeElement?.id)).toBe('knob-layout.cp');
    const knob = show.knobs.find(({ name }) => name === 'layout.cp')!;
    await panel.send({ type: 'knob', knob: completeKnob({}, knob) });
    await panel.page.getByLabel('CP', { exact: true }).selectOption('2');
    expect(await panel.lastPosted()).toEqual({
      type: 'whatIf',
      changes: [{ name: 'layout.cp', value: 2 }],
    });
  });
  it('takes a value that is not listed, and says what one may be', async () => {
    await panel.show(show);
    await panel.tab('What if');
    const knob = panel.page.getByLabel('EP', { exact: true });
    await knob.selectOption({ label: 'Another value…' });
    await knob.fill('0.5');
    await knob.press('Enter');
    await panel.page.getByRole('alert').filter({ hasText: 'A whole number from 1 to 4,096.' }).waitFor();
    await knob.fill('24');
    await knob.press('Enter');
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes: [{ name: 'layout.ep', value: 24 }] });
    await expect.poll(() => knob.inputValue()).toBe('24');
    await knob.selectOption({ label: 'Another value…' });
    await knob.press('Escape');
    await expect.poll(() => knob.evaluate((element) => element.tagName)).toBe('SELECT');
  });
  it('turns what a value needs along with it, and back', async () => {
    const knobs = show.knobs.map((one) =>
      one.name === 'layout.tp'
        ? {
            ...one,
            options: [
              ...one.options.filter(({ value }) => value !== '2'),
              {
                value: '2',
                label: '2, with sequence parallel',
                also: [{ name: 'layout.sequenceParallel', value: true }],
              },
            ],
          }
        : one,
    );
    await panel.show({ ...show, knobs });
    await panel.tab('What if');
    await panel.page.getByLabel('TP', { exact: true }).selectOption('2');
    const both = [
      { name: 'layout.tp', value: 2 },
      { name: 'layout.sequenceParallel', value: true },
    ];
    const lastAsked = async () => (await panel.posted()).filter(({ type }) => type === 'whatIf').at(-1);
    expect(await lastAsked()).toEqual({ type: 'whatIf', changes: both });
    await panel.page.getByLabel('TP', { exact: true }).selectOption('1');
    expect(await lastAsked()).toEqual({ type: 'whatIf', changes: [] });
  });
  it('says what the framework refuses about a variant', async () => {
    const message = showOf({ changes });
    const errors = [{ rule: 'MG002', message: '256 experts do not divide over EP 24.' }];
    await panel.show({ ...message, whatIf: { ...message.whatIf!, errors }, view: 'whatif' });
    await panel.page
      .getByRole('list', { name: 'What the framework refuses' })
      .getByText('MG002: 256 experts do not divide over EP 24.')
      .waitFor();
  });
  it('keeps the changes that were accepted when a further one is refused', async () => {
    await panel.show({ ...showOf({ changes }), view: 'whatif' });
    await panel.page.getByLabel('Top-k').selectOption('4');
    const refusal = 'This layout cannot be simulated. Top-k 4 is not legal.';
    await panel.send({ ...showOf({ changes }), refusal });
    await panel.page.getByRole('heading', { name: refusal }).waitFor();
    await expect.poll(async () => (await panel.kept())?.changes).toEqual(changes);
    expect(await panel.page.getByLabel('EP', { exact: true }).inputValue()).toBe('32');
  });
  it('shows every delta with its sign, and goes back', async () => {
    const message = showOf({ changes });
    await panel.show({ ...message, view: 'whatif' });
    await panel.page.getByText('was 64').waitFor();
    expect(await panel.page.locator('.delta tr[data-name]').count()).toBe(message.whatIf!.delta.length);
    for (const row of message.whatIf!.delta) {
      const cells = panel.page.locator(`.delta tr[data-name="${row.name}"]`);
      const change = await shown(cells.locator('.change'));
      const expected = row.variant === row.baseline ? /^–/ : row.variant > row.baseline ? /^\+/ : /^−/;
      expect(change, row.name).toMatch(expected);
      if (row.better === null || row.variant === row.baseline) continue;
      const better = (row.better === 'lower') === row.variant < row.baseline;
      expect(await cells.locator('rect').getAttribute('class'), row.name).toBe(better ? 'better' : 'worse');
    }
    const [before, after] = await panel.page.evaluate(() =>
      [...document.querySelectorAll('.step-bars g')].map((bar) =>
        [...bar.querySelectorAll('.bar')].reduce((sum, part) => sum + Number(part.getAttribute('width')), 0),
      ),
    );
    const ratio = message.whatIf!.variant.result.step.seconds / message.baseline.result.step.seconds;
    expect(after! / before!).toBeCloseTo(ratio, 1);
    await panel.page.getByRole('button', { name: 'Write to train.sh…' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'apply' });
    await panel.page.getByRole('button', { name: 'Save as scenario' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'saveScenario' });
    await panel.page.getByRole('button', { name: 'Back to baseline' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'whatIf', changes: [] });
  });
  it('says why a layout cannot be simulated, and goes back to the baseline', async () => {
    const refusal = 'This layout cannot be simulated. 256 experts do not divide over EP 48.';
    const changes = [{ name: 'layout.ep', value: 48 }];
    const refusals = refusalsOf({ values: { 'layout.worldSize': 768 }, changes });
    await panel.show({ ...show, view: 'whatif', refusal, refusals });
    await panel.page.getByRole('heading', { name: refusal }).waitFor();
    await expect.poll(async () => (await panel.kept())?.changes).toEqual([]);
    const faults = panel.page.getByRole('group', { name: 'Fields at fault' });
    await faults.getByRole('button', { name: 'Experts 256 from config.json:14' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'openOrigin', name: 'model.routedExperts' });
  });
});

describe.each(['Memory', 'Communication', 'Time', 'What if'])('saving %s', (view) => {
  it('gives a PNG of the picture under its heading', async () => {
    await panel.show(showOf({ changes: [{ name: 'layout.ep', value: 32 }] }));
    await panel.tab(view);
    const picture = await panel.page.locator('h2').boundingBox();
    await panel.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await panel.page.getByRole('menuitem', { name: 'PNG' }).click();
    await panel.page.waitForFunction(() =>
      (window as unknown as { posted: { type: string }[] }).posted.some(({ type }) => type === 'saveFile'),
    );
    const saved = await panel.lastPosted();
    if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
    const png = Buffer.from(saved.base64, 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(picture!.width * 2);
    await saveScreenshot(`export-${view.toLowerCase().replace(' ', '')}`, png);
  });
});

describe('a panel that comes back', () => {
  it('opens a view that exists when it was left with one that does not', async () => {
    const view = 'of-another-version' as 'memory';
    const again = await stage.open({ kept: { version: PROTOCOL_VERSION, view, views: {} } });
    await again.show(show);
    await again.page.getByRole('tab', { selected: true }).waitFor();
    await again.close();
  });
  it('opens the view, the scale and the rank that it was left with', async () => {
    const kept = {
      version: PROTOCOL_VERSION,
      job: show.job,
      view: 'traffic',
      changes: [],
      views: { traffic: { phase: 'combine', level: 'ranks', scale: 'log' } },
      selectedRank: 17,
    } as const;
    const again = await stage.open({ kept });
    await again.show(show);
    await again.page.locator('h3:text-matches("^Rank 17 returns")').waitFor();
    expect(await again.page.getByRole('radio', { name: 'Log' }).getAttribute('aria-checked')).toBe('true');
    await again.close();
  });
});

describe.each<ThemeName>(['light', 'dark', 'hc-dark', 'hc-light'])('accessibility in %s', (theme) => {
  it('breaks no rule in any view, as picture or as table', async () => {
    await panel.setTheme(theme);
    await panel.show(showOf({ changes: [{ name: 'layout.ep', value: 32 }] }));
    for (const view of await panel.views()) {
      await panel.tab(view);
      expect(await panel.axe(), view).toEqual([]);
      await panel.page.getByRole('button', { name: 'Table' }).click();
      await panel.page.getByRole('button', { name: 'Table', pressed: true }).waitFor();
      expect(await panel.axe(), `${view}, table`).toEqual([]);
    }
  });
});

it('stays small', async () => {
  const { script, style } = await bundle();
  const kilobytes = script.length / 1000;
  console.log(
    `panel.js ${fixed(kilobytes, 1)} kB (${fixed(gzipSync(script).length / 1000, 1)} kB gzipped), panel.css ${fixed(style.length / 1000, 1)} kB`,
  );
  expect(kilobytes).toBeLessThan(350);
});
