// How long `moe-scope lint` takes on a workspace of 2,000 files: `node test/bench/command-line.mjs [FILES]`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const files = Number(process.argv[2] ?? 2_000);
/** One file in four is a MoE config, as in a repository of launch scripts. */
const CONFIG_SHARE = 0.25;

const others = [
  [
    'package.json',
    JSON.stringify({ name: 'other', scripts: Object.fromEntries(numbered('build')) }, null, 2),
  ],
  [
    'values.yaml',
    numbered('service')
      .map(([name]) => `${name}:\n  image: ${name}:1\n  replicas: 2\n`)
      .join(''),
  ],
  [
    'deploy.sh',
    `#!/bin/bash\nset -e\n${numbered('step')
      .map(([name]) => `./${name} "$1" && echo ok\n`)
      .join('')}`,
  ],
];

/** @param {string} name */
function numbered(name) {
  return Array.from({ length: 40 }, (_, i) => [`${name}${i}`, `run ${i}`]);
}

/** The repository's own examples, each a file or a folder of files that belong together. */
function examples() {
  const golden = join(root, 'test', 'golden');
  return readdirSync(golden).flatMap((framework) =>
    readdirSync(join(golden, framework), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || ['.sh', '.json', '.yaml'].includes(extname(entry.name)))
      .map(({ name }) => join(golden, framework, name)),
  );
}

function fill(folder) {
  const sources = examples();
  for (let i = 0, configs = 0; i < files; i++) {
    const place = join(folder, `team${i % 20}`, `job${i}`);
    mkdirSync(place, { recursive: true });
    if (configs < files * CONFIG_SHARE && i % Math.round(1 / CONFIG_SHARE) === 0) {
      const source = sources[configs++ % sources.length];
      cpSync(source, join(place, source.split(/[/\\]/).at(-1)), { recursive: true });
    } else {
      const [name, text] = others[i % others.length];
      writeFileSync(join(place, name), `${text}\n`);
    }
  }
}

/** Wall and processor seconds of one call; the latter are less disturbed by what else the machine does. */
function time(program, folder, ...options) {
  const cpu = "process.on('exit', () => process.stderr.write(`CPU ${JSON.stringify(process.cpuUsage())}`))";
  const begin = performance.now();
  const { stderr } = spawnSync(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(cpu)}`,
      program,
      'lint',
      folder,
      '--format',
      'json',
      ...options,
    ],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  const wall = (performance.now() - begin) / 1000;
  const { user, system } = JSON.parse(/CPU (\{.*\})/.exec(stderr)[1]);
  const counts = /moe-scope: (.*)/.exec(stderr)?.[1];
  return { wall, cpu: (user + system) / 1e6, counts };
}

const folder = mkdtempSync(join(tmpdir(), 'moe-scope-bench-'));
try {
  const program = join(folder, 'cli.js');
  const workspace = join(folder, 'workspace');
  const entryPoints = [join(root, 'src', 'cli', 'main.ts')];
  await build({
    entryPoints,
    outfile: program,
    bundle: true,
    minify: true,
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  fill(workspace);
  mkdirSync(join(folder, 'empty'));
  const rows = [
    ['an empty folder', time(program, join(folder, 'empty'))],
    ['--no-simulate', time(program, workspace, '--no-simulate')],
    ['with simulation', time(program, workspace)],
  ];
  for (const [what, { wall, cpu, counts }] of rows) {
    console.log(
      `${what.padEnd(18)}${wall.toFixed(2).padStart(7)} s${cpu.toFixed(2).padStart(7)} s of processor   ${counts}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
