import type { Fact } from '../../config/fact';
import { hidesArguments } from '../command';
import { fix, setValue } from '../edits';
import type { Fix, TextEdit } from '../finding';
import { insertOption } from '../option-edits';
import { isOption } from '../option-forms';
import type { Rule, RuleContext } from '../rule';
import { addOption, literalSource, report, source } from './common';
import {
  addExpertParallel,
  at,
  eplb,
  expertParallel,
  expertRanks,
  layoutFacts,
  redundantExperts,
  vllm,
} from './vllm-shared';

/** Replaced by `--eplb-config`. */
const REMOVED = '--num-redundant-experts';
/** A key of `--eplb-config` as an option of its own (vllm/utils/argparse_utils.py: FlexibleArgumentParser). */
const NUMBER_OF = 'eplb-config.num_redundant_experts';

/** The edit that gives vLLM `n` redundant experts, wherever the script says something about them. */
function redundancyEdit(context: RuleContext, near: Fact, n: number): TextEdit | null {
  const written = context.written('placement.redundantExperts');
  if (written) return setValue(written, n, literalSource(context, written));
  const config = context.written('placement.eplbConfig');
  if (!config) {
    return insertOption(near, { option: `--${NUMBER_OF}`, value: String(n) }, source(context, near));
  }
  return insertProperty(config, `"num_redundant_experts":${n}`, source(context, config));
}

/** Add one property at the start of the JSON object that a fact's text holds. */
function insertProperty(config: Fact, property: string, text: string | undefined): TextEdit | null {
  const brace = text?.slice(config.range.start, config.range.end).indexOf('{') ?? -1;
  if (text === undefined || brace < 0) return null;
  const offset = config.range.start + brace + 1;
  const empty = /^\s*\}/.test(text.slice(offset));
  // Inside a text in double quotes those of the JSON are escaped.
  const isEscaped = text.slice(config.range.start, config.range.end).includes('\\"');
  const written = isEscaped ? property.replaceAll('"', '\\"') : property;
  return {
    file: config.file,
    range: { start: offset, end: offset },
    newText: empty ? written : `${written},`,
  };
}

/** Move a removed `--num-redundant-experts N` into `--eplb-config`, whose keys are options with a dot. */
function moveRedundancy(context: RuleContext, flag: Fact): readonly Fix[] {
  const { file, keyRange: range, key } = flag;
  const isPlain = source(context, flag)?.slice(range.start, range.end) === key;
  if (!isPlain || context.written('placement.eplbConfig')) return [];
  const newText = `${key.startsWith('-') ? '--' : ''}${NUMBER_OF}`;
  return fix('Move it into --eplb-config', [{ file, range, newText }], true);
}

/** Rules on expert load balancing and redundant experts. */
export const vllmEplbRules: readonly Rule[] = [
  {
    code: 'VL001',
    name: 'vllm/eplb-needs-expert-parallel',
    severity: 'error',
    frameworks: vllm,
    summary: 'EPLB without expert parallelism',
    why: 'Load balancing moves whole experts between ranks. Without --enable-expert-parallel every expert is split over all ranks and there is nothing to move: vLLM refuses to start.',
    source: at('vllm/config/parallel.py:463'),
    example: {
      language: 'bash',
      bad: 'vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-eplb',
      good: 'vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-eplb --enable-expert-parallel',
    },
    check(context) {
      const flag = context.written('placement.eplb');
      if (flag?.value !== true || expertParallel(context) !== false) return [];
      return report([flag], 'EPLB needs --enable-expert-parallel: vLLM does not start without it.', {
        fixes: addExpertParallel(context, flag),
      });
    },
  },
  {
    code: 'VL002',
    name: 'vllm/eplb-needs-ranks',
    severity: 'error',
    frameworks: vllm,
    summary: 'EPLB on a single rank',
    why: 'Load balancing needs more than one rank to balance between. vLLM refuses to start when TP · DP is 1.',
    source: at('vllm/config/parallel.py:465'),
    example: {
      language: 'bash',
      bad: 'vllm serve Qwen/Qwen3-30B-A3B --enable-expert-parallel --enable-eplb',
      good: 'vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --enable-expert-parallel --enable-eplb',
    },
    check(context) {
      const flag = context.written('placement.eplb');
      if (flag?.value !== true || expertRanks(context)?.ranks !== 1) return [];
      if (hidesArguments(context)) return [];
      return report(
        [flag, ...layoutFacts(context)],
        'EPLB needs more than one rank, but TP and DP are both 1: raise one of them, or drop --enable-eplb.',
      );
    },
  },
  {
    code: 'VL003',
    name: 'vllm/redundant-experts-need-eplb',
    severity: 'error',
    frameworks: vllm,
    summary: 'Redundant experts without EPLB',
    why: 'Redundant experts are extra copies that the load balancer places. vLLM refuses to start when their number is not 0 and EPLB is off.',
    source: at('vllm/config/parallel.py:472'),
    example: {
      language: 'bash',
      bad: '  --enable-expert-parallel \\\n  --eplb-config \'{"num_redundant_experts":32}\' \\',
      good: '  --enable-expert-parallel \\\n  --enable-eplb \\\n  --eplb-config \'{"num_redundant_experts":32}\' \\',
    },
    check(context) {
      const redundant = context.written('placement.redundantExperts');
      if (!redundant || isOption(redundant, REMOVED)) return [];
      if (!redundantExperts(context) || eplb(context) !== false) return [];
      const config = context.written('placement.eplbConfig') ?? redundant;
      const missing = [
        { option: '--enable-eplb' },
        ...(expertParallel(context) === false ? [{ option: '--enable-expert-parallel' }] : []),
      ];
      return report(
        [redundant],
        `${redundant.value} redundant experts need --enable-eplb: vLLM does not start without it.`,
        {
          fixes: [
            ...addOption(context, config, missing, true),
            ...fix('Set redundant experts to 0', [setValue(redundant, 0, literalSource(context, redundant))]),
          ],
        },
      );
    },
  },
  {
    code: 'VL004',
    name: 'vllm/physical-experts-divisible',
    severity: 'error',
    frameworks: vllm,
    summary: 'Experts and redundant experts do not divide over EP',
    why: 'With EPLB every rank holds the same number of physical experts: (experts + redundant) / EP, where EP is TP · DP. vLLM asserts it when it builds the layer.',
    source: at('vllm/model_executor/layers/fused_moe/layer.py:202; pull request #30614'),
    limits: 'Only where the model is known. Without EPLB vLLM accepts an uneven split (VL014).',
    example: {
      language: 'bash',
      bad: '# 256 experts over EP 24\n  --data-parallel-size 24 --enable-expert-parallel --enable-eplb',
      good: '# 256 + 8 experts over EP 24\n  --data-parallel-size 24 --enable-expert-parallel --enable-eplb \\\n  --eplb-config \'{"num_redundant_experts":8}\'',
    },
    check(context) {
      const all = context.number('model.routedExperts');
      const redundant = redundantExperts(context);
      const ranks = expertRanks(context);
      const flag = context.written('placement.eplb');
      if (!all || all < 2 || redundant === undefined || !ranks || flag?.value !== true) return [];
      if (expertParallel(context) !== true || (all + redundant) % ranks.ranks === 0) return [];
      const smallest = (ranks.ranks - (all % ranks.ranks)) % ranks.ranks;
      const enough = smallest + Math.ceil(Math.max(0, redundant - smallest) / ranks.ranks) * ranks.ranks;
      const near = context.written('placement.redundantExperts') ?? flag;
      return report(
        [near, ...layoutFacts(context), context.written('model.routedExperts')],
        `${all} experts + ${redundant} redundant do not divide over EP ${ranks.ranks} (${ranks.shown}): with ${enough} redundant experts they do.`,
        {
          fixes: fix(`Set redundant experts to ${enough}`, [redundancyEdit(context, flag, enough)], true),
        },
      );
    },
  },
  {
    code: 'VL015',
    name: 'vllm/removed-redundant-experts-flag',
    severity: 'warning',
    frameworks: vllm,
    summary: '--num-redundant-experts was removed',
    why: 'The number of redundant experts moved into --eplb-config. vLLM 0.11 deprecates the old flag, and versions from 0.12 on do not know it and stop at it.',
    source: `${at('vllm/config/parallel.py:60-104 (EPLBConfig)')}; the note "removed in v0.12.0" on the field in vLLM 0.11; vllm-project/vllm#55989`,
    limits:
      'Versions before the middle of 2025 know only the old flag. A warning, because the file does not show the version.',
    example: {
      language: 'bash',
      bad: '  --enable-eplb --num-redundant-experts 32',
      good: '  --enable-eplb --eplb-config \'{"num_redundant_experts":32}\'',
    },
    check(context) {
      const flag = context.written('placement.redundantExperts');
      if (!flag || !isOption(flag, REMOVED)) return [];
      return report(
        [flag],
        `vLLM from 0.12 on has no --num-redundant-experts: write --${NUMBER_OF} ${flag.value}.`,
        {
          fixes: moveRedundancy(context, flag),
        },
      );
    },
  },
];
