import type { Fact } from '../../config/fact';
import { fix } from '../edits';
import type { Rule } from '../rule';
import { addOption, dropOption, experts, report, setTo, textOf } from './common';
import { at, hidesArguments, megatron, megatronCore } from './megatron-shared';

const PADDING = 'megatron.moeRouterPaddingForQuantization';
const OLD_PADDING = 'megatron.moeRouterPaddingForFp8';

const words = (fact: Fact | undefined): readonly string[] =>
  fact === undefined
    ? []
    : String(fact.value)
        .split(/[\s,]+/)
        .filter((word) => word !== '');

/** Rules on lists of losses, on padding for low precision, and on layers that are made for inference. */
export const megatronQuantisationRules: readonly Rule[] = [
  {
    code: 'MG026',
    name: 'megatron/one-coefficient-per-loss',
    severity: 'error',
    frameworks: megatron,
    summary: 'There are not as many coefficients as losses',
    why: 'When --moe-router-load-balancing-type lists several losses, --moe-aux-loss-coeff needs a coefficient for each. Megatron-LM asserts it.',
    source: at('TC:1828'),
    example: {
      language: 'bash',
      bad: '  --moe-router-load-balancing-type aux_loss global_aux_loss --moe-aux-loss-coeff 0.01',
      good: '  --moe-router-load-balancing-type aux_loss global_aux_loss --moe-aux-loss-coeff 0.01 0.001',
    },
    check(context) {
      const types = context.written('megatron.moeRouterLoadBalancingType');
      const coefficients = context.written('megatron.moeAuxLossCoeff');
      const [losses, given] = [words(types).length, words(coefficients).length];
      if (!types || !coefficients || losses < 2 || losses === given) return [];
      return report(
        [coefficients, types],
        `${losses} losses need as many coefficients, and ${coefficients.key} has ${given}.`,
      );
    },
  },
  {
    code: 'MG037',
    name: 'megatron/padding-for-quantization',
    severity: 'warning',
    frameworks: megatron,
    summary: 'Padding of the router for low precision',
    why: '--moe-router-padding-for-fp8 was renamed to --moe-router-padding-for-quantization. The padding is for FP8 and FP4 experts, and does not work with the allgather dispatcher.',
    source: at('TC:2641-2658'),
    limits: 'Silent when a part of the command cannot be followed. Older versions know only the old name.',
    example: {
      language: 'bash',
      bad: '  --fp8-format e4m3 --moe-router-padding-for-fp8',
      good: '  --fp8-format e4m3 --moe-router-padding-for-quantization',
    },
    check(context) {
      const old = context.written(OLD_PADDING);
      const padding = context.written(PADDING) ?? old;
      if (!padding || padding.value === false || padding.value === 'false') return [];
      const isOption = padding.key.startsWith('--');
      const rename =
        old && isOption && old.state === 'literal'
          ? [
              {
                file: old.file,
                range: old.keyRange,
                newText: old.key
                  .replace('for-fp8', 'for-quantization')
                  .replace('for_fp8', 'for_quantization'),
              },
            ]
          : [];
      const renamed = old
        ? report(
            [old],
            `${old.key} is the old name: newer Megatron-LM calls it --moe-router-padding-for-quantization.`,
            {
              fixes: rename.length > 0 ? fix('Rename it', rename, true) : [],
            },
          )
        : [];
      const formats = ['megatron.fp8Format', 'megatron.fp4Format'];
      const isPlain = formats.every((name) => context.absent(name)) && !hidesArguments(context) && isOption;
      const dispatcher = context.written('megatron.moeTokenDispatcherType');
      return [
        ...renamed,
        ...(isPlain
          ? report([padding], `${padding.key} is for FP8 and FP4: add --fp8-format, or drop it.`, {
              fixes: dropOption(context, padding),
            })
          : []),
        ...(dispatcher?.value === 'allgather'
          ? report(
              [dispatcher, padding],
              `${padding.key} does not work with the allgather dispatcher: use alltoall.`,
              { fixes: setTo(context, dispatcher, 'the dispatcher', ['alltoall']) },
            )
          : []),
      ];
    },
  },
  {
    code: 'MG042',
    name: 'megatron/inference-optimized-experts',
    severity: 'error',
    frameworks: megatron,
    summary: 'Layers for inference do not support this',
    why: 'With --transformer-impl inference_optimized experts are not split by TP and drop no tokens, and the router works in FP32. Megatron-LM raises otherwise.',
    source: at('TC:1598-1612'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --transformer-impl inference_optimized --expert-tensor-parallel-size 2 --moe-router-dtype fp32',
      good: '  --transformer-impl inference_optimized --expert-tensor-parallel-size 1 --moe-router-dtype fp32',
    },
    check(context) {
      const kind = context.written('megatron.transformerImpl');
      if (kind?.value !== 'inference_optimized' || experts(context) === undefined) return [];
      const etp = context.written('layout.etp');
      const capacity = context.written('routing.capacityFactor');
      const dtype = context.written('megatron.moeRouterDtype');
      const word = textOf(dtype);
      const noDtype = !dtype && context.absent('megatron.moeRouterDtype') && !hidesArguments(context);
      return [
        ...(etp && Number(etp.value) > 1
          ? report(
              [etp, kind],
              `inference_optimized does not split experts, and ETP is ${etp.value}: use 1.`,
              {
                fixes: setTo(context, etp, 'ETP', [1]),
              },
            )
          : []),
        ...(capacity
          ? report([capacity, kind], `inference_optimized drops no tokens: remove ${capacity.key}.`, {
              fixes: dropOption(context, capacity),
            })
          : []),
        ...(dtype && word !== undefined && word !== 'fp32'
          ? report([dtype, kind], `inference_optimized needs --moe-router-dtype fp32, not ${word}.`, {
              fixes: setTo(context, dtype, 'the dtype', ['fp32']),
            })
          : []),
        ...(noDtype
          ? report([kind], 'inference_optimized needs --moe-router-dtype fp32.', {
              fixes: addOption(context, kind, { option: '--moe-router-dtype', value: 'fp32' }),
            })
          : []),
      ];
    },
  },
  {
    code: 'MG053',
    name: 'megatron/fp8-and-fp4',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'FP8 and FP4 exclude each other',
    why: 'Matrix products run in one low-precision format. Megatron-LM raises when both --fp8-format and --fp4-format are given.',
    source: 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)',
    example: {
      language: 'bash',
      bad: '  --fp8-format hybrid --fp4-format e2m1',
      good: '  --fp4-format e2m1',
    },
    check(context) {
      const fp8 = context.written('megatron.fp8Format');
      const fp4 = context.written('megatron.fp4Format');
      if (!fp8 || !fp4) return [];
      return report([fp8, fp4], `${fp8.key} and ${fp4.key} exclude each other: keep one of them.`, {
        fixes: dropOption(context, fp8),
      });
    },
  },
];
