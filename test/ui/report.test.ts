import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count, fixed, gibShort } from '../../webview/format';
import { toHeat } from '../../webview/model/heat';
import { pooledCells } from '../../webview/report/pictures';
import { type Report, reportHtml } from '../../webview/report/report';
import { STYLE, STYLE_HASH } from '../../webview/report/style';
import { headingOf as memoryHeading } from '../../webview/views/memory/heading';
import { headingOf as timeHeading } from '../../webview/views/time/model';
import { type Job, planOf, showOf } from './fixture';
import { saveScreenshot } from './harness';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const reportOf = (job: Job = {}): Report => {
  const { fileName, baseline, findings, whatIf } = showOf(job);
  return {
    fileName,
    side: baseline,
    findings,
    whatIf: whatIf && { sentence: whatIf.variant.sentence, delta: whatIf.delta },
  };
};
const report = reportOf({ changes: [{ name: 'layout.ep', value: 32 }] });
const html = reportHtml(report);
const { result } = report.side;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
  });
});
afterAll(() => browser.close());

/** The report opened as a file is: without a server, with all that it asks for or is refused noted. */
async function open(
  text: string,
  colorScheme: 'light' | 'dark',
  width = 1000,
): Promise<{ page: Page; asked: string[]; said: string[] }> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  await page.setContent(text);
  return { page, asked, said };
}

const plan = planOf(32);

async function expectText(place: Locator, text: RegExp): Promise<void> {
  expect(await place.textContent()).toMatch(text);
}

describe('a report', () => {
  it('lets in its own style sheet and nothing else', () => {
    expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`);
    expect(html).toContain(
      `content="default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|https?:\/\/[^<]*["')]/i);
  });
  it('is the same for the same job, with no date and no duration of this machine in it', () => {
    const slower = { ...report, side: { ...report.side, result: { ...result, milliseconds: 9999 } } };
    expect(reportHtml(slower)).toBe(html);
    expect(html).not.toMatch(/20\d\d-\d\d/);
  });
  it('has the verdict, every finding of a view, the inputs with their origins, and the findings', () => {
    for (const text of [
      report.side.sentence,
      memoryHeading(result),
      timeHeading(result),
      ...report.findings.map(({ message }) => message),
      'train.sh:24',
      'assumed',
      gibShort(result.memory.perRank[result.memory.fullestRank]!.total),
      'What if',
    ])
      expect(html).toContain(text.replaceAll('&', '&amp;'));
    for (const id of [
      'placement',
      'alltoall',
      'traffic',
      'memory',
      'communication',
      'time',
      'whatif',
      'inputs',
      'basis',
    ])
      expect(html).toContain(`<section id="${id}"`);
  });
  it('escapes what files call themselves', () => {
    const rude = reportHtml({ ...report, fileName: '<b>"x"&' });
    expect(rude).not.toContain('<b>"x"');
    expect(rude).toContain('&lt;b&gt;&quot;x&quot;&amp;');
  });
  it.each(['light', 'dark'] as const)(
    'reads well in %s, asks for nothing and breaks no rule',
    async (scheme) => {
      for (const width of [480, 1000]) {
        const { page, asked, said } = await open(html, scheme, width);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        await page.evaluate(axe);
        const broken = await page.evaluate(async () => {
          const run = (window as unknown as { axe: typeof import('axe-core') }).axe.run;
          const { violations } = await run(document, { resultTypes: ['violations'] });
          return violations.map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .map(({ html: part }) => part)
                .join(' | ')
                .slice(0, 300)}`,
          );
        });
        expect(broken).toEqual([]);
        expect(asked.filter((url) => !url.startsWith('about:'))).toEqual([]);
        expect(said).toEqual([]);
        await saveScreenshot(`report-${scheme}-${width}`, await page.screenshot({ fullPage: true }));
        await page.context().close();
      }
    },
  );
  it('prints in light colours, without its links', async () => {
    const { page } = await open(html, 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.context().close();
  });
  it('has a card for each GPU with its experts, both products of sizes, and the weights against one GPU', async () => {
    const { page } = await open(html, 'light');
    const placement = page.locator('#placement');
    const words = await placement.locator('svg').first().locator('text').allTextContents();
    const experts = result.scenario.model.routedExperts;
    for (const word of ['0', String(experts - 1), 'node 7', fixed(result.traffic.load.maxOverMean, 2)])
      expect(words).toContain(word);
    await expectText(placement, /ETP 1 \u00d7 EP 64 \u00d7 EDP \d+ \u00d7 PP 16 = 2,048/);
    await expectText(placement, /One GPU holds everything/);
    await page.context().close();
  });
  it('has every factor of the communication as a bar, and of what a step sends', async () => {
    const { page } = await open(html, 'light');
    for (const { label } of result.comparison.ep.reasons)
      expect(await page.locator('#communication svg.wide text', { hasText: label }).count(), label).toBe(1);
    expect(await page.locator('#communication figure').count()).toBe(8);
    await page.context().close();
  });
  it('draws every picture for a side column too, as legible as on a wide page', async () => {
    const { page } = await open(html, 'light');
    for (const [width, drawn] of [
      [480, 'narrow'],
      [1040, 'wide'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      const pictures = await page.locator('figure svg').evaluateAll((all) =>
        all.map((svg) => {
          const scale = svg.getBoundingClientRect().width / (svg as SVGSVGElement).viewBox.baseVal.width;
          return { name: svg.getAttribute('class'), scale };
        }),
      );
      for (const { name, scale } of pictures)
        if (name === drawn) expect(scale).toBeGreaterThan(0.7);
        else expect(scale).toBe(0);
    }
    await page.context().close();
  });
  it('has what a search found, with its picture and what it left out', async () => {
    const { page, said } = await open(reportHtml({ ...report, plan }), 'light');
    const section = page.locator('#plan');
    await expectText(section, /legal configurations keep to the limits/);
    expect(await section.locator('circle').count()).toBeGreaterThan(plan.pareto.length);
    expect(await section.locator('tbody tr').count()).toBeGreaterThanOrEqual(plan.best.length);
    expect(await page.locator('nav a', { hasText: 'Plan' }).count()).toBe(1);
    expect(said).toEqual([]);
    await page.context().close();
  });
  it('says what EP 1 means, and of a large job shows the largest of each square', () => {
    expect(reportHtml(reportOf({ values: { 'layout.ep': 1 } }))).toContain('EP is 1: nothing is sent.');
    const heat = toHeat(
      { size: 100, data: Float64Array.from({ length: 10_000 }, (_, at) => (at === 5077 ? 9 : 1)) },
      'dispatch',
    );
    const { side, pooled, values } = pooledCells(heat, 64);
    expect([side, pooled]).toEqual([50, 2]);
    expect(values[25 * 50 + 38]).toBe(9);
    expect(values.filter((value) => value === 9)).toHaveLength(1);
  });
  it('stays small', () => {
    console.log(`report of 64 ranks: ${count(Buffer.byteLength(html) / 1024)} KiB`);
    expect(Buffer.byteLength(html)).toBeLessThan(400 * 1024);
  });
});
