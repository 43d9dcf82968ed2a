import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { layerTraffic } from '../../src/sim/layer-traffic';
import { runToEnd } from '../../src/sim/simulate';
import { bytes, count, timeText } from '../../webview/format';
import { countsOf } from '../../webview/model/alltoallv';
import { toHeat } from '../../webview/model/heat';
import { hotPairs, peersOf } from '../../webview/model/pairs';
import { showOf } from './fixture';
import { onStage, panel, saveScreenshot, stage } from './harness';
import type { ThemeName } from './themes';

onStage();

const show = showOf();
const { traffic } = show.baseline.result;
const heat = toHeat(traffic.rows, 'dispatch');
const matrix = () => panel.page.locator('canvas.matrix');
const button = (name: string | RegExp) =>
  panel.page.getByRole('button', { name, exact: typeof name === 'string' });

/** The text of an element as a person sees it. */
const shown = async (element: Locator) => (await element.allInnerTexts()).join('\n');

/** The part of the matrix that is shown: first row, first column, span. */
const shownPart = async () => (await matrix().getAttribute('data-window'))!.split(' ').map(Number);
const part = (row: number, column: number, span: number) =>
  panel.page.locator(`canvas.matrix[data-window="${row} ${column} ${span}"]`).waitFor();
const readoutSays = (from: number, to: number) =>
  panel.page.locator(`h3:text-is("Rank ${from} to rank ${to}")`).waitFor();

describe('zoom', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  it('by the buttons, about the cursor, and back', async () => {
    const size = await matrix().boundingBox();
    await button('Zoom in').click();
    await expect.poll(async () => (await shownPart())[2]).toBe(32);
    expect(await matrix().boundingBox()).toMatchObject({ width: size!.width, height: size!.height });
    await panel.page.getByText(/^2.00×: ranks \d+–\d+ to ranks \d+–\d+; drag to move$/).waitFor();
    await expect.poll(async () => (await panel.kept())?.views.traffic).toMatchObject({ zoom: { span: 32 } });
    await button('Zoom out').click();
    await part(0, 0, 64);
    expect(await button('Zoom out').getAttribute('aria-disabled')).toBe('true');
    for (let i = 0; i < 3; i++) await button('Zoom in').click();
    await expect.poll(async () => (await shownPart())[2]).toBe(8);
    expect(await button('Zoom in').getAttribute('aria-disabled')).toBe('true');
    await button('Whole matrix').click();
    await part(0, 0, 64);
  });
  it('by the keys, and the window follows the cursor', async () => {
    await matrix().focus();
    await matrix().hover({ position: { x: 4, y: 4 } });
    await readoutSays(0, 0);
    for (const key of ['+', '+', '+']) await panel.page.keyboard.press(key);
    await part(0, 0, 8);
    await panel.page.keyboard.press('Shift+ArrowDown');
    await readoutSays(8, 0);
    await part(1, 0, 8);
    await panel.page.keyboard.press('-');
    await expect.poll(async () => (await shownPart())[2]).toBe(16);
    await panel.page.keyboard.press('0');
    await part(0, 0, 64);
  });
  it('by the wheel with Ctrl, about the pointer, and by dragging; a drag selects nothing', async () => {
    const box = (await matrix().boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await panel.page.mouse.move(x, y);
    await panel.page.keyboard.down('Control');
    await panel.page.mouse.wheel(0, -277);
    await panel.page.keyboard.up('Control');
    await expect.poll(async () => (await shownPart())[2]).toBe(32);
    const [row, column] = (await shownPart()) as [number, number, number];
    expect([row, column]).toEqual([16, 16]);
    await panel.page.mouse.down();
    await panel.page.mouse.move(x + box.width / 4, y, { steps: 4 });
    await panel.page.mouse.up();
    await part(16, 8, 32);
    expect((await panel.kept())?.selectedRank).toBeNull();
    await panel.page.mouse.wheel(0, 10);
    expect(await shownPart()).toEqual([16, 8, 32]);
  });
  it('reads out and paints the exact cell of the part that is shown', async () => {
    await button(/every other rank → rank/)
      .first()
      .click();
    for (let i = 0; i < 3; i++) await button('Zoom in').click();
    await expect.poll(async () => (await shownPart())[2]).toBe(8);
    const [row, column] = (await shownPart()) as [number, number, number];
    const box = (await matrix().boundingBox())!;
    const cell = box.width / 8;
    await matrix().hover({ position: { x: 2.5 * cell, y: 5.5 * cell } });
    await readoutSays(row + 5, column + 2);
    const value = heat.data[(row + 5) * 64 + column + 2]!;
    expect(await shown(panel.page.locator('#cell-readout'))).toContain(count(value));
  });
  it('keeps the whole in sight, and a press there brings another part', async () => {
    expect(await panel.page.locator('.overview').count()).toBe(0);
    await button('Zoom in').click();
    await panel.page.getByRole('img', { name: /^The whole matrix/ }).click({ position: { x: 90, y: 5 } });
    await part(0, 32, 32);
    expect(await panel.axe()).toEqual([]);
    await panel.screenshot('traffic-zoomed');
  });
});

describe('lists', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  it('lead from a hot pair into the matrix', async () => {
    const [first] = hotPairs(heat, 1);
    await button('Zoom in').click();
    await button(`every other rank → rank ${first!.to}`).click();
    await readoutSays(first!.cell.row, first!.cell.column);
    await expect.poll(() => panel.page.evaluate(() => document.activeElement?.className)).toContain('matrix');
    const [row, column, span] = (await shownPart()) as [number, number, number];
    expect(first!.cell.column).toBeGreaterThanOrEqual(column);
    expect(first!.cell.column).toBeLessThan(column + span);
    expect(first!.cell.row).toBeGreaterThanOrEqual(row);
  });
  it('show the peers of the selected rank, with its row and column marked', async () => {
    await matrix().click({ position: { x: 4, y: 4 } });
    const peers = panel.page.locator('#peers');
    await peers.getByRole('heading', { name: 'Peers of rank 0' }).waitFor();
    const [most] = peersOf(heat, 0, 1);
    const cells = await peers.locator('tbody tr').first().locator('td').allInnerTexts();
    expect(cells).toEqual([`rank ${most!.index}`, count(most!.sends), count(most!.receives)]);
    expect(await panel.page.locator('.row-mark').count()).toBe(1);
    expect(await panel.page.locator('.column-mark').count()).toBe(1);
    await peers.getByRole('button').first().click();
    await readoutSays(0, most!.index);
  });
  it('say totals of the row and the column beside the exact cell', async () => {
    await matrix().hover({ position: { x: 4, y: 4 } });
    await readoutSays(0, 0);
    const text = await shown(panel.page.locator('#cell-readout'));
    expect(text).toContain(`rank 0 sends, in all\n${count(heat.rowSums[0]!)}`);
    expect(text).toContain(`rank 0 receives, in all\n${count(heat.columnSums[0]!)}`);
  });
  it('give nodes their pairs and peers too', async () => {
    await panel.page.getByRole('radio', { name: 'Nodes' }).click();
    await panel.page.getByRole('heading', { name: /^Peers of node \d$/ }).waitFor();
    await button(/→ node \d$/)
      .first()
      .click();
    await panel.page.locator('h3:text-matches("^Node \\\\d to node \\\\d$")').waitFor();
    expect(await panel.page.locator('.code').count()).toBe(0);
  });
});

describe('units and directions', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  const choose = (name: string) => panel.page.getByRole('radio', { name, exact: true }).click();
  const heading = () => panel.page.getByRole('tabpanel').getByRole('heading').first();
  const legend = () => panel.page.locator('.ramp-ends').textContent();
  const copied = async (format: 'CSV' | 'JSON') => {
    await button('Copy').click();
    await panel.page.getByRole('menuitem', { name: format }).click();
    const posted = await panel.lastPosted();
    if (posted?.type !== 'copyText') throw new Error(`posted ${posted?.type}`);
    return posted.text;
  };
  const { result } = show.baseline;
  const at = (row: number, column: number) => traffic.rows.data[row * traffic.rows.size + column]!;

  it('count both directions together, without counts of either', async () => {
    await choose('Both');
    await matrix().hover({ position: { x: 4, y: 12 } });
    await readoutSays(1, 0);
    expect(await panel.page.locator('#cell-readout').textContent()).toContain(
      `copies${count(at(1, 0) + at(0, 1))}`,
    );
    await panel.page.getByText('of one direction: choose Dispatch or Combine').first().waitFor();
    expect(await panel.page.locator('.code pre').count()).toBe(0);
    await expect.poll(async () => (await panel.kept())?.views.traffic).toMatchObject({ phase: 'both' });
  });

  it('count in bytes wherever a figure stands', async () => {
    await choose('Bytes');
    const { rowBytes } = traffic.dispatch;
    await expect.poll(legend).toMatch(/MB, linear/);
    const most = Math.max(...heat.columnSums) * rowBytes;
    expect(await heading().textContent()).toContain(`receives most, ${bytes(most)}`);
    await panel.page.getByRole('heading', { name: 'Heaviest pairs, in bytes' }).waitFor();
    expect(await panel.page.locator('.pair-list li').first().textContent()).toContain('MB');
    const json = JSON.parse(await copied('JSON')) as Record<string, number>[];
    expect(json[1]).toMatchObject({ 'From rank, bytes': 1 });
    expect(json[1]!['0']).toBeCloseTo(at(1, 0) * rowBytes, 0);
    expect(await matrix().getAttribute('aria-label')).toMatch(/^Traffic matrix in bytes, 64 by 64 ranks/);
  });

  it('say how long links are busy, hop by hop, and what that leaves out', async () => {
    await choose('Time');
    const { dispatch } = result.time;
    await expect
      .poll(() => heading().textContent())
      .toMatch(
        new RegExp(
          `links of rank \\d+ are busy longest: .* of the ${timeText(dispatch.microseconds * 1e-6)} of dispatch`,
        ),
      );
    await panel.page.getByText('one copy goes to each node, to the rank that hands it on').waitFor();
    await panel.page
      .getByText(`Left out: ${timeText(dispatch.terms.latency * 1e-6)} for launch and synchronisation`)
      .waitFor();
    await matrix().hover({ position: { x: 4, y: 12 } });
    await readoutSays(1, 0);
    const busy = (at(1, 0) * traffic.dispatch.rowBytes * 8) / dispatch.reached.scaleUpGBps / 1e9;
    expect(await panel.page.locator('#cell-readout').textContent()).toContain(`link busy${timeText(busy)}`);
    expect(await panel.axe()).toEqual([]);
    await button('Table').click();
    await panel.page.getByRole('columnheader', { name: 'µs on the link' }).waitFor();
    expect(await panel.axe()).toEqual([]);
  });

  it('say times of nodes as the mean over their ranks', async () => {
    await choose('Nodes');
    await choose('Time');
    await panel.page.getByText('mean over the sending ranks').first().waitFor();
    await panel.page.getByRole('heading', { name: /^The links of node \d are busy longest/ }).waitFor();
  });
});

describe('code', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  it.each([
    ['MPI', 'MPI_Alltoallv(', 'Code for MPI, C'],
    ['NCCL', 'ncclSend(', 'Code for NCCL, C'],
    ['PyTorch', 'all_to_all_single(', 'Code for PyTorch'],
  ])('for %s has the counts of the selected rank', async (library, call, what) => {
    await matrix().click({ position: { x: 4, y: 4 } });
    await panel.page.getByRole('radio', { name: library }).click();
    await panel.page.getByRole('region', { name: what }).waitFor();
    await button('Copy code').click();
    const copied = await panel.lastPosted();
    if (copied?.type !== 'copyText') throw new Error(`posted ${copied?.type}`);
    expect(copied.what).toBe(what);
    expect(copied.text).toContain(call);
    const counts = countsOf(heat, 0).send;
    expect(copied.text.replaceAll(/\s+/g, ' ')).toContain(counts.join(', '));
    expect(copied.text).toContain(`${traffic.dispatch.rowBytes}`);
  });
});

describe('layers', () => {
  const { scenario, placement } = show.baseline.result;
  const other = (placement.layer + 1) % placement.layers.maxOverMean.length;
  const choose = (value: string) => panel.page.getByLabel('MoE layer').selectOption(value);
  const send = (layer: number | 'mean') =>
    panel.send({
      type: 'layer',
      traffic: runToEnd(layerTraffic(scenario, 'expected', layer)),
      variant: null,
    });
  it('are asked for, and the one that comes is drawn', async () => {
    await panel.show({ ...show, view: 'traffic' });
    await choose(String(other));
    await expect.poll(() => panel.lastPosted()).toEqual({ type: 'layer', layer: other });
    await panel.page.getByRole('heading', { name: 'Simulating the layer' }).waitFor();
    await send(other);
    const { rows } = runToEnd(layerTraffic(scenario, 'expected', other));
    await matrix().hover({ position: { x: 4, y: 4 } });
    await readoutSays(0, 0);
    expect(await shown(panel.page.locator('#cell-readout'))).toContain(count(rows.data[0]!));
    expect(count(rows.data[0]!)).not.toBe(count(heat.data[0]!));
    const asked = (await panel.posted()).length;
    await choose('simulated');
    await expect.poll(() => shown(panel.page.locator('#cell-readout'))).toContain(count(heat.data[0]!));
    expect(await panel.posted()).toHaveLength(asked);
  });
  it('have a mean, which is asked for again when the figures change', async () => {
    await panel.show({ ...show, view: 'traffic' });
    await choose('mean');
    await send('mean');
    await panel.page
      .getByRole('heading', { name: /^Over all 58 MoE layers rank \d+ receives most/ })
      .waitFor();
    await expect.poll(async () => (await panel.kept())?.views.traffic).toMatchObject({ layer: 'mean' });
    const before = (await panel.posted()).length;
    await panel.send(show);
    await expect
      .poll(async () => (await panel.posted()).slice(before))
      .toEqual([{ type: 'layer', layer: 'mean' }]);
    expect(await panel.axe()).toEqual([]);
  });
});

describe.each<[ThemeName, number]>([
  ['light', 480],
  ['dark', 900],
  ['hc-dark', 1440],
  ['hc-light', 900],
])('zoomed in %s at %d pixels', (theme, width) => {
  it('breaks no rule of accessibility, and nothing is wider than the page', async () => {
    const other = await stage.open({ theme, width });
    await other.show({ ...show, view: 'traffic' });
    await other.page.getByRole('button', { name: 'Zoom in' }).click();
    await other.page.locator('.overview').waitFor();
    expect(await other.axe()).toEqual([]);
    const overflow = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await other.screenshot(`traffic-zoomed-${theme}-${width}`);
    expect(await other.troubles()).toEqual([]);
    await other.close();
  });
});

describe('saving', () => {
  beforeEach(() => panel.show({ ...show, view: 'traffic' }));
  const choose = async (format: string) => {
    await button('Copy').click();
    await panel.page.getByRole('menuitem', { name: format }).click();
  };
  it('gives an SVG that stands alone, with the matrix and all that is said', async () => {
    await choose('SVG');
    await expect.poll(async () => (await panel.lastPosted())?.type).toBe('saveFile');
    const saved = await panel.lastPosted();
    if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
    expect(saved.fileName).toMatch(/-traffic\.svg$/);
    const svg = Buffer.from(saved.base64, 'base64').toString('utf8');
    expect(svg).not.toMatch(/var\(--|<foreignObject|<script/);
    const image = await stage.open({ width: 1000, height: 900 });
    await image.page.setContent(svg);
    expect(await image.page.evaluate(() => document.querySelector('parsererror'))).toBeNull();
    const loaded = await image.page.evaluate(async (text) => {
      const picture = new Image();
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    }, svg);
    expect(loaded[0]).toBeGreaterThan(500);
    expect(svg).toContain('href="data:image/png;base64,');
    expect(svg).toContain(`>${count(heat.high)}<`);
    await saveScreenshot('export-traffic-svg', await image.page.screenshot({ fullPage: true }));
    await image.close();
  });
  it.each(['Placement', 'Memory', 'Communication', 'Time'])('gives one of %s, too', async (view) => {
    await panel.tab(view);
    await choose('SVG');
    await expect.poll(async () => (await panel.lastPosted())?.type).toBe('saveFile');
    const saved = await panel.lastPosted();
    if (saved?.type !== 'saveFile') throw new Error(`posted ${saved?.type}`);
    const svg = Buffer.from(saved.base64, 'base64').toString('utf8');
    expect(svg).not.toMatch(/var\(--|color\(srgb|\sstyle=|\sclass=/);
    const image = await stage.open();
    await image.page.setContent(svg);
    const size = await image.page.evaluate(async (text) => {
      const picture = new Image();
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
      await picture.decode();
      return picture.naturalHeight;
    }, svg);
    expect(size).toBeGreaterThan(100);
    await saveScreenshot(`export-svg-${view.toLowerCase()}`, await image.page.screenshot());
    await image.close();
  });
  it('asks the host for the report', async () => {
    await choose('Export report…');
    expect(await panel.lastPosted()).toEqual({ type: 'exportReport' });
  });
});
