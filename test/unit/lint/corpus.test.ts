import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder, lineOf, lintWorkspace } from './fixtures';

const corpus = corpusFolder();

/** Shipped files of frameworks that rules look at. */
const files =
  corpus === null
    ? []
    : ['hf', 'megatron', 'ms-swift', 'nemo-bridge', 'verl', 'vllm'].flatMap((folder) =>
        readdirSync(join(corpus, folder))
          .filter((name) => /\.(json|sh|ya?ml|conf)$/.test(name))
          .map((name) => `${folder}/${name}`),
      );

describe.skipIf(corpus === null)('real files (skipped where the corpus is not available)', () => {
  it.each(files)('%s has no error', (file) => {
    const workspace = { [file]: readFileSync(join(corpus!, file), 'utf8') };
    const findings = lintWorkspace(workspace);
    const shown = findings.map((f) => `${file}:${lineOf(f, workspace)} ${f.severity} ${f.rule} ${f.message}`);
    if (shown.length > 0) console.log(shown.join('\n'));
    // What the parser makes of a file is tested with the parser.
    const errors = findings.filter((finding) => finding.severity === 'error' && finding.rule !== 'MS000');
    expect(errors).toEqual([]);
  });
});
