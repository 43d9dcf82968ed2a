import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureServer, serverEnvironment } from './install.mjs';
import { end, lastLines, start, temporaryFolder } from './process.mjs';

/** What keeps a fresh VS Code still: no welcome page, no trust question, nothing fetched. */
const quietSettings = {
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // The browser's VS Code saves by itself otherwise, and what is tried on the sample would stay in it.
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A fresh profile: user data with these settings, and no extensions. */
export async function makeProfile(settings = {}) {
  const folder = temporaryFolder();
  const profile = { folder, userData: join(folder, 'user-data'), extensions: join(folder, 'extensions') };
  await mkdir(join(profile.userData, 'User'), { recursive: true });
  await mkdir(profile.extensions);
  const all = { ...quietSettings, ...settings };
  await writeFile(join(profile.userData, 'User', 'settings.json'), JSON.stringify(all, null, 2));
  return profile;
}

/** The arguments that point the server, or its command line, at a profile. */
export function profileArguments(profile) {
  return ['--user-data-dir', profile.userData, '--extensions-dir', profile.extensions];
}

/** Resolves when the server says that it listens; rejects when it ends or stays silent for 60 s. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why) => reject(new Error(`VS Code's server ${why}:\n${lastLines(output)}`));
    const timer = setTimeout(() => fail('did not answer within 60 s'), 60_000);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('close', (code) => fail(`ended with code ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
        if (!output.includes('Extension host agent listening on')) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

/**
 * Starts VS Code's server for one profile.
 * @param {{ port?: number, profile?: { folder: string, userData: string, extensions: string },
 *   settings?: Record<string, unknown> }} options a profile, or the user settings of a fresh one
 * @returns {Promise<{ port: number, ended: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startServer(options = {}) {
  const { node, vscode } = await ensureServer();
  const port = options.port ?? (await freePort());
  const profile = options.profile ?? (await makeProfile(options.settings));
  const args = [
    join(vscode, 'out', 'server-main.js'),
    ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    // Makes the built workbench honour extensionDevelopmentPath and extensionTestsPath in the address.
    '--enable-smoke-test-driver',
    ...profileArguments(profile),
  ];
  // The server leaves its sockets behind when it is killed: they go with the profile's folder.
  const env = { ...serverEnvironment(), TMPDIR: profile.folder, XDG_RUNTIME_DIR: '' };
  const spawning = { cwd: vscode, env, stdio: ['ignore', 'pipe', 'pipe'], endSignal: 'SIGKILL' };
  const child = start(node, args, spawning);
  const ended = new Promise((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    end(child, 'SIGKILL');
    await ended;
  };
  try {
    await listening(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, ended, stop };
}

/**
 * The address that opens a folder, and, where given, loads an extension from its folder into the Node extension
 * host and runs a suite in it.
 * @param {{ port: number, folder: string, extensionDevelopmentPath?: string, extensionTestsPath?: string,
 *   openFile?: string }} options absolute paths; openFile is shown at the start
 */
export function addressOf(options) {
  const origin = `127.0.0.1:${options.port}`;
  const remote = (path) => path && `vscode-remote://${origin}${pathToFileURL(path).pathname}`;
  const payload = Object.entries({
    extensionDevelopmentPath: remote(options.extensionDevelopmentPath),
    extensionTestsPath: remote(options.extensionTestsPath),
    openFile: remote(options.openFile),
  }).filter(([, value]) => value);
  const query = new URLSearchParams({ folder: options.folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://${origin}/?${query}`;
}
