import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameworkId, ReadDocument } from '../../src/config/fact';
import { read } from '../../src/config/read';
import { type Comparison, compare, type IndexItem, parseExpected } from './config/index-file';

/** Real files that people wrote, beside the project; they are not part of it. */
const CORPUS = join(process.cwd(), '..', 'shared', 'corpus');
export const hasCorpus = existsSync(join(CORPUS, 'INDEX.tsv'));

/** One file of the index. */
export interface Row {
  readonly path: string;
  readonly framework: string;
  readonly items: readonly IndexItem[];
}

export interface ReadRow extends Row {
  readonly text: string;
  readonly document: ReadDocument | null;
}

export function readCorpus(): ReadRow[] {
  const [, ...lines] = readFileSync(join(CORPUS, 'INDEX.tsv'), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', , , , framework = '', , , expected = ''] = line.split('\t');
      const text = readFileSync(join(CORPUS, path), 'utf8');
      return { path, framework, items: parseExpected(expected), text, document: read({ file: path, text }) };
    });
}

/** The index calls Kubernetes manifests by their operator; they are read as the engine that they start. */
const ENGINES: Readonly<Record<string, FrameworkId>> = {
  'k8s-dynamo': 'sglang',
  'k8s-llm-d': 'vllm',
  aiconfigurator: 'trtllm',
};

/** Files that hold no MoE configuration, and why: their framework is `null`, and nothing of them is read. */
export const FOREIGN: Readonly<Record<string, string>> = {
  'hf/DENSE_Qwen__Qwen3-32B.config.json': 'a dense model',
  'hf/pai-llama-moe-TEMPLATE.config.json': 'a template that is not JSON before a script has filled it in',
  'hf/nvidia__DeepSeek-V3.1-NVFP4.hf_quant_config.json':
    'how the weights beside it are stored; no model, no job',
  'deepspeed/ds_config_gpt_TEMPLATE.json':
    'a template of a DeepSpeed config that says nothing of experts and is not JSON before a script has filled it in',
};

export function frameworkOf(row: Row): string | null {
  return row.path in FOREIGN ? null : (ENGINES[row.framework] ?? row.framework);
}

/** A disagreement that was looked into: who is wrong, and why. */
export interface Explanation {
  readonly path: string;
  readonly items: RegExp;
  readonly wrong: 'reader' | 'index';
  readonly why: string;
}

export interface Outcome extends Comparison {
  readonly row: Row;
  readonly item: IndexItem;
}

export function outcomesOf(rows: readonly ReadRow[]): Outcome[] {
  return rows
    .filter((row) => !(row.path in FOREIGN))
    .flatMap((row) =>
      row.items.map((item) => ({ row, item, ...compare(item, row.document?.facts ?? [], row.text) })),
    );
}

export function explanationOf(
  { row, item }: Outcome,
  explanations: readonly Explanation[],
): Explanation | undefined {
  return explanations.find(({ path, items }) => path === row.path && items.test(item.raw));
}

/** A line per framework, then every disagreement with its explanation. */
export function corpusTable(outcomes: readonly Outcome[], explanations: readonly Explanation[]): string {
  const frameworks = [...new Set(outcomes.map(({ row }) => row.framework))].sort();
  const columns = ['items', 'right', 'wrong', 'missing', 'overread'] as const;
  const line = (name: string, of: readonly Outcome[]) => {
    const count = (kind: string) => of.filter((outcome) => outcome.kind === kind).length;
    const counts = columns.map((column) => (column === 'items' ? of.length : count(column)));
    return `${name.padEnd(18)}${counts.map((number) => String(number).padStart(9)).join('')}`;
  };
  const disagreements = outcomes.filter(({ kind }) => kind !== 'right');
  return [
    `${''.padEnd(18)}${columns.map((column) => column.padStart(9)).join('')}`,
    ...frameworks.map((name) =>
      line(
        name,
        outcomes.filter(({ row }) => row.framework === name),
      ),
    ),
    line('all', outcomes),
    ...disagreements.map((outcome) => {
      const known = explanationOf(outcome, explanations);
      const why = known === undefined ? 'not explained' : `the ${known.wrong} is wrong: ${known.why}`;
      return `${outcome.row.path}: ${outcome.item.raw} ${outcome.detail} (${why})`;
    }),
  ].join('\n');
}
