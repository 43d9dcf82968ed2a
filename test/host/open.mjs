import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';
import { root } from './process.mjs';
import { addressOf } from './server.mjs';
import { loadAsWebExtension } from './web-extension.mjs';

/** The themes that every view is looked at in: the name that VS Code's theme picker gives each, and its file. */
export const themes = {
  light: { label: 'Light Modern', file: 'light_modern' },
  dark: { label: 'Dark Modern', file: 'dark_modern' },
  highContrast: { label: 'Dark High Contrast', file: 'hc_black' },
  highContrastLight: { label: 'Light High Contrast', file: 'hc_light' },
};

/**
 * Picks a theme as a person does: with an extension under development, the served workbench does not always take
 * it from the settings.
 * @param {import('playwright-core').Page} page
 * @param {typeof themes.light} theme
 */
export async function chooseTheme(page, { label, file }) {
  // The picker lists the themes that were there when it opened: wait until one that an extension brings is worn.
  await page.locator('.monaco-workbench[class*="-themes-"]').waitFor({ timeout: 60_000 });
  await runFromPalette(page, 'Preferences: Color Theme');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
  await page.locator('.quick-input-widget input.input').fill(label);
  await row.click();
  await themeApplied(page, { file });
}

/** Resolves once the workbench wears the theme. */
export function themeApplied(page, { file }) {
  return page.locator(`.monaco-workbench[class*="-${file}-json"]`).waitFor();
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page that the tests hand to the browser has no network address, and could not reach the server otherwise.
  '--disable-features=LocalNetworkAccessChecks',
  // Whatever the workbench would like to fetch fails at once, with and without a network.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/**
 * Opens a folder of the machine in VS Code's workbench.
 * @param {Parameters<typeof addressOf>[0] & { extensionDevelopmentKind?: 'node' | 'web',
 *   onLog?: (level: string, line: string) => void, viewport?: { width: number, height: number } }} options
 *   the extension host to load the extension into; viewport in CSS pixels
 * @returns `page` (Playwright's), `exit` (resolves to the suite's exit code, 0 or 1) and `close`
 */
export async function openWorkspace(options) {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: flags });
  try {
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1440, height: 900 } });
    const inWebHost = options.extensionDevelopmentKind === 'web';
    if (inWebHost) await loadAsWebExtension(context, options);
    const page = await context.newPage();
    let exited;
    const exit = new Promise((resolve) => {
      exited = resolve;
    });
    await page.exposeFunction('codeAutomationExit', (code) => exited(code));
    await page.exposeFunction('codeAutomationLog', (level, args) => {
      options.onLog?.(
        level,
        args.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' '),
      );
    });
    const { port, folder } = options;
    await page.goto(addressOf(inWebHost ? { port, folder } : options), { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('.monaco-workbench', { timeout: 90_000 });
    return { page, exit, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/**
 * Saves what the page shows, for a person to look at; CI keeps these files when something failed.
 * @param {import('playwright-core').Page} page
 * @param {string} name of the file, without its ending
 * @returns {Promise<string>} the file's path
 */
export async function takePicture(page, name) {
  const path = join(root, 'test', 'ui', 'screenshots', `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/**
 * The innermost frame of a webview, where its own document lives, once it holds the selector.
 * @param {import('playwright-core').Page} page
 * @param {string} selector a CSS selector that only this webview's document answers
 * @returns {Promise<import('playwright-core').Frame>}
 */
export function webviewFrame(page, selector, timeoutMilliseconds = 30_000) {
  return new Promise((resolve, reject) => {
    const wait = { state: 'attached', timeout: timeoutMilliseconds };
    // A frame may be replaced while VS Code builds the webview: what a lost one says does not count.
    const look = (frame) =>
      frame.waitForSelector(selector, wait).then(
        () => settle(resolve, frame),
        () => {},
      );
    const late = () =>
      settle(reject, new Error(`No webview showed ${selector} in ${timeoutMilliseconds} ms.`));
    const timer = setTimeout(late, timeoutMilliseconds);
    function settle(how, value) {
      clearTimeout(timer);
      page.off('frameattached', look);
      how(value);
    }
    page.on('frameattached', look);
    for (const frame of page.frames()) if (frame !== page.mainFrame()) look(frame);
  });
}

/**
 * Opens a file of the workspace as a person does, from quick open.
 * @param {import('playwright-core').Page} page
 * @param {string} path relative to the workspace: `mixtral/pretrain.sh`
 */
export async function openFile(page, path, timeoutMilliseconds = 60_000) {
  const deadline = Date.now() + timeoutMilliseconds;
  const input = page.locator('.quick-input-widget input.input');
  const [name, folder] = path.split('/').reverse();
  const row = page
    .locator('.quick-input-list .monaco-list-row', { hasText: name })
    .filter({ hasText: folder ?? name });
  while (Date.now() < deadline) {
    await page.keyboard.press('Control+P');
    if (!(await appears(input))) continue;
    await input.fill(path);
    if (await appears(row.first())) {
      await row.first().click();
      return page.locator('.tab.active', { hasText: name }).first().waitFor();
    }
    // The file search starts a little after the workbench: close the list and ask again.
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden', timeout: 5000 });
  }
  throw new Error(`Quick open does not find "${path}".`);
}

/**
 * Puts the cursor of the active editor on a line, and waits until the status bar says so.
 * @param {import('playwright-core').Page} page
 * @param {string} place `line` or `line:column`, from 1
 */
export async function goToLine(page, place, timeoutMilliseconds = 60_000) {
  const deadline = Date.now() + timeoutMilliseconds;
  const input = page.locator('.quick-input-widget input.input');
  const [line, column = '1'] = place.split(':');
  const position = page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` });
  while (Date.now() < deadline) {
    await page.keyboard.press('Control+G');
    if (await appears(input)) {
      await input.fill(`:${place}`);
      await page.keyboard.press('Enter');
      if (await appears(position)) return;
    }
    await page.keyboard.press('Escape');
  }
  throw new Error(`The cursor did not get to ${place}.`);
}

const appears = (locator) =>
  locator.waitFor({ state: 'visible', timeout: 2000 }).then(
    () => true,
    () => false,
  );

/**
 * Runs a command as a person does, from the palette; waits until the extension that brings it is there.
 * @param {import('playwright-core').Page} page
 * @param {string} title the palette's text, category included: `MoE Scope: Open Panel`
 */
export async function runFromPalette(page, title, timeoutMilliseconds = 60_000) {
  const deadline = Date.now() + timeoutMilliseconds;
  const input = page.locator('.quick-input-widget input.input');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  while (Date.now() < deadline) {
    await page.keyboard.press('F1');
    if (!(await appears(input))) continue;
    await input.fill(`>${title}`);
    if (await appears(row)) return row.click();
    // The palette lists what was registered when it opened: close it and look again.
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden', timeout: 5000 });
  }
  throw new Error(`The palette does not offer "${title}".`);
}
