import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInstalled } from './installed.mjs';
import { cleanEnvironment, lastLines, root, run } from './process.mjs';
import { Tally } from './tally.mjs';

const vsix = join(root, 'dist', 'moe-scope.vsix');
const golden = join(root, 'test', 'host', 'vsix-files.txt');
/** Code about 2.2 MB, pictures about 1 MB. */
const sizeBudgetBytes = 3_700_000;

/** Runs vsce from the project's own node_modules; resolves to its output, throws when it fails. */
async function vsce(...args) {
  const program = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = { timeoutSeconds: 180, quiet: true, env: cleanEnvironment() };
  const { code, output } = await run(process.execPath, [program, ...args, '--no-dependencies'], options);
  if (code !== 0) throw new Error(`vsce ${args.join(' ')} failed:\n${lastLines(output)}`);
  return output;
}

/** The files that the VSIX ships, one a line, sorted. */
async function shippedFiles() {
  const output = await vsce('ls');
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^\s*(WARNING|INFO|>)/.test(line));
  return `${lines.sort().join('\n')}\n`;
}

/** What the golden list and the real one do not share, as `+ new` and `- gone` lines. */
function difference(expected, actual) {
  const [before, after] = [expected, actual].map((text) => new Set(text.trimEnd().split('\n')));
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `- ${line}`);
  const fresh = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  return [...gone, ...fresh].join('\n');
}

async function checkFiles(update) {
  const actual = await shippedFiles();
  if (update) return writeFile(golden, actual);
  const changed = difference(await readFile(golden, 'utf8'), actual);
  if (changed) {
    throw new Error(`${changed}\nIf this is meant: node test/host/package.mjs --contents --update`);
  }
}

/** Packages that the sources import, by the text of their imports. */
async function importedPackages() {
  const folders = ['src', 'webview'].map((folder) => readdir(join(root, folder), { recursive: true }));
  const [inSrc, inWebview] = await Promise.all(folders);
  const files = [
    ...inSrc.map((file) => join('src', file)),
    ...inWebview.map((file) => join('webview', file)),
  ];
  const sources = files.filter((file) => /\.tsx?$/.test(file));
  const texts = await Promise.all(sources.map((file) => readFile(join(root, file), 'utf8')));
  const imports = texts.flatMap((text) => [...text.matchAll(/ from '((?:@[^'/]+\/)?[^'./#][^'/:]*)['/]/g)]);
  return [...new Set(imports.map(([, name]) => name))].filter((name) => name !== 'vscode');
}

async function checkLicences() {
  const notices = await readFile(join(root, 'dist', 'third-party-notices.txt'), 'utf8');
  const packages = await importedPackages();
  const missing = packages.filter((name) => !notices.includes(`\n${name} `));
  if (packages.length === 0 || missing.length > 0)
    throw new Error(`without a licence: ${missing.join(', ')}`);
}

async function checkSize() {
  const { size } = await stat(vsix);
  const text = `${(size / 1e6).toFixed(2)} MB of ${sizeBudgetBytes / 1e6} MB`;
  if (size > sizeBudgetBytes) throw new Error(text);
  console.log(`    ${text}`);
}

const { values } = parseArgs({
  options: { contents: { type: 'boolean' }, install: { type: 'boolean' }, update: { type: 'boolean' } },
});
const everything = !values.contents && !values.install;
const tally = new Tally();
await mkdir(join(root, 'dist'), { recursive: true });
const packaged = await tally.check('vsce packages the extension, and finds no secret in it', () =>
  vsce('package', '--out', vsix),
);
if (packaged && (everything || values.contents)) {
  await tally.check('it ships the files of vsix-files.txt and no others', () => checkFiles(values.update));
  await tally.check('it ships the licence of every package that it imports', checkLicences);
  await tally.check('it keeps to its size', checkSize);
}
if (packaged && (everything || values.install)) await checkInstalled(vsix, tally);
tally.finish();
