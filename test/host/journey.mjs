import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  chooseTheme,
  goToLine,
  openFile,
  openWorkspace,
  runFromPalette,
  takePicture,
  themeApplied,
  themes,
} from './open.mjs';
import { comparePlacements, keepPlacement, reopen, savePlacement, saveScenario } from './placement-steps.mjs';
import { root } from './process.mjs';
import { startServer } from './server.mjs';
import { clickLens, lens, panelFrame, pick } from './steps.mjs';
import { Tally } from './tally.mjs';

// A new user's way through the extension in a real VS Code, with a picture of every stop in each theme: the steps
// are checked, the pictures are for a person to look at.
const { values } = parseArgs({ options: { theme: { type: 'string', multiple: true } } });
const tally = new Tally();
for (const name of values.theme ?? Object.keys(themes)) await travel(name, themes[name]);
tally.finish();

async function travel(name, theme) {
  const server = await startServer();
  // What is written on the way is written into a copy.
  const folder = mkdtempSync(join(tmpdir(), 'moe-scope-journey-'));
  cpSync(join(root, 'media', 'sample'), folder, { recursive: true });
  const { page, close } = await openWorkspace({
    port: server.port,
    folder,
    extensionDevelopmentPath: root,
  });
  await chooseTheme(page, theme);
  const stop = (place, body) =>
    tally.check(`${place} (${name})`, async () => {
      await body();
      await takePicture(page, `${place.replaceAll(' ', '-')}-${name}`);
    });
  await stop('mistakes are underlined', () => seeMistakes(page));
  await stop('a hover explains EP', () => hoverSize(page));
  await stop('figures stand behind values', () => seeHints(page));
  await stop('the status says that it fits', () => hoverStatus(page));
  await stop('the jobs are listed', () => openJobs(page));
  await stop('legal sizes are proposed', () => proposeSizes(page));
  await stop('fixes are offered', () => offerFixes(page));
  await stop('the lens opens the panel', () => openFromLens(page));
  await stop('a chip leads to its line', () => followChip(page));
  await stop('a what-if from the palette', () => askWhatIf(page));
  await stop('a variant is kept and compared', () => keepVariant(page));
  await stop('the panel survives a reload', () => reload(page, theme));
  await stop('a variant is saved as a scenario file', () => saveVariant(page));
  await stop('a what-if is written and ends', () => writeWhatIf(page));
  await stop('a searched placement is saved for an engine', () => savePlacement(page, folder));
  await stop('placements are compared', () => comparePlacements(page));
  await stop('a searched placement is kept as a variant', () => keepPlacement(page));
  await stop('a searched placement is saved with its scenario', () => saveScenario(page, folder));
  await stop('a searched placement survives a reload', () => reopen(page));
  await close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function seeMistakes(page) {
  await openFile(page, 'mixtral/pretrain.sh');
  await goToLine(page, '37');
  await page.locator('.squiggly-error').first().waitFor();
}

async function hoverSize(page) {
  await openFile(page, 'deepseek-v3/pretrain.sh');
  // The lens comes with the figures; before it, the lines below would still move.
  await lens(page).waitFor();
  await goToLine(page, '65:8');
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await page.locator('.monaco-hover', { hasText: 'experts per rank' }).waitFor();
}

async function seeHints(page) {
  await page.keyboard.press('Escape');
  await goToLine(page, '14');
  await page.locator('.view-line', { hasText: '4 experts/rank' }).waitFor();
  await page.locator('.view-line', { hasText: '1,024 GPUs' }).waitFor();
}

async function hoverStatus(page) {
  await page.locator('.statusbar-item', { has: page.locator('[class*="codicon-bracket"]') }).hover();
  await page.locator('.hover-language-status', { hasText: 'Fits, 65' }).waitFor();
}

async function openJobs(page) {
  await page.locator('.activitybar .action-label[aria-label*="MoE Scope"]').first().click();
  const row = (text) => page.locator('.pane-body .monaco-list-row', { hasText: text });
  await row('mixtral').filter({ hasText: 'pretrain.sh' }).click();
  await row('8 experts do not divide over EP 6').last().waitFor();
  await row('deepseek-v3').filter({ hasText: 'pretrain.sh' }).click();
  await row('Fits, 65').first().waitFor();
}

async function proposeSizes(page) {
  await goToLine(page, '14:6');
  await page.keyboard.press('Control+Space');
  const first = page.locator('.suggest-widget .monaco-list-row', { hasText: '256 experts/rank' });
  await first.waitFor();
}

async function offerFixes(page) {
  await page.keyboard.press('Escape');
  await openFile(page, 'mixtral/pretrain.sh');
  await goToLine(page, '37:35');
  await page.locator('.squiggly-error').first().waitFor();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget .monaco-list-row', { hasText: 'Ignore MG006 here' }).waitFor();
}

async function openFromLens(page) {
  await page.keyboard.press('Escape');
  await openFile(page, 'deepseek-v3/pretrain.sh');
  await goToLine(page, '1');
  const frame = await clickLens(page);
  await frame.getByRole('heading', { level: 1, name: /It fits/ }).waitFor();
  await frame.getByRole('tab', { name: 'Memory' }).click();
}

async function followChip(page) {
  const frame = await panelFrame(page);
  await frame.getByRole('button', { name: /^EP 64/ }).click();
  await page.locator('.statusbar-item', { hasText: 'Ln 14' }).waitFor();
}

async function askWhatIf(page) {
  await runFromPalette(page, 'MoE Scope: What If…');
  await pick(page, 'EP');
  await pick(page, '32');
  const frame = await panelFrame(page);
  await frame.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  await frame.getByText('Variant').first().waitFor();
}

async function keepVariant(page) {
  await runFromPalette(page, 'MoE Scope: Keep Variant…');
  await page.locator('.quick-input-widget input').first().fill('half the ranks');
  await page.keyboard.press('Enter');
  const frame = await panelFrame(page);
  const row = (name) => frame.getByRole('row', { name });
  await row('half the ranks, on show').waitFor();
  await row('half the ranks, on show').scrollIntoViewIfNeeded();
  await runFromPalette(page, 'MoE Scope: Open Variant…');
  await pick(page, 'Baseline');
  await row('Baseline, on show').waitFor();
  await runFromPalette(page, 'MoE Scope: Open Variant…');
  await pick(page, 'half the ranks');
  await row('half the ranks, on show').waitFor();
}

async function reload(page, theme) {
  const reloaded = page.waitForEvent('domcontentloaded');
  await runFromPalette(page, 'Developer: Reload Window');
  await reloaded;
  await themeApplied(page, theme);
  const frame = await panelFrame(page);
  await frame.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  await frame.getByText('Variant').first().waitFor();
  await frame.getByRole('row', { name: 'half the ranks, on show' }).waitFor();
}

async function saveVariant(page) {
  const frame = await panelFrame(page);
  const file = 'pretrain-half-the-ranks.moe.yaml';
  await frame.getByRole('button', { name: /^Save as a scenario file.* half the ranks$/ }).click();
  await page.locator('.tab', { hasText: file }).waitFor();
  for (const line of ['name: half the ranks', 'job: pretrain.sh', 'ep: 32'])
    await page.locator('.view-line', { hasText: line }).first().waitFor();
  // The file is a variant of the job itself, once it is read.
  await frame.getByRole('row', { name: file }).waitFor();
  await frame.getByRole('row', { name: file }).scrollIntoViewIfNeeded();
  if ((await page.locator('.squiggly-error').count()) > 0) throw new Error(`${file} has errors.`);
}

async function writeWhatIf(page) {
  const frame = await panelFrame(page);
  await frame.getByRole('button', { name: /^Write to pretrain\.sh/ }).click();
  await page.locator('.tab', { hasText: 'EP 32: pretrain.sh' }).waitFor();
  await pick(page, 'Write');
  await frame.getByText('The job has EP 32 now: the what-if has ended.').waitFor();
  await openFile(page, 'deepseek-v3/pretrain.sh');
  await goToLine(page, '14');
  await page.locator('.view-line', { hasText: /^EP=32/ }).waitFor();
  // One step takes it back.
  await page.keyboard.press('Control+Z');
  await page.locator('.view-line', { hasText: /^EP=64/ }).waitFor();
}
