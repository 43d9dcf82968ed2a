import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder, absolute. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Everything that tests and `npm start` install or write beside the project's own files; git-ignored. */
export const installRoot = fileURLToPath(new URL('../../.vscode-test', import.meta.url));

/**
 * The environment for a program that is no part of this npm run: npm's own variables would make a nested npm
 * work on this project, and VS Code's would make a server believe that it runs inside an editor.
 */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_(?!EXECUTABLE)|ELECTRON_)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/** The children that run, each with the signal that ends it when this process ends. */
const live = new Map();

/** Ends a child and all that it started: each child leads its own process group. */
export function end(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** How long a program that ran out of time has for ending its own children. */
const graceMilliseconds = 5000;

const temporary = new Set();

/** A fresh folder that is removed when this process ends. Its path is short, because sockets will lie in it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(process.platform === 'win32' ? tmpdir() : '/tmp', 'moe-scope-'));
  temporary.add(folder);
  return folder;
}

process.once('exit', () => {
  for (const [child, signal] of live) end(child, signal);
  for (const folder of temporary)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
}

/**
 * Starts a program that ends with this process at the latest, also when this one is interrupted.
 * The signal for that is SIGTERM, so that a program of this folder ends its own children in turn; a program that
 * has none outside its process group may be given SIGKILL.
 */
export function start(command, args, { endSignal = 'SIGTERM', ...options } = {}) {
  const child = spawn(command, args, { cwd: root, detached: process.platform !== 'win32', ...options });
  live.set(child, endSignal);
  child.once('close', () => live.delete(child));
  child.once('error', () => live.delete(child));
  return child;
}

/**
 * Runs a program to its end and resolves to `{ code, output, timedOut }`; output is stdout and stderr together.
 * A code other than 0 is an answer, not an exception.
 * @param {{ timeoutSeconds: number, quiet?: boolean, onLine?: (line: string) => void,
 *   onMessage?: (message: unknown) => void } & import('node:child_process').SpawnOptions} options
 */
export function run(command, args, { timeoutSeconds, quiet = false, onLine, onMessage, ...options }) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe', ...(onMessage ? ['ipc'] : [])];
    const child = start(command, args, { ...options, stdio });
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      end(child);
      setTimeout(() => end(child, 'SIGKILL'), graceMilliseconds).unref();
    }, timeoutSeconds * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      let partial = '';
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
        if (!quiet) process.stdout.write(chunk);
        const lines = (partial + chunk).split(/\r?\n/);
        partial = lines.pop();
        for (const line of lines) onLine?.(line);
      });
    }
    if (onMessage) child.on('message', onMessage);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} could not be started: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/** Installs the project's own development packages where they are missing: after a fresh clone. */
export async function ensureDependencies() {
  if (existsSync(join(root, 'node_modules', 'esbuild'))) return;
  console.log("Installing the project's packages (npm ci), once …");
  const options = {
    timeoutSeconds: 600,
    quiet: true,
    shell: process.platform === 'win32',
    env: cleanEnvironment(),
  };
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], options);
  if (code !== 0) throw new Error(`npm ci failed:\n${lastLines(output)}`);
}

/** Whether a module is the program itself rather than imported: `isProgram(import.meta.url)`. */
export function isProgram(moduleUrl) {
  return (
    process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(moduleUrl))
  );
}

/** The last lines of a long output, for a message. */
export function lastLines(text, count = 25) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
