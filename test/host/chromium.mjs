import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, installRoot, isProgram, lastLines, root, run } from './process.mjs';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

const otherPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Program files of that name on the PATH, in its order. */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).filter(existsSync);
}

/** Whether the browser starts: Ubuntu's `chromium` outside snap is a script that only says how to install it. */
async function starts(path) {
  const { code } = await run(path, ['--version'], { timeoutSeconds: 60, quiet: true }).catch(() => ({
    code: 1,
  }));
  return code === 0;
}

async function installed() {
  for (const path of [...names.flatMap(onPath), ...otherPlaces.filter(existsSync)]) {
    if (await starts(path)) return path;
  }
  return undefined;
}

/** Playwright's own build, where its download server can be reached. */
async function downloaded() {
  const folder = join(installRoot, 'chromium');
  const env = { PLAYWRIGHT_BROWSERS_PATH: folder, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' };
  const cli = join(root, 'node_modules', 'playwright-core', 'cli.js');
  const options = { timeoutSeconds: 300, quiet: true, env: cleanEnvironment(env) };
  const { code } = await run(process.execPath, [cli, 'install', '--no-shell', 'chromium'], options);
  if (code !== 0) return undefined;
  const where = "console.log(require('playwright-core').chromium.executablePath())";
  const { output } = await run(process.execPath, ['-e', where], options);
  return (await starts(output.trim())) ? output.trim() : undefined;
}

async function fromDebian() {
  if (process.getuid?.() !== 0 || onPath('apt-get').length === 0) return undefined;
  const options = {
    timeoutSeconds: 600,
    quiet: true,
    env: cleanEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
  };
  await run('apt-get', ['update'], options);
  const { code, output } = await run(
    'apt-get',
    ['install', '-y', '--no-install-recommends', 'chromium'],
    options,
  );
  if (code !== 0) console.log(`apt-get install chromium failed:\n${lastLines(output)}`);
  return installed();
}

/**
 * The path of a Chromium that starts; installs one where none is found.
 * @returns {Promise<string>}
 */
export async function ensureChromium() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (await starts(named)) return named;
    throw new Error(`CHROME_PATH names ${named}, which does not start as a browser.`);
  }
  const found = await installed();
  if (found) return found;
  console.log('No Chromium or Chrome found; installing one, once …');
  const fresh = (await downloaded()) ?? (await fromDebian());
  if (fresh) return fresh;
  throw new Error(
    'The tests need Chromium or Chrome. Install one (Debian: sudo apt-get install chromium; macOS: brew install ' +
      '--cask google-chrome) or name its program in the environment variable CHROME_PATH, then run again.',
  );
}

if (isProgram(import.meta.url)) console.log(await ensureChromium());
