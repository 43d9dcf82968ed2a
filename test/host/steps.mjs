import { webviewFrame } from './open.mjs';

// What a person does with the extension in the workbench, for all who travel through it.

const panelRoot = '#root[data-extension="moe-scope"]';

/** The editor redraws its lenses when figures come in; a click that falls into that is lost, and a person clicks again. */
export async function clickLens(page, tries = 4) {
  await lens(page).click();
  try {
    return await webviewFrame(page, panelRoot, 15_000);
  } catch (error) {
    if (tries === 1) throw error;
    return clickLens(page, tries - 1);
  }
}

/** Takes the row of the open quick pick whose label is the text. */
export function pick(page, text) {
  const label = page.locator('.label-name', { hasText: new RegExp(`^${text}$`) });
  return page.locator('.quick-input-list .monaco-list-row').filter({ has: label }).first().click();
}

/** The code lens of the job that is open, once it has the job's figures. */
export function lens(page) {
  return page.locator('.codelens-decoration a', { hasText: 'GiB' }).first();
}

export function panelFrame(page) {
  return webviewFrame(page, panelRoot, 60_000);
}
