import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import { insertOption, replaceOption } from '../option-edits';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, experts, literalSource, report, setTo, source, textOf } from './common';
import {
  at,
  hidesArguments,
  isMegatronItself,
  isMegatronOption,
  megatron,
  megatronCore,
} from './megatron-shared';

const dispatcherName = 'megatron.moeTokenDispatcherType';
const overlapName = 'megatron.sharedExpertOverlap';

/** The written dispatcher type, and whether one may be hidden from view: by a model's recipe, or a default of its own. */
function dispatcher(context: RuleContext): { type: Fact | undefined; unknown: boolean } {
  const type = context.written(dispatcherName);
  const isOpen = !type && (hidesArguments(context) || !isMegatronItself(context));
  return { type, unknown: context.unresolved(dispatcherName) || isOpen };
}

/** The edit that makes the dispatcher `value`, whether it is written already or not. */
function dispatcherEdit(context: RuleContext, near: Fact, value: string) {
  const { type } = dispatcher(context);
  if (type) return setValue(type, value, literalSource(context, type));
  return insertOption(near, { option: '--moe-token-dispatcher-type', value }, source(context, near));
}

/** Backends of the flex dispatcher that Megatron-LM does not take beside --moe-enable-deepep. */
const otherBackends: readonly string[] = ['deepepv2', 'hybridep'];
const FLEX_DEEPEP = { option: '--moe-flex-dispatcher-backend', value: 'deepep' } as const;

/** The dispatcher that DeepEP is a backend of, with the option that names it today. */
function flexWithDeepep(context: RuleContext, deepep: Fact) {
  return [
    dispatcherEdit(context, deepep, 'flex'),
    replaceOption(deepep, FLEX_DEEPEP, source(context, deepep)),
  ];
}

/** Rules on router and dispatcher. */
export const megatronRoutingRules: readonly Rule[] = [
  {
    code: 'MG015',
    name: 'megatron/top-1-needs-pre-softmax',
    severity: 'error',
    frameworks: megatron,
    summary: 'Top-1 routing needs the softmax before the top-k',
    why: 'A softmax over one selected score is always 1 and has no gradient, so the router would not learn. Megatron-LM raises unless --moe-router-pre-softmax is given (or the score function is a sigmoid, or routing is sinkhorn).',
    source: at('TC:2661-2669'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --moe-router-topk 1 \\',
      good: '  --moe-router-topk 1 \\\n  --moe-router-pre-softmax \\',
    },
    check(context) {
      const topK = context.written('model.topK');
      if (topK?.key !== '--moe-router-topk' || topK.value !== 1 || experts(context) === undefined) return [];
      const score = context.fact('model.router.scoreFunction');
      if (context.unresolved('model.router.scoreFunction') || (score && score.value !== 'softmax')) return [];
      const balancing = 'megatron.moeRouterLoadBalancingType';
      if (context.unresolved(balancing) || String(context.fact(balancing)?.value).includes('sinkhorn'))
        return [];
      if (!context.absent('megatron.moeRouterPreSoftmax') || hidesArguments(context)) return [];
      return report(
        [topK],
        'Top-k 1 with a softmax router needs --moe-router-pre-softmax: the router has no gradient otherwise.',
        {
          fixes: addOption(context, topK, { option: '--moe-router-pre-softmax' }, true),
        },
      );
    },
  },
  {
    code: 'MG016',
    name: 'megatron/group-limited-routing',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Group-limited routing does not add up',
    why: 'Group-limited routing sorts the experts into equal groups and lets a token use a few of them. Megatron-LM asserts that the number of groups is given, that it divides the experts, and that no more groups are used than there are.',
    source: at('TC:2671-2688'),
    example: {
      language: 'bash',
      bad: '  --num-experts 60 --moe-router-num-groups 8 --moe-router-group-topk 4',
      good: '  --num-experts 64 --moe-router-num-groups 8 --moe-router-group-topk 4',
    },
    check(context) {
      const limit = context.written('model.router.topkGroups');
      const groups = context.written('model.router.groups');
      if (!isMegatronOption(limit, '--moe-router-group-topk')) return [];
      if (!groups) {
        const mayBeSaid = !context.absent('model.router.groups') || hidesArguments(context);
        if (mayBeSaid || !isMegatronItself(context)) return [];
        return report([limit], '--moe-router-group-topk needs --moe-router-num-groups as well.');
      }
      const [all, n, used] = [experts(context), Number(groups.value), Number(limit.value)];
      if (all !== undefined && n > 0 && all % n !== 0) {
        const near = neighbours(divisors(all), n);
        return report(
          [groups, context.written('model.routedExperts')],
          `${all} experts do not divide into ${n} groups: use ${orList(near)}.`,
          { fixes: setTo(context, groups, 'the groups', near) },
        );
      }
      if (used <= n) return [];
      return report([limit, groups], `A token cannot use ${used} of ${n} expert groups: use at most ${n}.`, {
        fixes: setTo(context, limit, 'the groups per token', [n]),
      });
    },
  },
  {
    code: 'MG018',
    name: 'megatron/shared-expert-overlap-dispatcher',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Shared expert overlap needs an all-to-all dispatcher',
    why: 'The shared expert can only be overlapped with the all-to-all of the alltoall and flex dispatchers. Megatron-LM raises otherwise, and its default dispatcher is allgather.',
    source: at('TC:1820-1826'),
    example: {
      language: 'bash',
      bad: '  --moe-shared-expert-overlap \\',
      good: '  --moe-shared-expert-overlap \\\n  --moe-token-dispatcher-type alltoall \\',
    },
    check(context) {
      const overlap = context.written(overlapName);
      const { type, unknown } = dispatcher(context);
      if (!overlap || unknown || (type && type.value !== 'allgather')) return [];
      return report(
        [overlap, type],
        `${overlap.key} does not work with the allgather dispatcher${type ? '' : ', which is the default'}: use alltoall or flex.`,
        { fixes: fix('Use the alltoall dispatcher', [dispatcherEdit(context, overlap, 'alltoall')], true) },
      );
    },
  },
  {
    code: 'MG019',
    name: 'megatron/dispatcher-unset',
    severity: 'warning',
    frameworks: megatron,
    summary: 'Expert parallelism with the default dispatcher',
    why: 'The default token dispatcher is allgather: every rank receives every token of the EP group and drops what it does not need. With alltoall or flex a token goes only where its experts are.',
    source: at('TC:891; megatron/core/transformer/moe/README.md'),
    limits:
      'Silent where MG018 reports the same dispatcher, and when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --expert-model-parallel-size 8 \\',
      good: '  --expert-model-parallel-size 8 \\\n  --moe-token-dispatcher-type alltoall \\',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const size = context.number('layout.ep') ?? 1;
      const { type, unknown } = dispatcher(context);
      if (!ep || size <= 1 || type || unknown || experts(context) === undefined) return [];
      if (!context.absent(overlapName)) return [];
      if (!context.absent('megatron.moeEnableDeepep')) return [];
      return report(
        [ep],
        `With EP ${size} and no --moe-token-dispatcher-type every token goes to each of the ${size} ranks (allgather is the default).`,
        {
          fixes: fix(
            'Add --moe-token-dispatcher-type alltoall',
            [dispatcherEdit(context, ep, 'alltoall')],
            true,
          ),
        },
      );
    },
  },
  {
    code: 'MG020',
    name: 'megatron/deepep-needs-flex',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'DeepEP needs the flex dispatcher',
    why: 'DeepEP is a backend of the flex dispatcher. Megatron-LM raises when --moe-enable-deepep stands beside another dispatcher, or beside another backend of the flex dispatcher.',
    source: at('TC:1743'),
    example: {
      language: 'bash',
      bad: '  --moe-token-dispatcher-type alltoall \\\n  --moe-enable-deepep \\',
      good: '  --moe-token-dispatcher-type flex \\\n  --moe-enable-deepep \\',
    },
    check(context) {
      const deepep = context.written('megatron.moeEnableDeepep');
      const { type, unknown } = dispatcher(context);
      if (deepep?.value !== true || unknown) return [];
      const backend = context.written('megatron.moeFlexDispatcherBackend');
      if (backend && otherBackends.includes(textOf(backend) ?? '')) {
        return report(
          [deepep, backend],
          `${deepep.key} and the ${backend.value} backend exclude each other: keep one of them.`,
          { fixes: dropOption(context, deepep) },
        );
      }
      if (type?.value === 'flex') return [];
      const now = textOf(type) ?? 'allgather, the default';
      return report([deepep, type], `${deepep.key} needs the flex dispatcher; it is ${now}.`, {
        fixes: fix('Use the flex dispatcher', flexWithDeepep(context, deepep), true),
      });
    },
  },
  {
    code: 'MG021',
    name: 'megatron/deepep-flag-deprecated',
    severity: 'warning',
    frameworks: megatron,
    summary: '--moe-enable-deepep is deprecated',
    why: 'The backend of the flex dispatcher is now chosen with --moe-flex-dispatcher-backend. Megatron-LM warns about the old flag.',
    source: at('TC:1749'),
    limits: 'Versions before --moe-flex-dispatcher-backend know only the old flag.',
    example: {
      language: 'bash',
      bad: '  --moe-token-dispatcher-type flex \\\n  --moe-enable-deepep \\',
      good: '  --moe-token-dispatcher-type flex \\\n  --moe-flex-dispatcher-backend deepep \\',
    },
    check(context) {
      const deepep = context.written('megatron.moeEnableDeepep');
      if (deepep?.value !== true || dispatcher(context).type?.value !== 'flex') return [];
      return report(
        [deepep],
        '--moe-enable-deepep is deprecated: newer Megatron-LM has --moe-flex-dispatcher-backend deepep.',
        {
          fixes: fix(
            'Replace it with --moe-flex-dispatcher-backend deepep',
            [replaceOption(deepep, FLEX_DEEPEP, source(context, deepep))],
            true,
          ),
        },
      );
    },
  },
];
