import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule, RuleContext } from '../rule';
import { experts, factors, literalSource, report, setTo, sureNumber } from './common';
import { at, deepspeed, hasAutoEp } from './deepspeed-shared';

/** What AutoEP together with AutoTP excludes: the fact, and when it stands in the way. */
const EXCLUDED: readonly {
  readonly name: string;
  readonly isWrong: (value: unknown) => boolean;
  readonly say: (fact: Fact) => string;
}[] = [
  { name: 'deepspeed.zeroStage', isWrong: (value) => value === 3, say: () => 'ZeRO stage 3' },
  {
    name: 'deepspeed.offloadOptimizer',
    isWrong: (value) => value !== 'none',
    say: (fact) => `offloading the optimizer to ${fact.value}`,
  },
  {
    name: 'deepspeed.offloadParam',
    isWrong: (value) => value !== 'none',
    say: (fact) => `offloading parameters to ${fact.value}`,
  },
  {
    name: 'deepspeed.sequenceParallelSize',
    isWrong: (value) => Number(value) > 1,
    say: (fact) => `sequence parallelism of ${fact.value}`,
  },
  { name: 'layout.pp', isWrong: (value) => Number(value) > 1, say: (fact) => `PP ${fact.value}` },
  { name: 'deepspeed.deepcompile', isWrong: (value) => value === true, say: () => 'DeepCompile' },
  {
    name: 'deepspeed.useDataBeforeExpertParallelism',
    isWrong: (value) => value === true,
    say: (fact) => String(fact.key),
  },
];

/** The ranks that EP must divide: AutoEP's are those of one pipeline stage, others are split by TP too. */
function expertRanks(context: RuleContext): { ranks: number; shown: string } | undefined {
  const world = context.number('layout.worldSize');
  const pp = context.unresolved('layout.pp') ? undefined : (sureNumber(context, 'layout.pp') ?? 1);
  const tp = sureNumber(context, 'layout.tp') ?? 1;
  if (!world || !pp || context.unresolved('layout.tp')) return undefined;
  const split = hasAutoEp(context) ? pp : pp * tp;
  if (world % split !== 0) return undefined;
  const parts = factors([...(hasAutoEp(context) ? [] : ([['TP', tp]] as const)), ['PP', pp]]);
  return { ranks: world / split, shown: split === 1 ? `${world} GPUs` : `${world} GPUs / (${parts})` };
}

/** Rules on parallel sizes of AutoEP, of DeepSpeed's MoE layer and of its inference engine. */
export const deepspeedLayoutRules: readonly Rule[] = [
  {
    code: 'DS001',
    name: 'deepspeed/experts-divisible-by-ep',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'The experts do not divide by EP',
    why: 'Every rank of an EP group holds experts / EP of them. AutoEP and the MoE layer refuse a number that does not divide.',
    source: `${at('module_inject/auto_ep_config.py:278,287')}; moe/layer.py:41-59`,
    limits: 'Only where the number of experts is known, and is the same in every layer.',
    example: {
      language: 'bash',
      bad: '  --num-experts 64 --moe-expert-parallel-size 24',
      good: '  --num-experts 64 --moe-expert-parallel-size 32',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const all = experts(context);
      const size = Number(ep?.value);
      if (!ep || !all || !(size > 1) || all % size === 0) return [];
      const ranks = expertRanks(context)?.ranks;
      const fits = divisors(all).filter((n) => ranks === undefined || ranks % n === 0);
      const near = neighbours(fits.length > 1 ? fits : divisors(all), size);
      const problem = size > all ? `EP ${size} exceeds` : `EP ${size} does not divide`;
      return report(
        [ep, context.fact('model.routedExperts')],
        `${problem} the ${all} experts: use ${orList(near)}.`,
        { fixes: setTo(context, ep, 'EP', neighbours(fits, size)) },
      );
    },
  },
  {
    code: 'DS002',
    name: 'deepspeed/ranks-divisible-by-ep',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'The ranks do not divide by EP',
    why: 'EP groups are cut out of the ranks that TP and PP leave (AutoEP: those of one pipeline stage). DeepSpeed asserts that they divide evenly.',
    source: `${at('utils/groups.py:351,497-499')}; module_inject/auto_ep_folding.py:112`,
    limits: 'Only where the file says how many GPUs there are.',
    example: {
      language: 'bash',
      bad: 'deepspeed --num_nodes 1 --num_gpus 8 pretrain_gpt.py --num-experts 64 --moe-expert-parallel-size 16',
      good: 'deepspeed --num_nodes 2 --num_gpus 8 pretrain_gpt.py --num-experts 64 --moe-expert-parallel-size 16',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const found = expertRanks(context);
      const size = Number(ep?.value);
      if (!ep || !found || !(size > 1) || found.ranks % size === 0) return [];
      const near = neighbours(divisors(found.ranks), size);
      const cluster = ['cluster.nodes', 'cluster.gpusPerNode', 'layout.tp', 'layout.pp'];
      return report(
        [ep, ...cluster.map((name) => context.written(name))],
        `EP ${size} does not divide the ${found.ranks} ranks (${found.shown}): use ${orList(near)}.`,
        { fixes: setTo(context, ep, 'EP', near) },
      );
    },
  },
  {
    code: 'DS003',
    name: 'deepspeed/expert-tensor-parallel-reserved',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'Expert tensor parallelism is not there yet',
    why: 'AutoEP has the key expert_tensor_parallel_size, but only 1 is supported; everything else is refused.',
    source: at('module_inject/auto_ep_folding.py:215'),
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "autoep_size": 4, "expert_tensor_parallel_size": 2 } }',
      good: '{ "expert_parallel": { "enabled": true, "autoep_size": 4, "expert_tensor_parallel_size": 1 } }',
    },
    check(context) {
      const etp = context.written('layout.etp');
      if (!etp || etp.value === 1 || !hasAutoEp(context)) return [];
      return report([etp], `${etp.key} ${etp.value} is reserved for later: it must be 1.`, {
        fixes: fix('Set it to 1', [setValue(etp, 1, literalSource(context, etp))], true),
      });
    },
  },
  {
    code: 'DS007',
    name: 'deepspeed/auto-ep-with-auto-tp',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'AutoEP with AutoTP does not work with this',
    why: 'AutoEP folded with AutoTP needs EP above 1, and excludes ZeRO stage 3, offloading, sequence and pipeline parallelism, DeepCompile and use_data_before_expert_parallelism. DeepSpeed refuses to start.',
    source: at('module_inject/auto_ep_folding.py:203-253'),
    example: {
      language: 'json',
      bad: '{ "tensor_parallel": { "autotp_size": 2 }, "zero_optimization": { "stage": 3 },\n  "expert_parallel": { "enabled": true, "autoep_size": 4 } }',
      good: '{ "tensor_parallel": { "autotp_size": 2 }, "zero_optimization": { "stage": 2 },\n  "expert_parallel": { "enabled": true, "autoep_size": 4 } }',
    },
    check(context) {
      const tp = context.written('layout.tp');
      if (!hasAutoEp(context) || tp?.key !== 'autotp_size' || !(Number(tp.value) > 1)) return [];
      const hits = EXCLUDED.flatMap(({ name, isWrong, say }) => {
        const fact = context.written(name);
        if (!fact || !isWrong(fact.value)) return [];
        return report([fact, tp], `AutoEP with autotp_size ${tp.value} does not work with ${say(fact)}.`);
      });
      const ep = context.fact('layout.ep');
      if (Number(ep?.value) > 1 || context.unresolved('layout.ep')) return hits;
      const place = context.written('layout.ep') ?? tp;
      return [
        ...hits,
        ...report([place, tp], `AutoEP with autotp_size ${tp.value} needs an autoep_size above 1; it is 1.`),
      ];
    },
  },
];
