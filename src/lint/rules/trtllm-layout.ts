import { divisors, neighbours, orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { experts, factorsAndProduct, report, setTo, sureNumber } from './common';
import { at, isWhole, trtllm } from './trtllm-shared';

const MAPPING = at('05ebebb2: tensorrt_llm/mapping.py');

/** EP that is written or follows from MoE-TP; `undefined` where it is open. */
const epOf = (context: RuleContext): number | undefined =>
  isWhole(context) ? sureNumber(context, 'layout.ep') : undefined;

/** The written size of one dimension of the expert grid, 1 where it is absent. */
function written(context: RuleContext, name: string): number | undefined {
  if (context.unresolved(name)) return undefined;
  const value = context.written(name)?.value ?? 1;
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Rules on the expert grid and the slots of its load balancer. */
export const trtllmLayoutRules: readonly Rule[] = [
  {
    code: 'TR001',
    name: 'trtllm/expert-grid-is-tp',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The expert grid is not TP',
    why: 'TensorRT-LLM lays the experts out over the TP ranks: TP = MoE-TP × MoE-EP × MoE-cluster. What is not given follows from the rest; when the product is not TP, the mapping raises.',
    source: `${MAPPING} (Mapping.__init__)`,
    example: {
      language: 'yaml',
      bad: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 4\nmoe_tensor_parallel_size: 4',
      good: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 4\nmoe_tensor_parallel_size: 2',
    },
    check(context) {
      const [ep, etp] = [context.written('layout.ep'), context.written('layout.etp')];
      const tp = sureNumber(context, 'layout.tp');
      const names = ['layout.ep', 'layout.etp', 'trtllm.moeClusterParallelSize'];
      const [epSize, etpSize, cluster] = names.map((name) => written(context, name));
      if (!tp || !epSize || !etpSize || !cluster || !isWhole(context) || (!ep && !etp)) return [];
      const shown = factorsAndProduct([
        ['EP', epSize],
        ['MoE TP', etpSize],
        ['cluster', cluster],
      ]);
      const grid = epSize * etpSize * cluster;
      if (ep && etp ? grid === tp : tp % grid === 0) return [];
      const place = ep ?? etp;
      const free = tp / (cluster * (ep ? etpSize : 1));
      const values = ep && etp ? [free] : neighbours(divisors(tp / cluster), ep ? epSize : etpSize);
      const usable = values.filter((value) => Number.isInteger(value) && value > 0);
      const advice = usable.length > 0 ? `: use ${ep ? 'EP' : 'MoE TP'} ${orList(usable)}` : '';
      return report(
        [place, ep ? etp : undefined, context.written('layout.tp')],
        `${shown} ${ep && etp ? `is not TP ${tp}` : `does not divide TP ${tp}`}${advice}.`,
        { fixes: place ? setTo(context, place, ep ? 'EP' : 'MoE TP', usable) : [] },
      );
    },
  },
  {
    code: 'TR002',
    name: 'trtllm/expert-parallel-with-cluster-or-cp',
    severity: 'error',
    frameworks: trtllm,
    summary: 'Expert parallelism with MoE clusters or context parallelism',
    why: 'MoE cluster parallelism takes the place of expert parallelism, and neither MoE parallelism works with context parallelism. TensorRT-LLM raises.',
    source: `${MAPPING} (Mapping.__init__)`,
    example: {
      language: 'yaml',
      bad: 'tensor_parallel_size: 8\ncontext_parallel_size: 2\nmoe_expert_parallel_size: 8',
      good: 'tensor_parallel_size: 8\nmoe_expert_parallel_size: 8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      if (!ep || !(Number(ep.value) > 1) || !isWhole(context)) return [];
      const cluster = context.written('trtllm.moeClusterParallelSize');
      const cp = context.written('layout.cp');
      const other = Number(cluster?.value) > 1 ? cluster : Number(cp?.value) > 1 ? cp : undefined;
      if (!other) return [];
      const what = other === cluster ? 'MoE clusters' : 'context parallelism';
      return report(
        [other, ep],
        `${other.key} ${other.value} does not work with EP ${ep.value}: ${what} and expert parallelism exclude each other.`,
        { fixes: setTo(context, other, other.key, [1]) },
      );
    },
  },
  {
    code: 'TR003',
    name: 'trtllm/experts-divisible-by-ep',
    severity: 'warning',
    frameworks: trtllm,
    summary: 'The experts do not divide by EP',
    why: 'Without a load balancer each rank takes experts / EP of them, rounded down. The experts that are left over belong to no rank.',
    source: `${MAPPING} (Mapping.ep_experts); what happens to the remainder is inferred`,
    limits:
      'Only where the model is known. With a load balancer the slots are what must divide (TR004). A warning, because no check was found.',
    example: {
      language: 'yaml',
      bad: '# 256 experts\ntensor_parallel_size: 24\nmoe_expert_parallel_size: 24',
      good: '# 256 experts\ntensor_parallel_size: 32\nmoe_expert_parallel_size: 32',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const all = experts(context);
      const size = epOf(context);
      const balanced = ['trtllm.numSlots', 'trtllm.loadBalancer', 'placement.eplb'];
      if (!ep || !all || !size || all % size === 0 || balanced.some((name) => !context.absent(name)))
        return [];
      if (context.fact('placement.eplb')?.value === true) return [];
      const near = neighbours(divisors(all), size);
      return report(
        [ep, context.written('model.routedExperts')],
        `${all} experts do not divide by EP ${size}, and ${all % size} of them belong to no rank: use EP ${orList(near)}.`,
      );
    },
  },
  {
    code: 'TR004',
    name: 'trtllm/slots-divisible-by-ep',
    severity: 'error',
    frameworks: trtllm,
    summary: 'The slots of the load balancer do not fit',
    why: 'Every rank has the same number of expert slots, num_slots / EP, and every expert needs one. TensorRT-LLM raises when the slots do not divide by EP; with fewer slots than experts the all-to-all asserts.',
    source: at(
      '00043967: tensorrt_llm/llmapi/llm_args.py (MoeLoadBalancerConfig.setup); older versions also: moe_load_balancer.py@000a01de (num_slots >= num_experts)',
    ),
    limits: 'That there are enough slots is checked only where the model is known.',
    example: {
      language: 'yaml',
      bad: 'moe_expert_parallel_size: 32\nmoe_config:\n  load_balancer:\n    num_slots: 272',
      good: 'moe_expert_parallel_size: 32\nmoe_config:\n  load_balancer:\n    num_slots: 288',
    },
    check(context) {
      const slots = context.written('trtllm.numSlots');
      const count = Number(slots?.value);
      const ep = epOf(context);
      if (!slots || !(count > 0)) return [];
      const all = experts(context);
      const enough = Math.ceil(Math.max(count, all ?? 0) / (ep ?? 1)) * (ep ?? 1);
      const more = { fixes: setTo(context, slots, 'num_slots', [enough]) };
      if (ep && count % ep !== 0) {
        const message = `${count} slots do not divide over EP ${ep}: use ${enough}.`;
        return report([slots, context.written('layout.ep')], message, more);
      }
      if (!all || count >= all) return [];
      return report(
        [slots, context.written('model.routedExperts')],
        `${count} slots have no place for ${all} experts: use at least ${enough}.`,
        more,
      );
    },
  },
];
