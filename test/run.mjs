import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './host/chromium.mjs';
import { ensureServer } from './host/install.mjs';
import { ensureDependencies, lastLines, root, run } from './host/process.mjs';

/** @typedef {{ passed: number, failed: number, skipped?: number }} Counts */

const outcome = (passed) => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1 });

/** A check that passes or fails as a whole; what it prints matters only when it fails. */
async function gate(script, timeoutSeconds = 300) {
  const options = { timeoutSeconds, quiet: true, shell: process.platform === 'win32' };
  const { code, output, timedOut } = await run('npm', ['run', '--silent', script], options);
  if (code !== 0) console.log(lastLines(output, 60));
  if (timedOut) console.log(`It was ended after ${timeoutSeconds} s.`);
  return outcome(code === 0);
}

/** What the browser tests need, put there before they start, so that no test's time pays for it. */
async function tools() {
  try {
    process.env.CHROME_PATH = await ensureChromium();
    await ensureServer();
    return outcome(true);
  } catch (error) {
    console.log(error.message);
    return outcome(false);
  }
}

/** Vitest's JSON report as counts. A file that fails before its first test, or an error outside all, counts once. */
function countsOf(report, exitCode) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

async function vitest(project, timeoutSeconds) {
  const file = join(root, 'dist', 'test', `${project}.json`);
  await rm(file, { force: true });
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  const { code } = await run(process.execPath, [program, 'run', '--project', project, ...reports], {
    timeoutSeconds,
    env: { ...process.env, ...colour },
  });
  try {
    return countsOf(JSON.parse(await readFile(file, 'utf8')), code);
  } catch {
    console.log(`Vitest ended with code ${code} and left no report.`);
    return outcome(false);
  }
}

/** A program of test/host/, which sends its counts when it ends. */
async function program(args, timeoutSeconds) {
  let counts;
  const { timedOut } = await run(process.execPath, args, {
    timeoutSeconds,
    onMessage: (message) => {
      counts = message;
    },
  });
  if (timedOut) console.log(`It was ended after ${timeoutSeconds} s.`);
  return counts ?? outcome(false);
}

const host = (kind) => () => program(['test/host/run-hosts.mjs', '--host', kind], 300);

/** The layers in their order, cheap ones first; the last leaves a production build in dist/. */
const layers = {
  build: () => gate('build'),
  types: () => gate('types'),
  lint: () => gate('lint'),
  boundaries: () => gate('boundaries'),
  unused: () => gate('unused'),
  unit: () => vitest('core', 1200),
  tools,
  ui: () => vitest('ui', 900),
  'host-node': host('node'),
  'host-web': host('web'),
  'host-web-remote': host('web-remote'),
  ...(process.env.VSCODE_EXECUTABLE && { 'host-desktop': host('desktop') }),
  journey: () => program(['test/host/journey.mjs'], 600),
  package: () => program(['test/host/package.mjs'], 600),
};

const gates = ['build', 'types', 'lint', 'boundaries', 'unused'];

/** The chosen layers, and those that they stand on. */
function chosen(only) {
  const names = Object.keys(layers);
  if (only === undefined) return names;
  const asked = only.split(',');
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`No layer ${unknown.join(', ')}; there are ${names.join(', ')}.`);
    process.exit(2);
  }
  const wanted = new Set(asked);
  if (asked.some((name) => !gates.includes(name))) wanted.add('build');
  if (asked.some((name) => !gates.includes(name) && name !== 'unit')) wanted.add('tools');
  return names.filter((name) => wanted.has(name));
}

function printTable(results) {
  const row = (name, ...cells) =>
    `${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  console.log(`\n${row('layer', 'passed', 'failed', 'skipped', 'seconds')}`);
  for (const { name, passed, failed, skipped = 0, seconds } of results) {
    console.log(row(name, passed, failed, skipped, seconds.toFixed(1)));
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const names = chosen(values.only);
await ensureDependencies();
const results = [];
for (const name of names) {
  console.log(`\n── ${name}`);
  const begin = performance.now();
  const counts = await layers[name]();
  results.push({ name, ...counts, seconds: (performance.now() - begin) / 1000 });
  console.log(counts.failed > 0 ? `${name}: FAILED` : `${name}: ok`);
}
printTable(results);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
