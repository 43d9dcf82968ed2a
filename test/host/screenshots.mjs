import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseTheme, goToLine, openFile, openWorkspace, runFromPalette, themes } from './open.mjs';
import { root, run } from './process.mjs';
import { startServer } from './server.mjs';
import { clickLens, lens, panelFrame, pick } from './steps.mjs';

// Takes the pictures of the README and of the walkthrough: a real VS Code on the sample workspace.

const readme = join(root, 'docs', 'images');
const walkthrough = join(root, 'media', 'walkthrough');

/** Besides the workbench as it is, the panel alone, tall enough for what matters of every view. */
const wholeWindow = { width: 1440, height: 900 };
const panelWindow = { width: 1000, height: 1240 };
/** And wide enough for two layouts beside each other. */
const pairWindow = { width: 1440, height: 1240 };

const built = await run(process.execPath, ['esbuild.config.mjs', '--production'], {
  cwd: root,
  timeoutSeconds: 120,
});
if (built.code !== 0) process.exit(1);
await mkdir(walkthrough, { recursive: true });
for (const name of ['light', 'dark']) await takeAll(name);

async function takeAll(theme) {
  const server = await startServer();
  const { page, close } = await openWorkspace({
    port: server.port,
    folder: join(root, 'media', 'sample'),
    extensionDevelopmentPath: root,
    viewport: wholeWindow,
  });
  await chooseTheme(page, themes[theme]);
  const studio = await page.context().newPage();
  const save = async (folder, name, clip) =>
    writeFile(join(folder, `${name}.webp`), await toWebp(studio, await page.screenshot({ clip })));
  const forStep = (name, clip) => save(walkthrough, `${name}-${theme}`, clip);
  const forReadme = async (name, clip) => {
    if (theme === 'light') await save(readme, name, clip);
  };

  await showJobs(page);
  await forStep('jobs', { x: 48, y: 36, width: 560, height: 340 });
  await showFinding(page);
  await forStep('finding', { x: 48, y: 36, width: 900, height: 560 });
  await forReadme('findings', { x: 0, y: 0, width: 1100, height: 640 });
  await page.keyboard.press('Escape');
  await openFile(page, 'deepseek-v3/serve-h200.moe.yaml');
  await lens(page).waitFor();
  await forStep('scenario', { x: 48, y: 36, width: 760, height: 300 });
  const panel = await showPanel(page);
  await forReadme('panel');

  await page.setViewportSize(panelWindow);
  await panel.locator('h1').click();
  await runFromPalette(page, 'View: Close Editors in Other Groups');
  await forStep('verdict', await boxOf(panel, 'header'));
  for (const tab of await panel.getByRole('tab').all()) {
    await tab.click();
    await drawn(panel);
    const id = (await tab.getAttribute('id')).replace('tab-', '');
    if (id === 'communication') await afterCounting(panel);
    if (id === 'alltoall') await atDispatch(panel);
    if (id === 'plan') await afterSearch(panel);
    if (id !== 'whatif') await forReadme(id, await boxOf(panel, 'main'));
  }
  await askWhatIf(page);
  await drawn(await panelFrame(page));
  await forReadme('whatif', await boxOf(await panelFrame(page), 'main'));
  await forStep('what-if', await boxOf(await panelFrame(page), '#view'));
  if (theme === 'light') {
    await page.setViewportSize(pairWindow);
    const beside = await panelFrame(page);
    await beside.getByRole('tab', { name: 'Traffic' }).click();
    await drawn(beside);
    await forReadme('sides', await boxOf(beside, 'main'));
  }

  await close();
  await server.stop();
}

/** The communication with how it grows. */
async function afterCounting(frame) {
  await frame.getByText('Counting other sizes').waitFor({ state: 'detached' });
}

/** The plan with what a search of all layouts found. */
async function afterSearch(frame) {
  await frame.getByRole('button', { name: 'Search' }).click();
  await frame.getByRole('heading', { name: /The best takes/ }).waitFor({ timeout: 120_000 });
}

/** The all-to-all with its tokens under way. */
async function atDispatch(frame) {
  await frame.getByRole('button', { name: '3 Dispatch' }).click();
  await frame.evaluate(
    () =>
      new Promise((resolve) => {
        const isThere = () => document.querySelector('.scrub input').value === '2';
        const look = () => requestAnimationFrame(isThere() ? resolve : look);
        look();
      }),
  );
}

async function showJobs(page) {
  await page.locator('.activitybar .action-label[aria-label*="MoE Scope"]').first().click();
  const row = (text) => page.locator('.pane-body .monaco-list-row', { hasText: text });
  await row('mixtral').filter({ hasText: 'pretrain.sh' }).click();
  await row('deepseek-v3').filter({ hasText: 'pretrain.sh' }).click();
  await row('Fits, 65').first().waitFor();
  const { x, width } = await page.locator('.part.sidebar').boundingBox();
  await page.mouse.move(x + width, 500);
  await page.mouse.down();
  await page.mouse.move(x + 560, 500, { steps: 4 });
  await page.mouse.up();
}

async function showFinding(page) {
  await runFromPalette(page, 'View: Toggle Primary Side Bar Visibility');
  await openFile(page, 'mixtral/pretrain.sh');
  await page.locator('.squiggly-error').first().waitFor();
  await goToLine(page, '39:34');
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await page.locator('.monaco-hover', { hasText: 'do not divide over EP 6' }).waitFor();
}

async function showPanel(page) {
  await openFile(page, 'deepseek-v3/pretrain.sh');
  await lens(page).waitFor();
  await goToLine(page, '1');
  const panel = await clickLens(page);
  await panel.getByRole('heading', { level: 1, name: /It fits/ }).waitFor();
  await panel.getByRole('tab', { name: 'Memory' }).click();
  await drawn(panel);
  return panel;
}

async function askWhatIf(page) {
  await runFromPalette(page, 'MoE Scope: What If…');
  await pick(page, 'EP');
  await pick(page, '32');
  const panel = await panelFrame(page);
  await panel.getByText('Variant').first().waitFor();
}

/** Resolves when what was asked for is on the screen. */
function drawn(frame) {
  return frame.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () =>
          document.querySelector('[aria-busy="true"]')
            ? requestAnimationFrame(look)
            : requestAnimationFrame(() => requestAnimationFrame(resolve));
        look();
      }),
  );
}

/** A picture a third as large, since it ships: PNG in, WebP out. `studio` is a page that may hold pictures. */
async function toWebp(studio, png) {
  const base64 = await studio.evaluate(async (source) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${source}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement('canvas'), {
      width: picture.width,
      height: picture.height,
    });
    canvas.getContext('2d').drawImage(picture, 0, 0);
    return canvas.toDataURL('image/webp', 0.8).split(',')[1];
  }, png.toString('base64'));
  return Buffer.from(base64, 'base64');
}

/** Where an element of the panel is on the page, as far as it is in the window. */
async function boxOf(frame, selector) {
  const { x, y, width, height } = await frame.locator(selector).first().boundingBox();
  return { x, y, width, height: Math.min(height, panelWindow.height - y - 24) };
}
