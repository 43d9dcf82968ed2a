import { readFileSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { openFile, runFromPalette } from './open.mjs';
import { clickLens, panelFrame, pick } from './steps.mjs';

// From loads that were recorded to a placement that is kept, saved, and there again in another window.

const [LAYERS, EXPERTS] = [58, 256];
const NAME = 'searched';
const SCENARIO = 'serve-searched.moe.yaml';
const PLACEMENT = 'serve-searched.placement.json';
const ENGINE_FILE = 'placement.json';

/** Loads of the sample's serving job, neighbours hot together and others in each layer, and a scenario that has them. */
function recordLoads(folder) {
  const load = (layer, expert) =>
    Math.round(1000 * Math.exp(Math.sin(expert / 9 + layer) + Math.sin(7 * expert + layer)));
  const loads = Array.from({ length: LAYERS }, (_, layer) =>
    Array.from({ length: EXPERTS }, (_, expert) => load(layer, expert)),
  );
  writeFileSync(join(folder, 'deepseek-v3', 'loads.json'), JSON.stringify({ expert_load: loads }));
  const scenario = 'job: serve.sh\ncluster:\n  accelerator: h200-sxm\nrouting:\n  file: loads.json\n';
  writeFileSync(join(folder, 'deepseek-v3', 'serve-recorded.moe.yaml'), scenario);
}

const row = (frame, name) => frame.getByRole('row', { name });
const figuresOf = (frame, name) => row(frame, name).getByRole('cell').allInnerTexts();
/** Its figures, without what can be done with it. */
const shown = async (frame, name) => (await figuresOf(frame, name)).slice(0, -1).join(' | ');

/** Compares the placements of the job of a file, until the searched one is there. */
async function compare(page, file, about) {
  // The panel has the focus, and its group is not where files are read.
  await runFromPalette(page, 'View: Focus First Editor Group');
  await openFile(page, file);
  const frame = await clickLens(page);
  await frame.getByText(about).first().waitFor();
  await frame.getByRole('tab', { name: 'Placement' }).click();
  await frame.getByRole('button', { name: 'Compare placements' }).click();
  await searchedIn(frame).waitFor({ timeout: 120_000 });
  await searchedIn(frame).scrollIntoViewIfNeeded();
  return frame;
}

const searchedIn = (frame) => frame.getByRole('button', { name: /^searched with .* as a what-if$/ });

/** In the form that a scenario names; the search runs again, by the loads as they are. */
export async function savePlacement(page, folder) {
  recordLoads(folder);
  const frame = await compare(page, 'deepseek-v3/serve-recorded.moe.yaml', 'decode, 32 H200');
  await frame.getByRole('button', { name: 'Save the searched placement…' }).click();
  await pick(page, 'EPLB placement');
  const dialog = page.locator('.quick-input-widget', { hasText: 'Save as EPLB placement' });
  await dialog.waitFor();
  const written = writtenIn(
    join(folder, 'deepseek-v3'),
    () => slotsIn(folder, ENGINE_FILE).length === LAYERS,
  );
  await acceptOnceReady(page, dialog);
  await written;
}

/** The dialog takes no answer while it still lists the folder: it is asked again until it closes. */
async function acceptOnceReady(page, dialog) {
  const closes = () =>
    dialog.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  do await page.keyboard.press('Enter');
  while (!(await closes()));
}

/** Resolves once what is written into a folder holds. */
async function writtenIn(folder, holds) {
  for await (const _ of watch(folder, { signal: AbortSignal.timeout(120_000) })) {
    try {
      if (holds()) return;
    } catch {
      // Not there yet, or half of it.
    }
  }
}

export async function comparePlacements(page) {
  await compare(page, 'deepseek-v3/serve.sh', 'decode, 32 H100');
}

export async function keepPlacement(page) {
  const frame = await panelFrame(page);
  await searchedIn(frame).click();
  await frame.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  await row(frame, 'This what-if, on show').waitFor();
  await frame.getByRole('button', { name: 'Keep as…' }).first().click();
  await page.locator('.quick-input-widget input').first().fill(NAME);
  await page.keyboard.press('Enter');
  await row(frame, `${NAME}, on show`).waitFor();
  await row(frame, `${NAME}, on show`).scrollIntoViewIfNeeded();
}

/** The scenario file comes with a file of the placement, and is read back as the same variant. */
export async function saveScenario(page, folder) {
  const frame = await panelFrame(page);
  await frame
    .getByRole('button', { name: `Save as a scenario file… ${NAME}` })
    .first()
    .click();
  await page.locator('.tab', { hasText: SCENARIO }).waitFor();
  for (const line of [`name: ${NAME}`, 'job: serve.sh', `file: ${PLACEMENT}`])
    await page.locator('.view-line', { hasText: line }).first().waitFor();
  check('slots of every MoE layer', slotsIn(folder, PLACEMENT).length === LAYERS);
  await row(frame, SCENARIO).waitFor();
  const [kept, saved] = [await shown(frame, `${NAME}, on show`), await shown(frame, SCENARIO)];
  check(`the file has the variant's figures: ${kept} and ${saved}`, kept === saved);
}

/** In whatever theme: a served workbench under development may forget the one that was picked. */
export async function reopen(page) {
  const kept = await shown(await panelFrame(page), `${NAME}, on show`);
  const reloaded = page.waitForEvent('domcontentloaded');
  await runFromPalette(page, 'Developer: Reload Window');
  await reloaded;
  const frame = await panelFrame(page);
  await frame.getByRole('tab', { name: 'What if', selected: true }).waitFor();
  await row(frame, `${NAME}, on show`).waitFor();
  const again = await shown(frame, `${NAME}, on show`);
  check(`the same figures as before: ${kept} and ${again}`, kept === again);
  await row(frame, SCENARIO).waitFor();
}

const slotsIn = (folder, file) => JSON.parse(readFileSync(join(folder, 'deepseek-v3', file), 'utf8')).phy2log;

function check(what, holds) {
  if (!holds) throw new Error(`Not so: ${what}`);
}
