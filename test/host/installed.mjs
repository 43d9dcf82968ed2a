import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureServer, serverEnvironment } from './install.mjs';
import { openFile, openWorkspace, runFromPalette, takePicture, webviewFrame } from './open.mjs';
import { lastLines, root, run } from './process.mjs';
import { makeProfile, profileArguments, startServer } from './server.mjs';
import { lens } from './steps.mjs';

const panelCommand = 'moeScope.openPanel';

/** The palette's text of a command, with the manifest's placeholders (`%key%`) filled in. */
async function paletteTitle(command) {
  const read = async (name) => JSON.parse(await readFile(join(root, name), 'utf8'));
  const { contributes } = await read('package.json');
  const entry = contributes?.commands?.find((each) => each.command === command);
  if (!entry) throw new Error(`The manifest has no command ${command}.`);
  const texts = await read('package.nls.json').catch(() => ({}));
  const fill = (text) => text.replace(/^%(.+)%$/, (_, key) => texts[key] ?? text);
  return [entry.category, entry.title].filter(Boolean).map(fill).join(': ');
}

/** The command line of VS Code's server, on one profile; resolves to its output. */
async function serverCommand(profile, ...args) {
  const { node, vscode } = await ensureServer();
  const all = [join(vscode, 'out', 'server-main.js'), ...args, ...profileArguments(profile)];
  const options = { timeoutSeconds: 120, quiet: true, cwd: vscode, env: serverEnvironment() };
  const { code, output } = await run(node, [...all, '--accept-server-license-terms'], options);
  if (code !== 0) throw new Error(`server-main ${args.join(' ')} failed:\n${lastLines(output)}`);
  return output;
}

async function install(profile, vsix) {
  await serverCommand(profile, '--install-extension', vsix, '--force');
  const { publisher, name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const listed = await serverCommand(profile, '--list-extensions', '--show-versions');
  const expected = `${publisher}.${name}@${version}`;
  if (!listed.split(/\s+/).includes(expected)) throw new Error(`${expected} is not in the list:\n${listed}`);
}

/**
 * Opens a sample job and, once it has figures, its panel from the palette, and waits until it shows something.
 * @param {import('playwright-core').Page} page
 * @returns the panel's own frame
 */
async function openPanel(page) {
  await openFile(page, 'deepseek-v3/pretrain.sh');
  await lens(page).waitFor();
  await runFromPalette(page, await paletteTitle(panelCommand));
  const frame = await webviewFrame(page, '#root[data-extension="moe-scope"]');
  await frame.locator('body').filter({ hasText: /\S/ }).waitFor();
  return frame;
}

async function useInstalled(profile) {
  const server = await startServer({ profile });
  try {
    const { page, close } = await openWorkspace({ port: server.port, folder: join(root, 'media', 'sample') });
    try {
      await openPanel(page);
    } catch (error) {
      throw new Error(`${error.message}\nSee ${await takePicture(page, 'installed')}`);
    } finally {
      await close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * Installs the VSIX into a fresh VS Code and uses it there as a person would.
 * @param {string} vsix an absolute path
 * @param {import('./tally.mjs').Tally} tally
 */
export async function checkInstalled(vsix, tally) {
  const profile = await makeProfile();
  const installed = await tally.check('VS Code installs and lists it', () => install(profile, vsix));
  if (installed) await tally.check('its panel opens in that VS Code', () => useInstalled(profile));
}
