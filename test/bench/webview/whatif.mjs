import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runFromPalette } from '../../host/open.mjs';
import { root, temporaryFolder } from '../../host/process.mjs';

// From a change that is typed and accepted in the palette to its figures painted in the panel.

/** One field each, as people type them; of a training job of the sample. */
const CHANGES = [
  'layout.ep=32',
  'layout.ep=16',
  'layout.ep=128',
  'layout.ep=8',
  'model.topK=4',
  'routing.sigma=0.5',
  'cluster.accelerator=h200-sxm',
  'cluster.scaleOutGBps=100',
  'communication.backend=nccl-alltoall',
  'communication.dispatchDtype=fp8',
  'routing.capacityFactor=1.25',
  'workload.sequenceLength=8192',
  'workload.microBatchSize=2',
  'placement.strategy=round-robin',
];

/**
 * @param {import('playwright-core').Page} page with the job's file active
 * @param {import('playwright-core').Frame} frame of the panel that shows the job
 * @returns for each change milliseconds from the key that accepts it: `result` (the figures are in the page), `painted`
 */
export async function timeWhatIf(page, frame) {
  await page.evaluate(() => {
    const note = ({ key }) => {
      if (key === 'Enter') window.acceptedAt = performance.timeOrigin + performance.now();
    };
    window.addEventListener('keydown', note, { capture: true });
  });
  const times = [];
  for (const change of CHANGES) {
    await runFromPalette(page, 'MoE Scope: What If…');
    await page.locator('.quick-input-widget input.input').fill(change);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Compare' }).first().waitFor();
    const [name] = change.split('=');
    const seen = frame.evaluate(watchAnswer, name);
    await page.keyboard.press('Enter');
    const { result, painted } = await seen;
    const acceptedAt = await page.evaluate(() => window.acceptedAt);
    times.push({ change, result: result - acceptedAt, painted: painted - acceptedAt });
  }
  return times;
}

/** Resolves when the answer to the next change is painted: the heading says something else. */
function watchAnswer() {
  const now = () => performance.timeOrigin + performance.now();
  const heading = () => document.querySelector('[role="tabpanel"] h2')?.textContent;
  const before = heading();
  return new Promise((resolve) => {
    let result;
    const listen = ({ data }) => {
      if (['show', 'variant'].includes(data?.type) && data.whatIf) result ??= now();
    };
    window.addEventListener('message', listen);
    const observer = new MutationObserver(async () => {
      if (result === undefined || heading() === before) return;
      observer.disconnect();
      window.removeEventListener('message', listen);
      resolve({ result, painted: performance.timeOrigin + (await window.painted()) });
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** What the engine takes for each of the changes, in this process: milliseconds. */
export async function timeRecomputation() {
  const outfile = join(temporaryFolder(), 'engine.cjs');
  const contents =
    "export { Engine } from './src/worker/engine'; export { parseChange } from './src/plan/whatif';";
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  const { Engine, parseChange } = createRequire(import.meta.url)(outfile);
  const engine = new Engine();
  const file = join(root, 'media', 'sample', 'deepseek-v3', 'pretrain.sh');
  engine.setDocument(file, await readFile(file, 'utf8'));
  const { job } = engine.analyse(file, {}, []).jobs[0];
  const run = (call, changes) => {
    const steps = engine[call](job, {
      settings: {},
      overrides: {},
      engine: 'expected',
      matrices: true,
      detail: true,
      judged: false,
      disabled: [],
      changes,
    });
    while (!steps.next().done);
  };
  // The panel has the job's own figures already.
  run('whatIf', []);
  return CHANGES.map((change) => {
    const begin = performance.now();
    run('variant', [parseChange(change)]);
    return performance.now() - begin;
  });
}
