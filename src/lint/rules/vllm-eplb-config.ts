import { fix, literalPlace } from '../edits';
import type { Rule } from '../rule';
import { literalSource, report, source, textOf } from './common';
import { at, eplb, vllm } from './vllm-shared';

/** Communicators that cannot move weights while a step runs. */
const blocking: readonly string[] = ['torch_nccl', 'pynccl'];

/** Rules on the values inside `--eplb-config`. */
export const vllmEplbConfigRules: readonly Rule[] = [
  {
    code: 'VL016',
    name: 'vllm/quoted-number-in-eplb-config',
    severity: 'info',
    frameworks: vllm,
    summary: 'A number in quotes in --eplb-config',
    why: "vLLM's argument model turns a number in quotes into a number. Other programs that read the JSON see a string.",
    source: 'Inferred; recipes of NVIDIA Dynamo and srt-slurm have such values, and work',
    example: {
      language: 'bash',
      bad: '  --eplb-config \'{"num_redundant_experts":"32"}\'',
      good: '  --eplb-config \'{"num_redundant_experts":32}\'',
    },
    check(context) {
      const redundant = context.written('placement.redundantExperts');
      const text = redundant && literalSource(context, redundant);
      if (!redundant?.key.includes('.') || text === undefined) return [];
      // The quotes around the value of `--eplb-config.num_redundant_experts` are the shell's.
      const { keyRange } = redundant;
      if (source(context, redundant)?.slice(keyRange.start, keyRange.end) === redundant.key) return [];
      const { file, range: written } = literalPlace(redundant);
      const { start, end } = written;
      const quoted = /^(\\?")\d+\1$/.exec(text.slice(start, end));
      const outside = text[start - 1] === '"' && text[end] === '"' && /^\d+$/.test(text.slice(start, end));
      if (!quoted && !outside) return [];
      const range = quoted ? written : { start: start - 1, end: end + 1 };
      const edit = { file, range, newText: String(redundant.value) };
      return report([redundant], `${redundant.value} is in quotes: write the number.`, {
        fixes: fix('Remove the quotes', [edit], true),
      });
    },
  },
  {
    code: 'VL017',
    name: 'vllm/async-eplb-options',
    severity: 'error',
    frameworks: vllm,
    summary: 'Asynchronous EPLB does not work with this',
    why: 'Moving experts while steps run works with the default policy, and not with the torch_nccl and pynccl communicators. vLLM refuses to start.',
    source: at('vllm/config/parallel.py:60-104 (EPLBConfig)'),
    limits: 'Only where use_async is written: its default differs between versions.',
    example: {
      language: 'bash',
      bad: '  --enable-eplb --eplb-config \'{"use_async":true,"communicator":"pynccl"}\'',
      good: '  --enable-eplb --eplb-config \'{"use_async":true}\'',
    },
    check(context) {
      const async = context.written('vllm.eplbUseAsync');
      if (async?.value !== true || eplb(context) !== true) return [];
      const communicator = context.written('vllm.eplbCommunicator');
      const policy = context.written('vllm.eplbPolicy');
      return [
        ...(blocking.includes(textOf(communicator) ?? '')
          ? report(
              [communicator, async],
              `use_async does not work with the communicator ${textOf(communicator)}: leave it out, or set use_async to false.`,
            )
          : []),
        ...(policy && policy.value !== 'default'
          ? report([policy, async], `use_async works with the default policy only, not with ${policy.value}.`)
          : []),
      ];
    },
  },
];
