import { describe, expect, it } from 'vitest';
import type { ToWebview } from '../../src/panel/protocol';
import { panelRefusals } from '../../src/panel/refusals';
import { refusal } from '../../src/scenario/refusals/refusal';
import { planOf, refusalsOf, showOf } from './fixture';
import { onStage, panel, saveScreenshot } from './harness';
import type { ThemeName } from './themes';

onStage();

type Empty = Extract<ToWebview, { type: 'empty' }>;

const themeNames: readonly ThemeName[] = ['light', 'dark', 'hc-dark', 'hc-light'];
const show = showOf();
const { findings } = show;

const empty = (title: string, rest: Partial<Empty>): Empty => ({
  type: 'empty',
  title,
  message: '',
  findings: [],
  ...rest,
});
const unknownModel = panelRefusals([refusal('model-not-known', { name: 'acme/moe' })], {}, () => '');
const impossible = refusalsOf({ values: { 'layout.ep': 48, 'layout.worldSize': 768 } });

/** Pages without a result, by what they are called in pictures. */
const states: Readonly<Record<string, ToWebview>> = {
  'no-job': empty('No job is shown', {
    message: 'Open a launch script or a model config, and this panel follows it.',
    steps: [
      { id: 'openSample', title: 'Open the sample jobs' },
      { id: 'openWalkthrough', title: 'Get started' },
    ],
  }),
  'no-model': empty('serve.sh cannot be simulated yet', { refusals: unknownModel }),
  impossible: empty('train.sh cannot be simulated yet', { refusals: impossible, findings }),
  failed: empty('The simulation of train.sh failed', {
    message: 'RangeError: Invalid typed array length: -1. The log has the details.',
    steps: [
      { id: 'tryAgain', title: 'Try again' },
      { id: 'showLog', title: 'Show the log' },
    ],
  }),
  'not-a-job': empty('notes.sh describes no job', {
    message:
      'It sets up no Mixture-of-Experts training or serving that MoE Scope knows, or not any more. Open another file, and this panel follows it.',
  }),
  'several-reasons': empty('serve.sh cannot be simulated yet', {
    refusals: [...unknownModel, ...impossible],
    findings,
  }),
  reading: { type: 'busy', message: 'Simulating, 40%', fraction: 0.4 },
};

describe('a page without a result', () => {
  it.each(Object.entries(states))(
    'is legible in every theme and in a side column: %s',
    async (name, message) => {
      await panel.page.setViewportSize({ width: 480, height: 420 });
      await panel.send(message);
      await panel.page
        .getByText(
          'message' in message && message.type === 'busy'
            ? message.message
            : 'title' in message
              ? message.title
              : '',
        )
        .first()
        .waitFor();
      for (const theme of themeNames) {
        await panel.setTheme(theme);
        expect(await panel.axe(), theme).toEqual([]);
        await saveScreenshot(`nothing-${name}-${theme}`, await panel.page.screenshot());
      }
      const overflow = () =>
        panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      for (const width of [240, 480, 1280]) {
        await panel.page.setViewportSize({ width, height: 420 });
        expect(await overflow(), String(width)).toBeLessThanOrEqual(0);
      }
    },
  );

  it('says what it waits for before it hears of a job', async () => {
    await panel.page.setViewportSize({ width: 480, height: 420 });
    await panel.page.getByText('Reading the file').waitFor();
    expect(await panel.axe()).toEqual([]);
    await saveScreenshot('nothing-yet-light', await panel.page.screenshot());
  });

  it('says where to look in a side column too', async () => {
    await panel.page.setViewportSize({ width: 480, height: 420 });
    await panel.send(states.impossible!);
    await panel.page.locator('.refusals').getByText('train.sh:24').waitFor();
  });

  it('has a button for what answers it, that looks like one', async () => {
    await panel.send(states['no-model']!);
    const button = panel.page.getByRole('button', { name: 'Choose the model' });
    const [back, page] = [await colourOf('.btn.primary'), await colourOf('.panel')];
    expect(back).not.toBe(page);
    await button.click();
    expect(await panel.lastPosted()).toEqual({ type: 'answer', reason: 'model-not-known' });
    // What is written in files is set off, without marks of another language.
    expect(await panel.page.locator('.refusals code').allTextContents()).toContain('model:');
    expect(await panel.page.locator('.refusals').textContent()).not.toContain('`');
  });

  it('leads on', async () => {
    await panel.send(states.failed!);
    await panel.page.getByRole('button', { name: 'Try again' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'takeStep', step: 'tryAgain' });
    await panel.page.getByRole('button', { name: 'Show the log' }).click();
    expect(await panel.lastPosted()).toEqual({ type: 'takeStep', step: 'showLog' });
  });
});

describe('work under way', () => {
  const bar = () => panel.page.getByRole('progressbar');

  it('is a bar as long as what is done, and is told once, not with each percent', async () => {
    await panel.show(show);
    await panel.send({ type: 'busy', message: 'Simulating…' });
    await bar().waitFor();
    expect(await bar().getAttribute('aria-valuenow')).toBeNull();
    await panel.send({ type: 'busy', message: 'Simulating, 40%', fraction: 0.4 });
    await panel.page.getByText('Simulating, 40%').waitFor();
    expect(await bar().getAttribute('aria-valuenow')).toBe('40');
    const [whole, done] = await bar().evaluate((element) => [
      element.getBoundingClientRect().width,
      element.firstElementChild!.getBoundingClientRect().width,
    ]);
    expect(done! / whole!).toBeCloseTo(0.4, 2);
    expect(await panel.page.locator('header [role=status]').textContent()).toBe('Simulating');
    await panel.send(show);
    await bar().waitFor({ state: 'detached' });
  });

  it('of a search and of a comparison has one too', async () => {
    await panel.show({ ...show, view: 'plan' });
    await panel.send({ type: 'plan', state: 'searching', fraction: 0.37 });
    await expect.poll(() => bar().getAttribute('aria-valuenow')).toBe('37');
    await panel.tab('Placement');
    await panel.send({ type: 'placements', state: 'comparing', fraction: 0.3 });
    await expect.poll(() => bar().getAttribute('aria-valuenow')).toBe('30');
    await panel.send({ type: 'placements', state: 'stopped', fraction: 1 });
    await panel.page.getByText('The comparison was stopped.').waitFor();
    expect(await bar().count()).toBe(0);
    expect(await panel.axe()).toEqual([]);
  });
});

describe('what is refused beside a job', () => {
  it('stands right under the sentence that says so, with the lines at fault', async () => {
    await panel.show({
      ...show,
      view: 'whatif',
      refusal: 'This layout cannot be simulated.',
      refusals: impossible,
    });
    const faults = panel.page.locator('.faults');
    await faults.getByText('train.sh:24').waitFor();
    const [sentence, chips, knobs] = await Promise.all(
      ['.view-head', '.faults', '.knobs'].map((one) => panel.page.locator(one).boundingBox()),
    );
    expect(chips!.y).toBeGreaterThanOrEqual(sentence!.y + sentence!.height);
    expect(chips!.y + chips!.height).toBeLessThan(knobs!.y);
  });

  it('draws no picture of a search that found nothing, and points at no rows that are not there', async () => {
    await panel.show({ ...show, view: 'plan' });
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(8) });
    await panel.page.getByRole('heading', { name: 'No legal layout keeps to the limits' }).waitFor();
    expect(await panel.page.locator('.plan-scatter').count()).toBe(0);
    expect(await panel.page.getByText('A number opens that layout').count()).toBe(0);
    await panel.page.getByRole('rowheader', { name: 'yours, does not fit' }).waitFor();
  });

  it('marks where memory ends among layouts that fit and one that does not', async () => {
    await panel.show({ ...show, view: 'plan' });
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(64) });
    const { present } = planOf(64);
    expect(present!.freeBytes).toBeLessThan(0);
    const edge = await panel.page.locator('.plan-scatter .capacity').boundingBox();
    const own = await panel.page.locator('.plan-scatter .present').boundingBox();
    const best = await panel.page.locator('.plan-scatter .chosen').boundingBox();
    expect(own!.x).toBeLessThan(edge!.x);
    expect(best!.x).toBeGreaterThan(edge!.x);
  });
});

const colourOf = (selector: string) =>
  panel.page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor);
