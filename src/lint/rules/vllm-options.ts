import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import { fix, setValue } from '../edits';
import type { Rule, RuleContext } from '../rule';
import { dropOption, literalSource, report, setTo, textOf } from './common';
import { at, eplb, vllm } from './vllm-shared';

const MOST_REDUNDANT = 1023;
/** Backends that overlap batches; nixl_ep in newer versions. */
const overlapping = ['deepep_low_latency', 'deepep_high_throughput', 'nixl_ep'];

/** Hidden sizes that the kernels of nixl_ep are built for. */
const nixlHiddenSizes = [2048, 2560, 3072, 4096, 5120, 6144, 7168, 8192];

/** Why the round-robin placement falls back to linear; the first reason that the files show. */
function whyLinear(context: RuleContext): string | undefined {
  if (eplb(context) === true) return 'EPLB is on';
  if (context.number('placement.redundantExperts')) return 'there are redundant experts';
  if (context.number('model.routedExperts') && (context.number('model.router.groups') ?? 1) <= 1) {
    return 'the model has no expert groups';
  }
  const backend = textOf(context.fact('communication.backend'));
  const spread = (context.number('layout.dp') ?? 1) > 1;
  const suited = backend === 'deepep_low_latency' || backend === 'nixl_ep';
  return spread && backend && !suited ? `the all-to-all backend is ${backend}` : undefined;
}

/** What makes vLLM work on parts of a batch at a time (vllm/config/parallel.py: use_ubatching). */
function overlapOption(context: RuleContext): Fact | undefined {
  const dbo = context.written('vllm.enableDbo');
  const parts = context.written('vllm.ubatchSize');
  return dbo?.value === true ? dbo : Number(parts?.value) > 1 ? parts : undefined;
}

/** Rules on options of vLLM that exclude or need each other. */
export const vllmOptionRules: readonly Rule[] = [
  {
    code: 'VL005',
    name: 'vllm/too-many-redundant-experts',
    severity: 'error',
    frameworks: vllm,
    ofRollouts: true,
    summary: 'More redundant experts than vLLM can place',
    why: 'The load balancer holds at most 1023 redundant experts.',
    source: at('vllm/distributed/eplb/eplb_state.py:366'),
    example: {
      language: 'bash',
      bad: '  --enable-eplb --eplb-config \'{"num_redundant_experts":2048}\'',
      good: '  --enable-eplb --eplb-config \'{"num_redundant_experts":32}\'',
    },
    check(context) {
      const redundant = context.written('placement.redundantExperts');
      if (!redundant || Number(redundant.value) <= MOST_REDUNDANT || eplb(context) !== true) return [];
      return report(
        [redundant],
        `${redundant.value} redundant experts are more than vLLM can place: use at most ${MOST_REDUNDANT}.`,
      );
    },
  },
  {
    code: 'VL006',
    name: 'vllm/round-robin-becomes-linear',
    severity: 'warning',
    frameworks: vllm,
    summary: 'Round-robin placement has no effect',
    why: 'vLLM places experts round-robin only for models with expert groups, without redundant experts or EPLB, and with the deepep_low_latency or nixl_ep backend. Otherwise it falls back to linear placement.',
    source: at('vllm/model_executor/layers/fused_moe/expert_map_manager.py:116-150'),
    example: {
      language: 'bash',
      bad: '  --enable-eplb --expert-placement-strategy round_robin',
      good: '  --enable-eplb',
    },
    check(context) {
      const strategy = context.written('placement.strategy');
      const why = strategy?.value === 'round_robin' ? whyLinear(context) : undefined;
      if (!strategy || !why) return [];
      return report([strategy], `round_robin falls back to linear placement here: ${why}.`, {
        fixes: dropOption(context, strategy),
      });
    },
  },
  {
    code: 'VL008',
    name: 'vllm/dbo-needs-deepep',
    severity: 'error',
    frameworks: vllm,
    summary: 'Dual batch overlap needs a backend that overlaps',
    why: 'Dual batch overlap hides the all-to-all of one half of the batch behind the other half. Only the DeepEP backends can do that, and in newer versions nixl_ep; vLLM refuses to start with another one, and the default is allgather_reducescatter.',
    source: `${at('vllm/config/vllm.py:1887')}; nixl_ep: newer vllm/config/vllm.py (use_ubatching)`,
    limits:
      'Silent when a part of the command cannot be followed, and beside --afd-config, whose connector overlaps instead.',
    example: {
      language: 'bash',
      bad: '  --enable-dbo --all2all-backend allgather_reducescatter',
      good: '  --enable-dbo --all2all-backend deepep_low_latency',
    },
    check(context) {
      const dbo = overlapOption(context);
      const backend = context.written('communication.backend');
      const name = textOf(backend);
      if (!dbo || context.unresolved('communication.backend') || !context.absent('vllm.afdConfig')) return [];
      if ((name && overlapping.includes(name)) || (!backend && hidesArguments(context))) return [];
      return report(
        [dbo, backend],
        `${dbo.key} needs --all2all-backend ${orList(overlapping)}; it is ${name ?? 'allgather_reducescatter, the default'}.`,
        {
          fixes: backend
            ? fix('Use deepep_low_latency', [
                setValue(backend, 'deepep_low_latency', literalSource(context, backend)),
              ])
            : [],
        },
      );
    },
  },
  {
    code: 'VL010',
    name: 'vllm/tp-divisible-by-dcp',
    severity: 'error',
    frameworks: vllm,
    summary: 'TP does not divide by the decode context parallel size',
    why: 'Decode context parallelism splits each tensor parallel group, so its size must divide TP. vLLM refuses to start otherwise.',
    source: at('vllm/config/parallel.py:485'),
    limits:
      'Silent beside --prefill-context-parallel-size: newer versions then let it span that axis (VL022).',
    example: {
      language: 'bash',
      bad: '  --tensor-parallel-size 8 --decode-context-parallel-size 3',
      good: '  --tensor-parallel-size 8 --decode-context-parallel-size 4',
    },
    check(context) {
      const dcp = context.written('vllm.decodeContextParallelSize');
      const tp = context.number('layout.tp') ?? (context.absent('layout.tp') ? 1 : undefined);
      const n = Number(dcp?.value);
      if (!dcp || tp === undefined || !(n > 0) || tp % n === 0) return [];
      if (context.absent('layout.tp') && hidesArguments(context)) return [];
      // Beside prefill context parallelism it may span that axis instead.
      if (!context.absent('vllm.prefillContextParallelSize')) return [];
      const near = neighbours(divisors(tp), n);
      return report(
        [dcp, context.written('layout.tp')],
        `TP ${tp} does not divide by a decode context parallel size of ${n}: use ${orList(near)}.`,
        { fixes: setTo(context, dcp, 'the decode context parallel size', near) },
      );
    },
  },
  {
    code: 'VL018',
    name: 'vllm/nixl-ep-hidden-size',
    severity: 'error',
    frameworks: vllm,
    summary: 'The nixl_ep backend has no kernel for this hidden size',
    why: 'The kernels of the nixl_ep backend are built for a few hidden sizes. vLLM asserts that the model has one of them.',
    source: at('vllm/model_executor/layers/fused_moe/prepare_finalize/nixl_ep.py:59'),
    limits: 'Only where the model is known. Newer versions may support more sizes.',
    example: {
      language: 'bash',
      bad: '# hidden size 2880\nvllm serve openai/gpt-oss-120b --data-parallel-size 8 --enable-expert-parallel --all2all-backend nixl_ep',
      good: 'vllm serve openai/gpt-oss-120b --data-parallel-size 8 --enable-expert-parallel --all2all-backend allgather_reducescatter',
    },
    check(context) {
      const backend = context.written('communication.backend');
      const hidden = context.number('model.hiddenSize');
      if (backend?.value !== 'nixl_ep' || !hidden || nixlHiddenSizes.includes(hidden)) return [];
      return report(
        [backend, context.written('model.hiddenSize')],
        `nixl_ep has no kernel for hidden size ${hidden}: it supports ${orList(nixlHiddenSizes)}.`,
      );
    },
  },
  {
    code: 'VL020',
    name: 'vllm/elastic-ep-needs-eplb',
    severity: 'error',
    frameworks: vllm,
    summary: 'Elastic expert parallelism without its conditions',
    why: 'Elastic expert parallelism adds and removes ranks while serving. It needs EPLB to move the experts, no pipeline parallelism and no hybrid load balancing. vLLM refuses to start otherwise.',
    source: `${at('vllm/config/parallel.py:786-788')}; @00193b82 (__post_init__) for the hybrid load balancing`,
    example: {
      language: 'bash',
      bad: '  --enable-elastic-ep --enable-expert-parallel',
      good: '  --enable-elastic-ep --enable-expert-parallel --enable-eplb',
    },
    check(context) {
      const elastic = context.written('vllm.enableElasticEp');
      if (elastic?.value !== true) return [];
      const pp = context.written('layout.pp');
      if (pp && Number(pp.value) > 1) {
        return report([elastic, pp], `--enable-elastic-ep does not work with PP ${pp.value}: use PP 1.`);
      }
      const hybrid = context.written('vllm.dataParallelHybridLb');
      if (hybrid?.value === true) {
        return report(
          [elastic, hybrid],
          `${elastic.key} does not work with ${hybrid.key}: drop one of them.`,
          {
            fixes: dropOption(context, hybrid),
          },
        );
      }
      if (eplb(context) !== false) return [];
      return report([elastic], '--enable-elastic-ep needs --enable-eplb: vLLM does not start without it.', {
        fixes: dropOption(context, elastic),
      });
    },
  },
];
