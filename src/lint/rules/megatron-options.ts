import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, experts, report, setTo, size, textOf } from './common';
import {
  at,
  hidesArguments,
  isMegatronItself,
  isMegatronOption,
  megatron,
  megatronCore,
} from './megatron-shared';

/** Balancing types that a capacity factor works with (TC:1836-1860). */
const withCapacity = ['aux_loss', 'seq_aux_loss', 'global_aux_loss', 'none'];

/** Backends of the flex dispatcher that are not DeepEP's. */
const otherBackends = ['hybridep', 'ncclep'];

/** The written load balancing types; the default is aux_loss. */
function balancing(context: RuleContext) {
  const fact = context.written('megatron.moeRouterLoadBalancingType');
  return { fact, types: (textOf(fact) ?? 'aux_loss').split(/[\s,]+/) };
}

/** Rules on options that exclude or need each other. */
export const megatronOptionRules: readonly Rule[] = [
  {
    code: 'MG017',
    name: 'megatron/limited-devices-beside-groups',
    severity: 'error',
    frameworks: megatron,
    summary: 'Two spellings of group-limited routing',
    why: '--moe-router-group-topk replaced --moe-router-topk-limited-devices. Megatron-LM raises when both are given.',
    source: at('TC:2672-2676'),
    example: {
      language: 'bash',
      bad: '  --moe-router-num-groups 8 --moe-router-group-topk 4 --moe-router-topk-limited-devices 4',
      good: '  --moe-router-num-groups 8 --moe-router-group-topk 4',
    },
    check(context) {
      const old = context.written('megatron.moeRouterTopkLimitedDevices');
      const groups = context.written('model.router.topkGroups');
      if (!old || groups?.key !== '--moe-router-group-topk') return [];
      return report(
        [old, groups],
        `${old.key} was replaced by --moe-router-group-topk: give only that one.`,
        {
          fixes: dropOption(context, old, true),
        },
      );
    },
  },
  {
    code: 'MG023',
    name: 'megatron/padding-needs-capacity',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Padding to capacity without a capacity',
    why: '--moe-pad-expert-input-to-capacity pads every expert to the capacity that --moe-expert-capacity-factor gives. Megatron-LM raises without it, and raises where DeepEP dispatches, which does not pad.',
    source: at('TC:1862-1866, 1754-1761'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --moe-pad-expert-input-to-capacity',
      good: '  --moe-expert-capacity-factor 1.0 --moe-pad-expert-input-to-capacity',
    },
    check(context) {
      const pad = context.written('megatron.moePadExpertInputToCapacity');
      if (!pad || pad.value === false) return [];
      const type = context.written('megatron.moeTokenDispatcherType');
      const flag = context.written('megatron.moeEnableDeepep');
      const backend =
        context.written('megatron.moeFlexDispatcherBackend') ?? (flag?.value === true ? flag : undefined);
      if (type?.value === 'flex' && backend && !otherBackends.includes(String(backend.value))) {
        return report(
          [pad, backend],
          `${pad.key} does not work with DeepEP, which does not pad: remove it.`,
          {
            fixes: dropOption(context, pad),
          },
        );
      }
      if (!context.absent('routing.capacityFactor') || hidesArguments(context)) return [];
      return report([pad], `${pad.key} needs --moe-expert-capacity-factor: there is no capacity to pad to.`, {
        fixes: addOption(context, pad, { option: '--moe-expert-capacity-factor', value: '1.0' }),
      });
    },
  },
  {
    code: 'MG024',
    name: 'megatron/capacity-needs-aux-loss',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'This load balancing does not work with a capacity factor',
    why: 'Dropping tokens at a capacity works with the auxiliary losses or with no balancing. Megatron-LM raises for other types, such as sinkhorn.',
    source: at('TC:1836-1860'),
    limits: 'A negative capacity factor means none.',
    example: {
      language: 'bash',
      bad: '  --moe-expert-capacity-factor 1.0 --moe-router-load-balancing-type sinkhorn',
      good: '  --moe-expert-capacity-factor 1.0 --moe-router-load-balancing-type aux_loss',
    },
    check(context) {
      const capacity = context.written('routing.capacityFactor');
      const { fact, types } = balancing(context);
      const other = types.find((type) => !withCapacity.includes(type));
      if (!capacity || !fact || other === undefined || Number(capacity.value) < 0) return [];
      return report(
        [capacity, fact],
        `A capacity factor does not work with ${other} balancing: use aux_loss or none, or drop the capacity factor.`,
        { fixes: dropOption(context, capacity) },
      );
    },
  },
  {
    code: 'MG025',
    name: 'megatron/sinkhorn-without-aux-loss',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Sinkhorn routing with an auxiliary loss',
    why: 'Sinkhorn balances by itself. Megatron-LM asserts that the auxiliary loss coefficient is 0.',
    source: at('megatron/core/transformer/moe/router.py:298'),
    example: {
      language: 'bash',
      bad: '  --moe-router-load-balancing-type sinkhorn --moe-aux-loss-coeff 1e-2',
      good: '  --moe-router-load-balancing-type sinkhorn --moe-aux-loss-coeff 0',
    },
    check(context) {
      const coefficient = context.written('megatron.moeAuxLossCoeff');
      const { fact, types } = balancing(context);
      if (!coefficient || !types.includes('sinkhorn') || !(Number(coefficient.value) > 0)) return [];
      return report(
        [coefficient, fact],
        `Sinkhorn routing needs an auxiliary loss coefficient of 0, not ${coefficient.value}.`,
        { fixes: setTo(context, coefficient, 'the coefficient', [0]) },
      );
    },
  },
  {
    code: 'MG027',
    name: 'megatron/expert-bias-needs-sigmoid',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The expert bias needs a sigmoid router',
    why: 'Balancing with a bias per expert (--moe-router-enable-expert-bias) works on sigmoid scores. Megatron-LM raises with softmax, which is the default.',
    source: at('TC:2617'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --moe-router-enable-expert-bias',
      good: '  --moe-router-enable-expert-bias --moe-router-score-function sigmoid',
    },
    check(context) {
      const bias =
        context.written('megatron.moeRouterEnableExpertBias') ??
        context.written('model.router.correctionBias');
      const score = context.written('model.router.scoreFunction');
      if (!isMegatronOption(bias, '--moe-router-enable-expert-bias')) return [];
      if (context.unresolved('model.router.scoreFunction') || (score && score.value !== 'softmax')) return [];
      if (!score && (hidesArguments(context) || !isMegatronItself(context))) return [];
      return report(
        [bias, score],
        `${bias.key} does not work with softmax scores${score ? '' : ', the default'}: ${score ? `set ${score.key} to` : 'add --moe-router-score-function'} sigmoid.`,
        {
          fixes: score
            ? setTo(context, score, 'the score function', ['sigmoid'])
            : addOption(context, bias, { option: '--moe-router-score-function', value: 'sigmoid' }, true),
        },
      );
    },
  },
  {
    code: 'MG028',
    name: 'megatron/expert-bias-with-etp',
    severity: 'error',
    frameworks: megatron,
    summary: 'Experts with biases cannot be split',
    why: 'Linear layers have biases unless --disable-bias-linear is given, and experts with biases do not work with expert tensor parallelism. ETP is TP when it is not set.',
    source: at('TC:2612'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --num-experts 64 --expert-tensor-parallel-size 2',
      good: '  --num-experts 64 --expert-tensor-parallel-size 2 --disable-bias-linear',
    },
    check(context) {
      const written = context.written('layout.etp') ?? context.written('layout.tp');
      const etp = context.absent('layout.etp') ? size(context, 'layout.tp') : context.number('layout.etp');
      if (!written || etp === undefined || etp <= 1 || experts(context) === undefined) return [];
      if (!context.absent('megatron.disableBiasLinear') || hidesArguments(context)) return [];
      const inherited = written.name === 'layout.tp' ? ' (ETP is not set, so it is TP)' : '';
      return report(
        [written, context.written('model.routedExperts')],
        `Experts with biases cannot be split over ETP ${etp}${inherited}: add --disable-bias-linear, or set ETP to 1.`,
        {
          fixes: [
            ...addOption(context, written, { option: '--disable-bias-linear' }),
            ...(inherited
              ? addOption(context, written, { option: '--expert-tensor-parallel-size', value: '1' })
              : setTo(context, written, 'ETP', [1])),
          ],
        },
      );
    },
  },
];
