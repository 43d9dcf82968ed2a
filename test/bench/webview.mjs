// The panel in a webview of a real VS Code, beside its targets: `npm run bench:webview`. What one sees of a busy machine without a
// GPU is slower than elsewhere: the best of several tries is the one that it disturbed least.
import { cp, stat, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { openFile, openWorkspace } from '../host/open.mjs';
import { root, run, temporaryFolder } from '../host/process.mjs';
import { startServer } from '../host/server.mjs';
import { lens } from '../host/steps.mjs';
import { countRow, head, row } from './webview/figures.mjs';
import { closePanel, openPanel, watchOpenings } from './webview/opening.mjs';
import { timeAnimation, timeHover, timeMatrix } from './webview/pictures.mjs';
import { timeRecomputation, timeWhatIf } from './webview/whatif.mjs';

const OPENINGS = 12;
const TRIES = 12;
const HOVERS = 60;
const FRAME_MILLISECONDS = 1000 / 60;
const LARGEST_SCRIPT_KIB = 350;

/** The sample's training job with as many experts and ranks as fill a matrix of 1024 × 1024. */
const wide = 'job: pretrain.sh\nmodel:\n  routedExperts: 1024\nlayout:\n  ep: 1024\n';

const building = ['esbuild.config.mjs', '--production'];
const built = await run(process.execPath, building, { timeoutSeconds: 120, quiet: true });
if (built.code !== 0) throw new Error(built.output);
const folder = join(temporaryFolder(), 'workspace');
await cp(join(root, 'media', 'sample'), folder, { recursive: true });
await writeFile(join(folder, 'deepseek-v3', 'wide.moe.yaml'), wide);

const server = await startServer();
const { page, close } = await openWorkspace({
  port: server.port,
  folder,
  extensionDevelopmentPath: root,
});
await watchOpenings(page);
const violations = [];
const openings = await timeOpenings();
// VS Code asks its browser for an update of its service worker before it builds any webview but the first, and a browser
// that has just started keeps that waiting for seconds: the second opening says nothing of the panel.
const [first, second, ...later] = openings;
const whatIfs = await askWhatIfs();
const small = await inTraffic(async (frame) => ({
  hovers: await timeHover(page, frame, HOVERS),
  frames: await animate(frame),
}));
await openFile(page, 'deepseek-v3/wide.moe.yaml');
await lens(page).waitFor();
const large = await inTraffic(async (frame) => ({
  matrix: await timeMatrix(frame, TRIES),
  hovers: await timeHover(page, frame, HOVERS),
}));
await close();
await server.stop();
await print();

async function timeOpenings() {
  await openFile(page, 'deepseek-v3/pretrain.sh');
  await lens(page).waitFor();
  const all = [];
  for (let i = 0; i < OPENINGS + 2; i++) {
    const { frame, times } = await openPanel(page);
    all.push(times);
    violations.push(...(await closePanel(page, frame)));
  }
  return all;
}

async function askWhatIfs() {
  const { frame } = await openPanel(page);
  const times = await timeWhatIf(page, frame);
  violations.push(...(await closePanel(page, frame)));
  return { times, alone: await timeRecomputation() };
}

async function inTraffic(body) {
  const { frame } = await openPanel(page);
  await frame.getByRole('tab', { name: 'Traffic' }).click();
  await frame.locator('canvas.matrix').waitFor();
  const figures = await body(frame);
  violations.push(...(await closePanel(page, frame)));
  return figures;
}

/** All the ranks that the picture can show at once. */
async function animate(frame) {
  await frame.getByRole('tab', { name: 'All-to-all' }).click();
  await frame.getByRole('radiogroup', { name: 'Ranks' }).getByRole('radio').last().click();
  return timeAnimation(frame);
}

async function print() {
  const of = (all, name) => all.map((each) => each[name]);
  const since = (from, to) => later.map((each) => each[to] - (each[from] ?? 0));
  const { frames, hovers } = small;
  const { matrix } = large;
  const smooth = frames.filter(({ between }) => between <= FRAME_MILLISECONDS * 1.5).length / frames.length;
  const { size } = await stat(join(root, 'dist', 'webview', 'panel.js'));
  const kib = size / 1024;
  const lines = [
    head,
    row('first paint with content, 64 ranks: the first opening', [first.painted], 300),
    row('first paint, 64 ranks: the second, browser just started', [second.painted]),
    row(`first paint with content, 64 ranks: ${OPENINGS} more`, of(later, 'painted'), 300),
    row('  command to an empty frame (VS Code)', of(later, 'frame')),
    row('  to the page and its script (VS Code, script)', since('frame', 'script')),
    row('  to the result (host, message)', since('script', 'result')),
    row('  to content that is painted (script, browser)', since('result', 'painted')),
    row(
      `what-if of one field, accepted to painted: ${whatIfs.times.length} fields`,
      of(whatIfs.times, 'painted'),
      200,
    ),
    row('  accepted to the result (VS Code, host, message)', of(whatIfs.times, 'result')),
    row(
      '  to figures that are painted (script, browser)',
      whatIfs.times.map(({ result, painted }) => painted - result),
    ),
    row('  the recomputation alone, in a process of its own', whatIfs.alone),
    row(`matrix ${matrix.ranks}×${matrix.ranks}, result to pixels`, of(matrix.results, 'painted'), 150),
    row('  of it script', of(matrix.results, 'script')),
    row('hover to read-out painted, 64 ranks', of(hovers, 'painted'), 4),
    row('  of it script', of(hovers, 'script')),
    row(`hover to read-out painted, ${matrix.ranks} ranks`, of(large.hovers, 'painted'), 4),
    row('  of it script', of(large.hovers, 'script')),
    row(`animation, ${frames.length} frames: from frame to frame`, of(frames, 'between'), 16.7),
    row('  script of a frame', of(frames, 'script')),
    countRow(
      '  frames within 25 ms, which miss no refresh',
      `${(100 * smooth).toFixed(1)} %`,
      'at least 95 %',
      smooth >= 0.95,
    ),
    countRow(
      'webview script',
      `${kib.toFixed(1)} KiB`,
      `at most ${LARGEST_SCRIPT_KIB} KiB`,
      kib <= LARGEST_SCRIPT_KIB,
    ),
    countRow(
      'content security policy: violations',
      String(violations.length),
      'none',
      violations.length === 0,
    ),
  ];
  console.log(lines.join('\n'));
  console.log(`\n${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, drawn without a GPU`);
  for (const violation of violations) console.log(violation);
}
