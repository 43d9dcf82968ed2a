import { runsScript } from '../command';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, experts, factors, report, setTo, size } from './common';
import { at, hidesArguments, isMegatronItself, megatron, megatronCore } from './megatron-shared';

/** Sizes by which a model is split, beside its experts. */
const SPLITS = ['tp', 'pp', 'cp'] as const;
const SEQUENCE_PARALLEL = { option: '--sequence-parallel' } as const;

/** A job that trains nothing: a script for inference, or a functional test of Megatron-LM that says so. */
function infers(context: RuleContext): boolean {
  const { launch } = context.job;
  const text = (launch && context.text(launch.file)) ?? '';
  return runsScript(context, /inference|generat/) || /^MODE: *inference\b/m.test(text);
}

/** Rules on what else splits a model beside its grids: sequence parallelism and FSDP. */
export const megatronShardingRules: readonly Rule[] = [
  {
    code: 'MG006',
    name: 'megatron/sequence-parallel-required',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'TP with experts needs sequence parallelism in training',
    why: 'A MoE layer that is trained with tensor parallelism raises in its first forward pass unless --sequence-parallel is given: without it every TP rank would route the same tokens.',
    source: at('megatron/core/transformer/moe/moe_layer.py:636-640'),
    limits:
      'Silent for inference, and when a part of the command cannot be followed: the flag may be in it. In verl, where it is on by default, only when it is switched off; silent in Megatron-Bridge and ms-swift.',
    example: {
      language: 'bash',
      bad: '  --num-experts 64 \\\n  --tensor-model-parallel-size 2 \\',
      good: '  --num-experts 64 \\\n  --tensor-model-parallel-size 2 \\\n  --sequence-parallel \\',
    },
    check(context) {
      const tp = context.written('layout.tp');
      const tpSize = context.number('layout.tp') ?? 1;
      if (!tp || tpSize <= 1 || experts(context) === undefined || infers(context)) return [];
      const off = context.written('layout.sequenceParallel');
      if (off?.value === false) {
        return report(
          [off, tp],
          `TP ${tpSize} with experts needs ${off.key}: training stops in the first MoE layer without it.`,
          { fixes: setTo(context, off, 'it', ['True']) },
        );
      }
      // Elsewhere it is on by default, or the recipe says it.
      if (!isMegatronItself(context)) return [];
      if (!context.absent('layout.sequenceParallel') || hidesArguments(context)) return [];
      return report(
        [tp, context.written('model.routedExperts')],
        `TP ${tpSize} with experts needs --sequence-parallel: training stops in the first MoE layer without it.`,
        {
          fixes: addOption(context, tp, SEQUENCE_PARALLEL, true),
        },
      );
    },
  },
  {
    code: 'MG007',
    name: 'megatron/sequence-parallel-without-tp',
    severity: 'info',
    frameworks: megatron,
    summary: 'Sequence parallelism does nothing at TP 1',
    why: 'Sequence parallelism splits activations over the tensor parallel ranks. At TP 1 Megatron-LM turns it off with a warning in the log.',
    source: at('AR:1430'),
    limits: "A hint only: Megatron-LM's own Mixtral example does this.",
    example: {
      language: 'bash',
      bad: '  --tensor-model-parallel-size 1 \\\n  --sequence-parallel \\',
      good: '  --tensor-model-parallel-size 1 \\',
    },
    check(context) {
      const flag = context.written('layout.sequenceParallel');
      if (flag?.value !== true || size(context, 'layout.tp') !== 1) return [];
      if (context.absent('layout.tp') && hidesArguments(context)) return [];
      return report(
        [flag, context.written('layout.tp')],
        '--sequence-parallel has no effect at TP 1: Megatron-LM turns it off.',
        {
          fixes: dropOption(context, flag),
        },
      );
    },
  },
  {
    code: 'MG035',
    name: 'megatron/fsdp2-without-ep',
    severity: 'error',
    frameworks: megatron,
    summary: 'Torch FSDP2 does not work with expert parallelism',
    why: 'Megatron-LM asserts that EP is 1 when --use-torch-fsdp2 is given.',
    source: at('AR:1036'),
    example: {
      language: 'bash',
      bad: '  --use-torch-fsdp2 --expert-model-parallel-size 8',
      good: '  --use-megatron-fsdp --expert-model-parallel-size 8',
    },
    check(context) {
      const fsdp = context.written('megatron.useTorchFsdp2');
      const ep = context.number('layout.ep') ?? 1;
      if (!fsdp || ep <= 1) return [];
      return report(
        [fsdp, context.written('layout.ep')],
        `--use-torch-fsdp2 does not work with EP ${ep}: use EP 1, or --use-megatron-fsdp.`,
      );
    },
  },
  {
    code: 'MG038',
    name: 'megatron/fsdp-v2-without-model-parallelism',
    severity: 'error',
    frameworks: ['megatron-bridge'],
    summary: 'Megatron-FSDP version 2 beside TP, PP or CP',
    why: 'Version 2 of Megatron-FSDP shards by data parallelism alone: Megatron-Bridge raises before training starts unless tensor, pipeline and context parallel sizes are 1. Version 1 works with them.',
    source:
      'NVIDIA-NeMo/Megatron-Bridge@003e863a: src/megatron/bridge/training/config.py (_validate_and_apply_megatron_fsdp_v2_configs)',
    limits:
      'Says nothing of EP: earlier versions refuse it beside FSDP version 2, later ones allow it. Silent for sizes that the recipe sets in Python.',
    example: {
      language: 'yaml',
      bad: 'ddp:\n  use_megatron_fsdp: true\n  megatron_fsdp_version: 2\nmodel:\n  tensor_model_parallel_size: 2',
      good: 'ddp:\n  use_megatron_fsdp: true\n  megatron_fsdp_version: 2\nmodel:\n  tensor_model_parallel_size: 1',
    },
    check(context) {
      const version = context.written('megatron.megatronFsdpVersion');
      const isOn = context.written('megatron.useMegatronFsdp')?.value === true;
      if (!isOn || !version || context.number('megatron.megatronFsdpVersion') !== 2) return [];
      const sizes = SPLITS.map((name) => context.written(`layout.${name}`)).filter(
        (fact) => fact !== undefined && typeof fact.value === 'number' && fact.value > 1,
      );
      if (sizes.length === 0) return [];
      const split = SPLITS.map((name) => [name.toUpperCase(), size(context, `layout.${name}`) ?? 1] as const);
      return report(
        [version, ...sizes],
        `Megatron-FSDP version 2 does not work with ${factors(split)}: use 1 for each, or version 1.`,
        { fixes: setTo(context, version, 'megatron_fsdp_version', [1]) },
      );
    },
  },
];
