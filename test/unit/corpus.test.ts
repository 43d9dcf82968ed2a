import { describe, expect, it } from 'vitest';
import {
  corpusTable,
  type Explanation,
  explanationOf,
  FOREIGN,
  frameworkOf,
  hasCorpus,
  outcomesOf,
  readCorpus,
} from './corpus-index';

if (!hasCorpus) console.info('The corpus is not here: its tests are skipped.');

const SHOW = process.env.CORPUS_TABLES !== undefined;
/** Of all items, the share that must be read as the index says. */
const FLOOR = 0.98;

const EXPLANATIONS: readonly Explanation[] = [
  {
    path: 'nemo-bridge/nemotron-nano-slurm_pretrain.sh',
    items: /^(tp|pp|ep)=\$\w+,@L(127|160)\[/,
    wrong: 'index',
    why: 'a line that echo prints sets nothing',
  },
  {
    path: 'nemo-bridge/nemotron-ultra-slurm_pretrain.sh',
    items: /^(tp|pp|ep)=\d+@L190\[/,
    wrong: 'index',
    why: 'a line that echo prints sets nothing',
  },
  {
    path: 'megatron/pai-deepseek-v2.sh',
    items: /^shared_intermediate=EXPR\(/,
    wrong: 'index',
    why: 'the operands of the arithmetic are literals of the same branch',
  },
  {
    path: 'k8s/llm-d-wideep-dsv4-decode.yaml',
    items: /^dp=EXPR\(/,
    wrong: 'index',
    why: "LeaderWorkerSet sets LWS_GROUP_SIZE to the group's size, which the manifest states",
  },
];

describe.skipIf(!hasCorpus)('the corpus', () => {
  const rows = hasCorpus ? readCorpus() : [];
  const outcomes = outcomesOf(rows);
  if (SHOW) console.info(corpusTable(outcomes, EXPLANATIONS));

  it('is read as its index says', () => {
    const right = outcomes.filter(({ kind }) => kind === 'right').length;
    expect(outcomes.length).toBeGreaterThan(1_000);
    expect(right / outcomes.length).toBeGreaterThanOrEqual(FLOOR);
  });

  it('differs from its index only where it is known why', () => {
    const disagreements = outcomes.filter(({ kind }) => kind !== 'right');
    const unexplained = disagreements.filter((outcome) => !explanationOf(outcome, EXPLANATIONS));
    expect(unexplained.map(({ row, item, detail }) => `${row.path}: ${item.raw} ${detail}`)).toEqual([]);
    const idle = EXPLANATIONS.filter(
      (entry) => !disagreements.some((outcome) => explanationOf(outcome, EXPLANATIONS) === entry),
    );
    expect(idle).toEqual([]);
  });

  it('is recognised file by file, but for what holds no MoE configuration', () => {
    const found = rows.map((row) => [row.path, row.document?.framework ?? null]);
    expect(found).toEqual(rows.map((row) => [row.path, frameworkOf(row)]));
    expect(Object.keys(FOREIGN).every((path) => rows.some((row) => row.path === path))).toBe(true);
  });
});
