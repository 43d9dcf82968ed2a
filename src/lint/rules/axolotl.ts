import { divisors, neighbours, orList } from '../arithmetic';
import type { Rule } from '../rule';
import { experts, report, setTo } from './common';

const axolotl = ['axolotl'] as const;
const FOLDER = 'src/axolotl/integrations/expert_parallel';

/** Rules on axolotl's expert parallelism. */
export const axolotlRules: readonly Rule[] = [
  {
    code: 'AX001',
    name: 'axolotl/experts-divisible-by-ep',
    severity: 'error',
    frameworks: axolotl,
    summary: 'The experts do not divide by EP',
    why: 'The plugin slices the stacked weights of the experts into equal parts, one for each rank of the EP group, and raises when they do not divide.',
    source: `axolotl-ai-cloud/axolotl@060b4aec: ${FOLDER}/shard.py (shard_expert_weights)`,
    limits: 'Only where the model is known.',
    example: {
      language: 'yaml',
      bad: 'base_model: Qwen/Qwen3-30B-A3B   # 128 experts\nexpert_parallel_size: 6',
      good: 'base_model: Qwen/Qwen3-30B-A3B   # 128 experts\nexpert_parallel_size: 8',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const all = experts(context);
      const size = Number(ep?.value);
      if (!ep || all === undefined || !(size > 1) || all % size === 0) return [];
      const near = neighbours(divisors(all), size);
      return report(
        [ep, context.written('model.routedExperts')],
        `${all} experts do not divide over ${ep.key} ${size}: use ${orList(near)}.`,
        { fixes: setTo(context, ep, ep.key, near) },
      );
    },
  },
  {
    code: 'AX002',
    name: 'axolotl/expert-parallel-with-tensor-parallel',
    severity: 'error',
    frameworks: axolotl,
    summary: 'Expert parallelism does not work with tensor parallelism',
    why: 'The plugin takes its group of ranks from the axes of FSDP and context parallelism. With a tensor parallel axis beside them it raises that the composition is not supported.',
    source: `axolotl-ai-cloud/axolotl@060b4aec: ${FOLDER}/plugin.py (_resolve_ep_group, NotImplementedError)`,
    limits: 'Only beside dp_shard_size or context_parallel_size above 1, where the source says so.',
    example: {
      language: 'yaml',
      bad: 'expert_parallel_size: 4\ndp_shard_size: 2\ntensor_parallel_size: 2',
      good: 'expert_parallel_size: 4\ndp_shard_size: 4',
    },
    check(context) {
      const ep = context.written('layout.ep');
      const tp = context.written('layout.tp');
      const beside = ['axolotl.dpShardSize', 'layout.cp'].map((name) => context.written(name));
      const axis = beside.find((fact) => Number(fact?.value) > 1);
      if (!ep || !tp || !axis || !(Number(ep.value) > 1) || !(Number(tp.value) > 1)) return [];
      return report(
        [tp, ep, axis],
        `${tp.key} ${tp.value} does not work with ${ep.key} ${ep.value} and ${axis.key} ${axis.value}: set it to 1.`,
        { fixes: setTo(context, tp, tp.key, [1]) },
      );
    },
  },
  {
    code: 'AX003',
    name: 'axolotl/expert-parallel-state-dict',
    severity: 'error',
    frameworks: axolotl,
    summary: 'Checkpoints would hold the experts of one EP group only',
    why: 'A sharded state dict knows each expert shard by its name, shape and offset, which are the same on every EP rank: all but one of them are thrown away. Only FULL_STATE_DICT gathers them; axolotl raises for another type.',
    source: `axolotl-ai-cloud/axolotl@091ac712: ${FOLDER}/args.py (validate_expert_parallel_topology)`,
    limits: 'Only where another type is written. Versions before that check saved such checkpoints.',
    example: {
      language: 'yaml',
      bad: 'expert_parallel_size: 4\nfsdp_config:\n  state_dict_type: SHARDED_STATE_DICT',
      good: 'expert_parallel_size: 4\nfsdp_config:\n  state_dict_type: FULL_STATE_DICT',
    },
    check(context) {
      const ep = context.written('layout.ep');
      if (!ep || !(Number(ep.value) > 1)) return [];
      const types = ['axolotl.stateDictType', 'axolotl.finalStateDictType'];
      return types.flatMap((name) => {
        const type = context.written(name);
        if (!type || type.value === 'FULL_STATE_DICT') return [];
        return report(
          [type, ep],
          `${type.key} ${type.value} keeps the experts of one EP group only: use FULL_STATE_DICT.`,
          { fixes: setTo(context, type, type.key, ['FULL_STATE_DICT']) },
        );
      });
    },
  },
];
