import { membersOf, parseJson } from '../../config/syntax/json';
import { nearest } from '../../scenario/spelling';
import { fix, literalPlace } from '../edits';
import type { Rule } from '../rule';
import { literalSource, report, source, textOf } from './common';
import { at, eplb, vllm } from './vllm-shared';

/** Communicators that cannot move weights while a step runs. */
const blocking: readonly string[] = ['torch_nccl', 'pynccl'];

/** Fields of EPLBConfig. */
const KEYS: readonly string[] = [
  'communicator',
  'log_balancedness',
  'log_balancedness_interval',
  'num_redundant_experts',
  'policy',
  'step_interval',
  'use_async',
  'window_size',
];

/** Numbers of steps. */
const INTERVALS: readonly string[] = ['vllm.eplbWindowSize', 'vllm.eplbStepInterval'];

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
    ofRollouts: true,
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
  {
    code: 'VL021',
    name: 'vllm/misspelt-eplb-key',
    severity: 'warning',
    frameworks: vllm,
    ofRollouts: true,
    summary: '--eplb-config has no such key',
    why: 'A key that vLLM does not know sets nothing, and versions that check their keys refuse to start.',
    source: at('vllm/config/parallel.py:60-104 (EPLBConfig)'),
    limits: 'Only for keys that are nearly a known one: newer versions may have others.',
    example: {
      language: 'bash',
      bad: '  --enable-eplb --eplb-config \'{"num_redundant_expert":32}\'',
      good: '  --enable-eplb --eplb-config \'{"num_redundant_experts":32}\'',
    },
    check(context) {
      const config = context.written('placement.eplbConfig');
      const json = textOf(config);
      if (!config || json === undefined) return [];
      const keys = membersOf(parseJson(json).root).map(({ key }) => key);
      const open = KEYS.filter((key) => !keys.includes(key));
      return keys.flatMap((key) => {
        const meant = KEYS.includes(key) ? undefined : nearest(key, open);
        if (meant === undefined) return [];
        const text = literalSource(context, config);
        const { file, range } = literalPlace(config);
        const at = text?.slice(range.start, range.end).indexOf(`"${key}"`) ?? -1;
        const start = range.start + at + 1;
        const edit = { file, range: { start, end: start + key.length }, newText: meant };
        return report([config], `--eplb-config has no key ${key}: did you mean ${meant}?`, {
          fixes: at === -1 ? [] : fix(`Rename it to ${meant}`, [edit], true),
        });
      });
    },
  },
  {
    code: 'VL027',
    name: 'vllm/eplb-interval-positive',
    severity: 'error',
    frameworks: vllm,
    ofRollouts: true,
    summary: 'EPLB counts over no step',
    why: 'window_size is the number of steps whose load is counted, step_interval the number of steps between two moves of experts. vLLM refuses numbers below 1.',
    source: 'vllm-project/vllm@00193b82: vllm/config/parallel.py (EPLBConfig)',
    example: {
      language: 'bash',
      bad: '  --enable-eplb --eplb-config \'{"step_interval":0}\'',
      good: '  --enable-eplb --eplb-config \'{"step_interval":3000}\'',
    },
    check(context) {
      return INTERVALS.flatMap((name) => {
        const steps = context.written(name);
        if (!steps || Number(steps.value) >= 1) return [];
        return report([steps], `${steps.key} ${steps.value} is below 1: vLLM refuses it.`);
      });
    },
  },
];
