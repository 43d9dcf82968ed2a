import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `node_modules/NAME` or `node_modules/@SCOPE/NAME`, as deep as the file lies. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Folders of the packages of which something is in the bundles. */
function bundledPackages(metafiles) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const files = outputs.flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
  return [...new Set(files.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []))].sort();
}

/** @throws where a package has no text of its licence: then it may not be passed on */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} is bundled and has no file with its licence.`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/**
 * The licences of all packages that are in the bundles, which ask to stand wherever copies of them go.
 * @param metafiles those of esbuild, one a bundle
 */
export async function thirdPartyNotices(metafiles) {
  const notices = await Promise.all(bundledPackages(metafiles).map(noticeOf));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `${['MoE Scope holds code of these packages.', ...notices].join(rule)}\n`;
}
