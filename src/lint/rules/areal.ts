import type { Rule } from '../rule';
import { factorsAndProduct, product, report, setTo } from './common';

const SOURCE = 'inclusionAI/AReaL@092b0d08: areal/api/alloc_mode.py';
const areal = ['areal'] as const;

/** Rules on AReaL's allocation modes. */
export const arealRules: readonly Rule[] = [
  {
    code: 'AR001',
    name: 'areal/expert-grid',
    severity: 'error',
    frameworks: areal,
    summary: 'The expert grid does not divide the GPUs of the trainer',
    why: 'Attention and experts are laid out over the same GPUs, each in its own grid: DP × TP × PP × CP must divide by ETP × EP × PP. AReaL raises when it reads the allocation.',
    source: `${SOURCE} (ParallelStrategy.__post_init__, hybrid_train_para)`,
    example: {
      language: 'yaml',
      bad: 'actor:\n  backend: megatron:d2t2p2e8',
      good: 'actor:\n  backend: megatron:d4t2p2e8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const [dp, tp, pp, cp, etp] = ['dp', 'tp', 'pp', 'cp', 'etp'].map((name) =>
        context.number(`layout.${name}`),
      );
      const gpus = product([dp, tp, pp, cp]);
      const experts = product([etp, Number(ep?.value), pp]);
      if (!ep || !gpus || !experts || !(Number(ep.value) > 1) || gpus % experts === 0) return [];
      const dense = factorsAndProduct([
        ['DP', dp!],
        ['TP', tp!],
        ['PP', pp!],
        ['CP', cp!],
      ]);
      const expert = factorsAndProduct([
        ['ETP', etp!],
        ['EP', Number(ep.value)],
        ['PP', pp!],
      ]);
      return report(
        [ep, ...['dp', 'tp', 'pp', 'cp', 'etp'].map((name) => context.written(`layout.${name}`))],
        `${dense} GPUs do not divide by ${expert}: use a smaller EP or a larger DP.`,
      );
    },
  },
  {
    code: 'AR002',
    name: 'areal/fsdp-without-expert-parallelism',
    severity: 'error',
    frameworks: areal,
    summary: 'The FSDP backend has no expert parallelism',
    why: "AReaL's FSDP backend shards whole layers, experts with them. It raises for an EP above 1; the megatron and archon backends have expert parallelism.",
    source: `${SOURCE} (ModelAllocation.__post_init__)`,
    example: {
      language: 'yaml',
      bad: 'actor:\n  backend: fsdp:d8e8',
      good: 'actor:\n  backend: megatron:d8e8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      if (!ep || !(Number(ep.value) > 1) || context.fact('areal.backend')?.value !== 'fsdp') return [];
      return report(
        [ep],
        `The fsdp backend has no expert parallelism, and EP is ${ep.value}: use megatron or archon, or EP 1.`,
        { fixes: setTo(context, ep, 'EP', [1]) },
      );
    },
  },
];
