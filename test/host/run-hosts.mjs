import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openWorkspace, takePicture } from './open.mjs';
import { root, run } from './process.mjs';
import { startServer } from './server.mjs';
import { Tally } from './tally.mjs';

/** Seconds after which a suite counts as hanging. */
const suiteTimeoutSeconds = 180;

const workspace = join(root, 'media', 'sample');
const suite = join(root, 'dist', 'test', 'host', 'suite.js');

/** What this server says of its unbuilt native modules, of the network and of the accounts that it is denied. */
const noise = /spdlog|watchdog|bindings file|AgentHost|open-vsx|ERR_NAME_NOT_RESOLVED/;

/** Reads the suite's own lines out of VS Code's log; keeps the last of the others for when something goes wrong. */
class SuiteLog {
  /** Tests that the suite announced; undefined until it has started. */
  #planned;
  #recent = [];
  #expectedHost;
  #tally;

  /** @param {'node' | 'web'} expectedHost where the suite must find itself */
  constructor(expectedHost, tally) {
    this.#expectedHost = expectedHost;
    this.#tally = tally;
  }

  read(line) {
    const found = /@@moe-scope-test@@(\{.*\})/.exec(line);
    if (!found) {
      if (!noise.test(line)) this.#recent = [...this.#recent.slice(-39), line.slice(0, 400)];
      return;
    }
    const message = JSON.parse(found[1]);
    if (message.planned === undefined) {
      this.#tally.add(message.name, message.ok ? undefined : message.error);
      return;
    }
    // Its own check is among what it announces, so that the counts meet at the end.
    this.#planned = message.planned + 1;
    const wrong = message.host === this.#expectedHost ? undefined : `it runs in the ${message.host} host`;
    this.#tally.add(`the suite runs in the ${this.#expectedHost} extension host`, wrong);
  }

  /** Counts what the suite did not get to say: `why` it ended early, and the log's last lines. */
  close(why) {
    if (!why && this.#planned === this.#tally.total) return;
    const said = `the suite reported ${this.#tally.total} of ${this.#planned ?? 'its'} tests`;
    this.#tally.add(
      'the suite runs to its end',
      `${why ?? said}\nThe last log lines:\n${this.#recent.join('\n')}`,
    );
  }
}

function timeout(seconds) {
  let timer;
  const expired = new Promise((resolve) => {
    timer = setTimeout(() => resolve('timeout'), seconds * 1000);
  });
  return { expired, clear: () => clearTimeout(timer) };
}

/**
 * The user settings that put an extension of the remote machine into the web extension host. There it may not start
 * workers, so this is where the engine runs on the extension host's own thread.
 */
const remoteInWebHost = { 'remote.extensionKind': { 'moe-scope.moe-scope': ['web'] } };

/** Runs the suite in the served VS Code: `node`, `web` (as on vscode.dev) or `web-remote`. */
async function runServed(kind, log) {
  const server = await startServer({ settings: kind === 'web-remote' ? remoteInWebHost : {} });
  const limit = timeout(suiteTimeoutSeconds);
  let workbench;
  try {
    workbench = await openWorkspace({
      port: server.port,
      folder: workspace,
      extensionDevelopmentPath: root,
      extensionDevelopmentKind: kind === 'web' ? 'web' : 'node',
      extensionTestsPath: suite,
      onLog: (_level, line) => log.read(line),
    });
    const code = await Promise.race([workbench.exit, limit.expired]);
    if (code !== 'timeout') return undefined;
    const picture = await takePicture(workbench.page, `host-${kind}`);
    return `it did not end within ${suiteTimeoutSeconds} s; see ${picture}`;
  } finally {
    limit.clear();
    await workbench?.close();
    await server.stop();
  }
}

/** Runs the suite in the desktop VS Code that VSCODE_EXECUTABLE names. */
async function runDesktop(log) {
  const script = join(root, 'test', 'host', 'desktop.mjs');
  const { timedOut } = await run(process.execPath, [script, suite, workspace], {
    timeoutSeconds: suiteTimeoutSeconds,
    quiet: true,
    onLine: (line) => log.read(line),
  });
  return timedOut ? `it did not end within ${suiteTimeoutSeconds} s` : undefined;
}

async function runHost(host) {
  console.log(`Suite in the ${host} extension host:`);
  const tally = new Tally();
  const log = new SuiteLog(host.startsWith('web') ? 'web' : 'node', tally);
  let why;
  try {
    why = await (host === 'desktop' ? runDesktop(log) : runServed(host, log));
  } catch (error) {
    why = error.stack;
  }
  log.close(why);
  return tally;
}

const { values } = parseArgs({ options: { host: { type: 'string', multiple: true } } });
const hosts = values.host ?? [
  'node',
  'web',
  'web-remote',
  ...(process.env.VSCODE_EXECUTABLE ? ['desktop'] : []),
];
const tallies = [];
for (const host of hosts) tallies.push(await runHost(host));
Tally.sum(tallies).finish();
