import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench, describe } from 'vitest';
import { mightBeOurs } from '../../src/config/read';
import { Engine } from '../../src/worker/engine';

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

/** Milliseconds of a keystroke in each file after its text is parsed: linking, the scenario, all rules that need no figures. */
function keystrokes(files: readonly File[], rounds: number): number[] {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { file, text } of files) {
      const engine = new Engine();
      engine.setDocument(file, `${text}${' '.repeat(round)}`);
      const started = performance.now();
      engine.analyse(file, {}, []);
      times.push(performance.now() - started);
    }
  }
  return times;
}

const ROUNDS = 5;
keystrokes(fixtures, 1);
print('lint of a keystroke, every fixture', keystrokes(fixtures, ROUNDS), 'p95 at most 5 ms');
print(
  `lint of a keystroke, ${long.text.split('\n').length} lines`,
  keystrokes([long], 40),
  'p95 at most 5 ms',
);

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

/** A scan of the workspace as the editor does it: a look at every text, and the engine for those that may be ours. */
function scan(): { readonly looks: number[]; readonly analysed: number; readonly milliseconds: number } {
  const engine = new Engine();
  const looks: number[] = [];
  let analysed = 0;
  const started = performance.now();
  for (const { file, text } of workspace) {
    const before = performance.now();
    const mayBeOurs = mightBeOurs(text, file);
    looks.push(performance.now() - before);
    if (!mayBeOurs) continue;
    engine.setDocument(file, text);
    engine.analyse(file, {}, []);
    analysed++;
  }
  return { looks, analysed, milliseconds: performance.now() - started };
}

scan();
const { looks, analysed, milliseconds } = scan();
console.log(
  `a workspace of ${FILES} files: ready in ${milliseconds.toFixed(0)} ms, ${analysed} analysed (target: under 2,000 ms)`,
);
print('a look at one file on the main thread', looks, 'none that blocks the editor');

describe('a workspace', () => {
  bench(`${FILES} files, 1 in ${OURS} ours`, () => void scan(), { iterations: 3, time: 0 });
});
