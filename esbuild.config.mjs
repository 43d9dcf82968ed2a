import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';
import { thirdPartyNotices } from './esbuild.notices.mjs';

const { production, watch, only } = parseArgs({
  options: {
    production: { type: 'boolean' },
    watch: { type: 'boolean' },
    /** One of the files, such as dist/cli.js. */
    only: { type: 'string' },
  },
}).values;

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  // The licences of what is bundled stand in a file beside it.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // The ES module of a dependency is the one that tree shaking can cut.
  mainFields: ['module', 'main'],
};
const browser = { ...shared, platform: 'browser', target: 'es2022' };
const inHost = { external: ['vscode'] };

/** Each file that is shipped: its entry and how it is built. */
const shipped = {
  'dist/node/extension.js': {
    ...node,
    ...inHost,
    entry: 'src/extension.ts',
    alias: { '#env': './src/env/node.ts' },
  },
  'dist/web/extension.js': {
    ...browser,
    ...inHost,
    entry: 'src/extension.ts',
    format: 'cjs',
    alias: { '#env': './src/env/web.ts' },
  },
  'dist/node/worker.js': { ...node, entry: 'src/worker/worker.node.ts' },
  // The web extension host starts workers with importScripts: one classic file, no modules, no chunks.
  'dist/web/worker.js': { ...browser, entry: 'src/worker/worker.web.ts', format: 'iife' },
  'dist/webview/panel.js': {
    ...browser,
    entry: 'webview/main.tsx',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  'dist/webview/panel.css': { ...browser, entry: 'webview/panel.css' },
  'dist/cli.js': { ...node, entry: 'src/cli/main.ts', banner: { js: '#!/usr/bin/env node' } },
};

/** What the tests load besides: the same suite runs in the Node and in the web extension host. */
const forTests = {
  'dist/test/host/suite.js': { ...browser, ...inHost, entry: 'test/host/suite.ts', format: 'cjs' },
};

const all = production ? shipped : { ...shipped, ...forTests };
const bundles = Object.fromEntries(
  Object.entries(all).filter(([file]) => only === undefined || file === only),
);
if (Object.keys(bundles).length === 0) {
  console.error(`No file ${only}; there are ${Object.keys(all).join(', ')}.`);
  process.exit(1);
}
const missing = Object.values(bundles).filter(({ entry }) => !existsSync(entry));
if (missing.length > 0) {
  for (const { entry } of missing) console.error(`The entry ${entry} does not exist.`);
  process.exit(1);
}

const builds = Object.entries(bundles).map(([outfile, { entry, ...options }]) => ({
  ...options,
  entryPoints: [entry],
  outfile,
}));

async function printSizes() {
  for (const outfile of Object.keys(bundles)) {
    const { size } = await stat(outfile);
    console.log(`${outfile.padEnd(26)} ${(size / 1024).toFixed(1).padStart(8)} KiB`);
  }
}

if (watch) {
  const contexts = await Promise.all(builds.map((options) => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  const results = await Promise.allSettled(builds.map((options) => build(options)));
  // esbuild has printed the reasons already.
  if (results.some(({ status }) => status === 'rejected')) process.exit(1);
  await writeFile(
    'dist/third-party-notices.txt',
    await thirdPartyNotices(results.map(({ value }) => value.metafile)),
  );
  await printSizes();
}
