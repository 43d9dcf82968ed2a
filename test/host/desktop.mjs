import { runTests } from '@vscode/test-electron';
import { root } from './process.mjs';
import { makeProfile, profileArguments } from './server.mjs';

// A program of its own, because test-electron writes VS Code's log to this process's stdout, where it can be read.
const [suite, workspace] = process.argv.slice(2);
const profile = await makeProfile();
await runTests({
  vscodeExecutablePath: process.env.VSCODE_EXECUTABLE,
  extensionDevelopmentPath: root,
  extensionTestsPath: suite,
  launchArgs: [workspace, ...profileArguments(profile), '--disable-workspace-trust', '--no-sandbox'],
});
