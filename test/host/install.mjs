import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cleanEnvironment, installRoot, isProgram, lastLines, run } from './process.mjs';

/** code-server carries VS Code's server and workbench as an npm package; this one is VS Code 1.139.1 and wants Node 24. */
const pinned = { node: '24.9.0', codeServer: '4.139.1' };

const stamp = join(installRoot, 'installed.json');

/** The folders into which npm installs the two packages. */
const parts = { node: join(installRoot, 'node'), codeServer: join(installRoot, 'code-server') };

const onWindows = process.platform === 'win32';

/** The npm package that is Node's binary for this machine: unlike `node`, it needs no install script. */
const nodePackage = `node-${onWindows ? 'win' : process.platform}-${process.arch}`;

/** Where the pinned parts lie: `node` is the Node 24 binary, `vscode` the folder of VS Code's server. */
const installation = {
  node: join(parts.node, 'node_modules', nodePackage, 'bin', onWindows ? 'node.exe' : 'node'),
  vscode: join(parts.codeServer, 'node_modules', 'code-server', 'lib', 'vscode'),
};

/** The environment in which VS Code's server and its npm run: with Node 24 first on the path. */
export function serverEnvironment() {
  return cleanEnvironment({ PATH: `${dirname(installation.node)}${delimiter}${process.env.PATH}` });
}

async function npmInstall(folder, args, env) {
  await mkdir(folder, { recursive: true });
  const command = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args];
  const options = { cwd: folder, env, timeoutSeconds: 600, quiet: true, shell: onWindows };
  const { code, output, timedOut } = await run('npm', command, options);
  if (code !== 0) {
    throw new Error(
      `npm ${command.join(' ')} ${timedOut ? 'took too long' : 'failed'}:\n${lastLines(output)}`,
    );
  }
}

async function install() {
  await npmInstall(parts.node, ['--prefix', parts.node, `${nodePackage}@${pinned.node}`], cleanEnvironment());
  // code-server asks for Node 24 also while it is installed.
  const env = serverEnvironment();
  await npmInstall(parts.codeServer, ['--prefix', parts.codeServer, `code-server@${pinned.codeServer}`], env);
  await npmInstall(installation.vscode, ['--omit=dev'], env);
}

/** What is wrong with the installation, or undefined when the server answers as the pinned one. */
async function problem() {
  if (!existsSync(installation.node)) return `${installation.node} is missing`;
  const options = { timeoutSeconds: 60, quiet: true, env: serverEnvironment() };
  const node = await run(installation.node, ['--version'], options);
  if (node.output.trim() !== `v${pinned.node}`) return `Node says ${node.output.trim()}, not v${pinned.node}`;
  const main = join(installation.vscode, 'out', 'server-main.js');
  const server = await run(installation.node, [main, '--version'], options);
  if (server.code !== 0) return `VS Code's server does not start:\n${lastLines(server.output)}`;
  return undefined;
}

async function isStamped() {
  if (!existsSync(stamp)) return false;
  return (await readFile(stamp, 'utf8')) === JSON.stringify(pinned);
}

/**
 * Makes sure that the pinned VS Code server lies in .vscode-test/ and works; a no-op when it does.
 * @returns {Promise<{ node: string, vscode: string }>}
 */
export async function ensureServer() {
  if (await isStamped()) {
    const wrong = await problem();
    if (!wrong) return installation;
    console.log(`Installing VS Code's server again: ${wrong}`);
  }
  for (let attempt = 1; ; attempt++) {
    await rm(stamp, { force: true });
    console.log(`Installing VS Code's server (code-server ${pinned.codeServer}) into .vscode-test, once …`);
    try {
      await install();
      const wrong = await problem();
      if (wrong) throw new Error(wrong);
      break;
    } catch (error) {
      if (attempt === 2) throw new Error(`VS Code's server could not be installed: ${error.message}`);
      console.log(`The installation failed and is tried once more: ${error.message}`);
      // A half-written tree is what npm trips over; the second attempt starts from nothing.
      for (const part of Object.values(parts)) await rm(part, { recursive: true, force: true });
    }
  }
  await writeFile(stamp, JSON.stringify(pinned));
  return installation;
}

if (isProgram(import.meta.url)) {
  await ensureServer();
  console.log("VS Code's server is ready.");
}
