import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder, lineOf, lintFiguresOf, lintWorkspace } from './fixtures';

const corpus = corpusFolder();

/** Every config of the corpus. */
const files =
  corpus === null
    ? []
    : readdirSync(corpus, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(json|sh|ya?ml|toml|conf|sbatch)$/.test(name))
        .sort();

/** Findings above information on files that their projects ship, and why each is right. */
const PROVEN: Readonly<Record<string, readonly string[]>> = {
  // EP 2 and no dispatcher: Megatron-LM's functional test of the default, which gathers every token on every rank.
  'megatron/ft-gpt3_mcore_tp2_pp2_ep2_etp2_te_4experts2parallel_dp_last.yaml': ['MG019'],
  // --moe-enable-deepep is deprecated at the commit that the rules cite, and these recipes are older.
  'megatron/zoo-DeepSeek-V3-Proxy.yaml': ['MG021'],
  'megatron/zoo-Qwen3-Next-80B-A3B.yaml': ['MG021'],
};

describe.skipIf(corpus === null)('real files (skipped where the corpus is not available)', () => {
  it.each(files)('%s has no error and no warning but proven ones', (file) => {
    const workspace = { [file]: readFileSync(join(corpus!, file), 'utf8') };
    const findings = [...lintWorkspace(workspace), ...lintFiguresOf(workspace)].filter(
      // What the parser makes of a file is tested with the parser.
      (finding) => finding.severity !== 'info' && finding.rule !== 'MS000',
    );
    const shown = findings.map((f) => `${lineOf(f, workspace)} ${f.severity} ${f.rule} ${f.message}`);
    const codes = [...new Set(findings.map((finding) => finding.rule))].sort();
    expect(codes, shown.join('\n')).toEqual(PROVEN[file] ?? []);
  });
});
