import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { parseCall } from '../../../src/cli/args';
import { commands, type Surroundings } from '../../../src/cli/commands';
import { PLAIN } from '../../../src/cli/report/terminal';

/** A config whose top-k is more than it has experts: HF001 on line 3. */
export const MODEL = `{
  "model_type": "mixtral", "num_local_experts": 8,
  "num_experts_per_tok": 20,
  "hidden_size": 4096, "num_hidden_layers": 32
}
`;
/** VL001 on line 3, with a fix. */
export const SERVE = 'vllm serve ./model \\\n    --tensor-parallel-size 8 \\\n    --enable-eplb\n';

/** A folder of its own with these files, gone after the tests; returns the path of what lies in it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): (name?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'moe-scope-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name = '') => join(folder, name);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }
  return at;
}

/** One call with all that it says. */
export function call(argv: readonly string[], surroundings: Partial<Surroundings> = {}) {
  const parsed = parseCall(argv);
  const told: string[] = [];
  const outcome = commands[parsed.command]!(parsed, {
    stdin: null,
    tell: (text) => told.push(text),
    terminal: PLAIN,
    ...surroundings,
  });
  return { ...outcome, told };
}

/** What `lint --format json` finds, by file and rule. */
export function found(...argv: string[]): string[] {
  const { findings } = JSON.parse(call(['lint', ...argv, '--format', 'json']).output);
  return findings.map(({ file, line, rule }: Record<string, string>) => `${file}:${line} ${rule}`);
}
