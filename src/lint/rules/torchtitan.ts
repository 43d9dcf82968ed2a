import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import type { Rule, RuleContext, RuleHit } from '../rule';
import { experts, factorsAndProduct, report, setTo, sureNumber } from './common';

export const torchtitan = ['torchtitan'] as const;
const at = (where: string): string => `pytorch/torchtitan@b5bcd76c: torchtitan/${where}`;

/** That EP takes some, but not all, of the ranks that share a sequence or a matrix: older versions refuse it. */
function partOf(context: RuleContext, ep: Fact, shared: number): readonly RuleHit[] {
  if (Number(ep.value) % shared === 0) return [];
  const others = ['layout.cp', 'layout.tp'].map((name) => context.written(name));
  return report(
    [ep, ...others],
    `EP ${ep.value} is no multiple of the ${shared} ranks of context and tensor parallelism, which versions that read TOML want: use EP ${shared} or a multiple of it.`,
    { severity: 'warning' },
  );
}

/** Rules on torchtitan's parallel sizes. */
export const torchtitanRules: readonly Rule[] = [
  {
    code: 'TT001',
    name: 'torchtitan/ep-divides-ranks',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'EP does not divide the ranks that it is cut out of',
    why: 'EP takes its ranks from FSDP shards, context and tensor parallelism: it must divide their product (without TP where experts are split by TP themselves). torchtitan asserts it. Versions that read TOML also assert that EP takes all ranks of context and tensor parallelism, so that it is a multiple of them.',
    source: `${at('distributed/parallel_dims.py:187-191')}; pytorch/torchtitan@0119de15: torchtitan/distributed/parallel_dims.py (_validate)`,
    limits:
      'Where data_parallel_shard_degree is -1 the file does not say how many ranks are left for it, and only the second is checked. That one is a warning: later versions lifted it.',
    example: {
      language: 'toml',
      bad: 'data_parallel_shard_degree = 8\nexpert_parallel_degree = 16',
      good: 'data_parallel_shard_degree = 16\nexpert_parallel_degree = 16',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const [shard, cp, tp, etp] = [
        'torchtitan.dataParallelShardDegree',
        'layout.cp',
        'layout.tp',
        'layout.etp',
      ].map((name) => sureNumber(context, name));
      const size = Number(ep?.value);
      if (!ep || !(size > 1) || !shard || !cp || !tp || !etp) return [];
      const shared = cp * (etp === tp ? 1 : tp);
      if (shard < 1) return partOf(context, ep, shared);
      const ranks = shard * shared;
      if (ranks % size === 0) return partOf(context, ep, shared);
      const shown = factorsAndProduct([
        ['DP shard', shard],
        ['CP', cp],
        ['TP', etp === tp ? 1 : tp],
      ]);
      const near = neighbours(divisors(ranks), size);
      return report(
        [
          ep,
          ...['torchtitan.dataParallelShardDegree', 'layout.cp', 'layout.tp'].map((name) =>
            context.written(name),
          ),
        ],
        `EP ${size} does not divide ${shown}: use ${orList(near)}.`,
        { fixes: setTo(context, ep, 'EP', near) },
      );
    },
  },
  {
    code: 'TT002',
    name: 'torchtitan/experts-divisible-by-ep',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The experts do not divide by EP',
    why: 'Every rank holds experts / EP of them. torchtitan refuses a number that does not divide.',
    source: at('models/common/decoder.py:201-208'),
    limits: 'Only for flavors that are published models.',
    example: {
      language: 'toml',
      bad: '# 64 experts\nexpert_parallel_degree = 24',
      good: '# 64 experts\nexpert_parallel_degree = 32',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const all = experts(context);
      const size = Number(ep?.value);
      if (!ep || !all || !(size > 1) || all % size === 0) return [];
      const near = neighbours(divisors(all), size);
      return report([ep], `${all} experts do not divide by EP ${size}: use ${orList(near)}.`, {
        fixes: setTo(context, ep, 'EP', near),
      });
    },
  },
  {
    code: 'TT003',
    name: 'torchtitan/expert-tensor-parallel-degree',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The TP of experts is neither 1 nor TP',
    why: 'Versions that read TOML split experts by TP like everything else or not at all, and assert it. Later versions, which are configured in Python, have no expert tensor parallelism.',
    source: `${at('config/configs.py (no such key)')}; pytorch/torchtitan@000204a4: torchtitan/config/job_config.py (1 or TP)`,
    limits: 'A hint only where it is TP: the version that reads the file supports it.',
    example: {
      language: 'toml',
      bad: 'tensor_parallel_degree = 4\nexpert_tensor_parallel_degree = 2',
      good: 'tensor_parallel_degree = 4\nexpert_tensor_parallel_degree = 1',
    },
    check(context) {
      const etp = context.written('layout.etp');
      const tp = sureNumber(context, 'layout.tp');
      if (!etp || !tp || etp.value === 1) return [];
      const more = { fixes: setTo(context, etp, 'ETP', [1]) };
      if (etp.value === tp) {
        return report(
          [etp],
          `${etp.key} ${etp.value} was removed in later versions, which do not split experts by TP.`,
          { ...more, severity: 'info' },
        );
      }
      return report(
        [etp, context.written('layout.tp')],
        `ETP ${etp.value} is neither 1 nor TP ${tp}: use ${orList(tp === 1 ? [1] : [1, tp])}.`,
        more,
      );
    },
  },
  {
    code: 'TT004',
    name: 'torchtitan/heads-divisible-by-tp',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The attention heads do not divide by TP',
    why: 'Tensor parallelism splits query heads and key-value heads evenly. torchtitan refuses sizes that do not divide.',
    source: at('models/common/decoder.py:186-199'),
    limits: 'Only for flavors that are published models.',
    example: {
      language: 'toml',
      bad: '# 32 heads, 4 key-value heads\ntensor_parallel_degree = 8',
      good: '# 32 heads, 4 key-value heads\ntensor_parallel_degree = 4',
    },
    check(context) {
      const tp = context.written('layout.tp');
      const size = Number(tp?.value);
      const [heads, kvHeads] = ['model.attentionHeads', 'model.kvHeads'].map((name) => context.number(name));
      if (!tp || !(size > 1) || !heads) return [];
      const uneven = heads % size !== 0 ? heads : kvHeads && kvHeads % size !== 0 ? kvHeads : undefined;
      if (uneven === undefined) return [];
      const what = heads % size !== 0 ? 'attention heads' : 'key-value heads';
      const common = divisors(kvHeads ?? heads).filter((n) => heads % n === 0);
      const near = neighbours(common, size);
      return report([tp], `${uneven} ${what} do not divide by TP ${size}: use ${orList(near)}.`, {
        fixes: setTo(context, tp, 'TP', near),
      });
    },
  },
];
