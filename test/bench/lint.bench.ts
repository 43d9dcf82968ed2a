import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, bench, describe } from 'vitest';
import { mightBeOurs } from '../../src/config/read';
import type { JobAnalysis } from '../../src/worker/analysis';
import { EngineClient } from '../../src/worker/client';
import { Engine } from '../../src/worker/engine';
import type { FromWorker, Port, ToWorker } from '../../src/worker/rpc';
import { serve } from '../../src/worker/serve';

const golden = join(import.meta.dirname, '..', 'golden');
const KINDS = /\.(json|sh|ya?ml|toml)$/;
const LONGEST = 500;

interface File {
  readonly file: string;
  readonly text: string;
}

/** Every fixture that one may type in: scripts, YAML, TOML and JSON of each framework. */
const fixtures: readonly File[] = readdirSync(golden, { recursive: true, encoding: 'utf8' })
  .filter((name) => KINDS.test(name))
  .map((name) => ({ file: name, text: readFileSync(join(golden, name), 'utf8') }));

/** A script as long as they get: what a launcher does around one command. */
const long: File = {
  file: 'long.sh',
  text: `${Array.from({ length: LONGEST - 60 }, (_, i) => `export VARIABLE_${i}="\${VARIABLE_${i}:-value ${i}}"`).join('\n')}\n${fixtures.find(({ file }) => file.endsWith('megatron/clean.sh'))!.text}`,
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

function print(what: string, milliseconds: readonly number[], target: string): void {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const [p50, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)].map((value) => value.toFixed(2));
  console.log(`${what}: p50 ${p50} ms, p95 ${p95} ms over ${sorted.length} (target: ${target})`);
}

/**
 * Milliseconds of a keystroke in each file after its text is parsed: linking, the scenario, all rules that need no
 * figures. The median of some keystrokes, so that a pause of the machine is not taken for work.
 */
function keystrokes(files: readonly File[], rounds: number): number[] {
  return files.map(({ file, text }) => {
    const times = Array.from({ length: rounds }, (_, round) => {
      const engine = new Engine();
      engine.setDocument(file, `${text}${' '.repeat(round)}`);
      const started = performance.now();
      engine.analyse(file, {}, []);
      return performance.now() - started;
    });
    return quantile(
      [...times].sort((a, b) => a - b),
      0.5,
    );
  });
}

const KEYSTROKES = 7;
keystrokes(fixtures, 1);
print('lint of a keystroke, files', keystrokes(fixtures, KEYSTROKES), 'p95 at most 5 ms');
const ofLong = Array.from({ length: 20 }, () => keystrokes([long], KEYSTROKES)).flat();
print(`lint of a keystroke, ${long.text.split('\n').length} lines`, ofLong, 'p95 at most 5 ms');

describe('lint of a keystroke', () => {
  bench('every fixture once', () => void keystrokes(fixtures, 1), { iterations: 3, time: 0 });
  bench('a long script', () => void keystrokes([long], 1));
});

const FILES = 2_000;
/** One file in so many is a MoE config. */
const OURS = 20;

/** What else lies in a repository: manifests, scripts and settings of other programs. */
const foreign: readonly ((i: number) => File)[] = [
  (i) => ({
    file: `package-${i}/package.json`,
    text: JSON.stringify(
      {
        name: `package-${i}`,
        dependencies: Object.fromEntries(
          Array.from({ length: 60 }, (_, k) => [`dependency-${k}`, `^${k}.0.0`]),
        ),
      },
      null,
      2,
    ),
  }),
  (i) => ({
    file: `scripts/build-${i}.sh`,
    text: `#!/bin/bash\nset -euo pipefail\n${Array.from({ length: 80 }, (_, k) => `docker build --build-arg VERSION=${k} -t image-${i}:${k} .`).join('\n')}\n`,
  }),
  (i) => ({
    file: `deploy/service-${i}.yaml`,
    text: `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: service-${i}\nspec:\n${Array.from({ length: 80 }, (_, k) => `  key${k}:\n    - name: value-${k}\n      image: registry/service:${k}`).join('\n')}\n`,
  }),
  (i) => ({
    file: `configs/tool-${i}.toml`,
    text: `[tool]\n${Array.from({ length: 80 }, (_, k) => `option_${k} = "value ${k}"`).join('\n')}\n`,
  }),
];

const workspace: readonly File[] = Array.from({ length: FILES }, (_, i) => {
  const own = fixtures[(i * 7) % fixtures.length]!;
  return i % OURS === 0 ? { file: `${i}/${own.file}`, text: own.text } : foreign[i % foreign.length]!(i);
});

/** The worker's protocol with all its copies, in this thread. */
function client(): EngineClient {
  let toEngine: (message: ToWorker) => void = () => {};
  let toClient: (message: FromWorker) => void = () => {};
  const port: Port = {
    post: (message, transfer) => {
      const copy = structuredClone(message, { transfer: [...transfer] });
      setImmediate(() => toClient(copy));
    },
    onMessage: (listener) => {
      toEngine = listener;
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
  serve(port);
  return new EngineClient(() => ({
    post: (message) => setImmediate(() => toEngine(structuredClone(message))),
    onMessage: (listener) => {
      toClient = listener;
    },
    onExit: () => {},
    terminate: () => {},
  }));
}

interface Scan {
  /** Milliseconds of the main thread on each file: deciding whether it may be ours. */
  readonly looks: readonly number[];
  readonly analysed: number;
  /** Until all findings that need no figures were there, and until all were. */
  readonly milliseconds: number;
  readonly allMilliseconds: number;
  /** Of all threads of this process: what a busy machine does not change. */
  readonly cpuMilliseconds: number;
}

/**
 * A scan of the workspace as the editor does it: file by file its text from disk, a look at it, the engine; then the figures
 * of every job.
 */
async function scan(root: string, withFigures: boolean): Promise<Scan> {
  const engine = client();
  const looks: number[] = [];
  const jobs: JobAnalysis[] = [];
  let analysed = 0;
  const started = performance.now();
  const cpu = process.cpuUsage();
  for (const { file } of workspace) {
    const text = await readFile(join(root, file), 'utf8');
    const before = performance.now();
    const mayBeOurs = mightBeOurs(text, file);
    looks.push(performance.now() - before);
    if (!mayBeOurs) continue;
    await engine.setDocument(file, text);
    jobs.push(...(await engine.call('analyse', { file, settings: {}, disabled: [] })).jobs);
    analysed++;
  }
  const milliseconds = performance.now() - started;
  for (const { job, scenario } of withFigures ? jobs : []) {
    if (scenario) await engine.call('simulate', { ...FIGURES, jobId: job.id });
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMilliseconds = (user + system) / 1000;
  return { looks, analysed, milliseconds, allMilliseconds: performance.now() - started, cpuMilliseconds };
}

const FIGURES = { settings: {}, overrides: {}, engine: 'expected', matrices: false, disabled: [] } as const;

const root = mkdtempSync(join(tmpdir(), 'moe-scope-'));
for (const { file, text } of workspace) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
const told = ({ allMilliseconds, cpuMilliseconds }: Scan): string =>
  `${allMilliseconds.toFixed(0)} ms (${cpuMilliseconds.toFixed(0)} ms of CPU)`;
await scan(root, false);
const findings = await scan(root, false);
console.log(
  `a workspace of ${FILES} files: findings of ${findings.analysed} ready in ${told(findings)} (target: under 2,000 ms)`,
);
print('a look at one file on the main thread', findings.looks, 'nothing that blocks the editor');
const all = await scan(root, true);
console.log(
  `the same with the figures of every job: findings after ${all.milliseconds.toFixed(0)} ms, all after ${told(all)}`,
);

describe('a workspace', () => {
  bench(`${FILES} files, 1 in ${OURS} ours`, async () => void (await scan(root, false)), {
    iterations: 3,
    time: 0,
  });
});

afterAll(() => rmSync(root, { recursive: true }));
