import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onPath } from './chromium.mjs';
import { ensureDependencies, root, run, start } from './process.mjs';
import { addressOf, startServer } from './server.mjs';

const sample = join(root, 'media', 'sample');
/** What a newcomer sees first: a job that is right, with its verdict above it. */
const firstFile = join(sample, 'deepseek-v3', 'pretrain.sh');
const onWindows = process.platform === 'win32';

/** The desktop VS Code of this machine, where there is one and a screen to show it on. */
function desktopEditor() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasDisplay) return undefined;
  const names = ['code', 'code-insiders', 'codium'].map((name) => (onWindows ? `${name}.cmd` : name));
  return names.flatMap(onPath)[0];
}

async function openDesktop(editor) {
  console.log(`Opening ${editor} with the extension on media/sample …`);
  const args = [`--extensionDevelopmentPath=${root}`, sample, firstFile];
  // Windows starts code.cmd through its shell only, which takes spaces apart.
  const quoted = onWindows ? args.map((each) => `"${each}"`) : args;
  const child = start(editor, quoted, { stdio: 'inherit', shell: onWindows });
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function serve(port) {
  const server = await startServer({ port });
  const url = addressOf({
    port: server.port,
    folder: sample,
    extensionDevelopmentPath: root,
    openFile: firstFile,
  });
  console.log(`MoE Scope in VS Code: ${url}`);
  console.log('Open that address in a browser; Ctrl-C here ends it.');
  await server.ended;
  throw new Error("VS Code's server ended by itself.");
}

const { values } = parseArgs({ options: { port: { type: 'string' } } });
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
  console.error(`--port takes a port number, not ${values.port}`);
  process.exit(2);
}
await ensureDependencies();
const built = await run(process.execPath, ['esbuild.config.mjs'], { cwd: root, timeoutSeconds: 120 });
if (built.code !== 0) process.exit(1);
const editor = desktopEditor();
await (editor ? openDesktop(editor) : serve(port));
