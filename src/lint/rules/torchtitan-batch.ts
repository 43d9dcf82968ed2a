import { divisors, neighbours, orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { factorsAndProduct, report, setTo, sureNumber } from './common';
import { torchtitan } from './torchtitan';

const PIPELINE = 'pytorch/torchtitan@02ef790c: torchtitan/distributed/pipeline_parallel.py';

/** A number that is written, or its default; `undefined` where it cannot be seen. */
function orDefault(context: RuleContext, name: string, value: number): number | undefined {
  return context.unresolved(name) ? undefined : (context.number(name) ?? value);
}

/** Rules on how torchtitan parts sequences, batches and layers. */
export const torchtitanBatchRules: readonly Rule[] = [
  {
    code: 'TT005',
    name: 'torchtitan/sequence-divides-ranks',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The sequence does not divide over TP and CP',
    why: 'Sequence parallelism cuts a sequence into TP parts, context parallelism into two per rank, so that every rank has as much to attend to. torchtitan asserts that the sequence divides by TP × 2 × CP.',
    source:
      'pytorch/torchtitan@0119de15: torchtitan/distributed/parallel_dims.py (seq_len_divisor); the parallelize function of each model',
    example: {
      language: 'toml',
      bad: 'seq_len = 4100\ntensor_parallel_degree = 8',
      good: 'seq_len = 4096\ntensor_parallel_degree = 8',
    },
    check(context) {
      const length = context.written('workload.sequenceLength');
      const [tp, cp] = ['layout.tp', 'layout.cp'].map((name) => sureNumber(context, name));
      const n = Number(length?.value);
      if (!length || !tp || !cp || !(n > 0) || tp * cp === 1) return [];
      const parts = tp * 2 * cp;
      if (n % parts === 0) return [];
      const shown = factorsAndProduct([
        ['TP', tp],
        ['2 × CP', 2 * cp],
      ]);
      const near = [Math.floor(n / parts), Math.ceil(n / parts)].filter((m) => m > 0).map((m) => m * parts);
      return report(
        [length, context.written('layout.tp'), context.written('layout.cp')],
        `A sequence of ${n} tokens does not divide by ${shown}: use ${orList(near)}.`,
        { fixes: setTo(context, length, length.key, near) },
      );
    },
  },
  {
    code: 'TT006',
    name: 'torchtitan/microbatches-of-pipeline',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The local batch does not divide into microbatches',
    why: 'With pipeline parallelism the local batch goes through the stages in microbatches of pipeline_parallel_microbatch_size. torchtitan raises when they do not divide it.',
    source: `${PIPELINE} (build_pipeline_schedule)`,
    example: {
      language: 'toml',
      bad: 'local_batch_size = 8\npipeline_parallel_degree = 2\npipeline_parallel_microbatch_size = 3',
      good: 'local_batch_size = 8\npipeline_parallel_degree = 2\npipeline_parallel_microbatch_size = 2',
    },
    check(context) {
      const size = context.written('torchtitan.pipelineMicrobatchSize');
      const batch = context.written('workload.microBatchSize');
      const pp = context.written('layout.pp');
      const [n, all] = [Number(size?.value), Number(batch?.value)];
      if (!size || !batch || !(Number(pp?.value) > 1) || !(n > 0) || !(all > 0) || all % n === 0) return [];
      const near = neighbours(divisors(all), n);
      return report(
        [size, batch, pp],
        `A local batch of ${all} does not divide into microbatches of ${n}: use ${orList(near)}.`,
        { fixes: setTo(context, size, size.key, near) },
      );
    },
  },
  {
    code: 'TT007',
    name: 'torchtitan/layers-per-stage',
    severity: 'error',
    frameworks: torchtitan,
    summary: 'The layers per stage make a number of stages that PP does not have',
    why: 'pipeline_parallel_layers_per_stage says how many layers a stage has; embedding and output count as one each. The stages that follow must divide by PP, and make one per rank with the 1F1B and GPipe schedules, more with the others. torchtitan raises otherwise.',
    source: `${PIPELINE} (pipeline_llm)`,
    limits: 'Only for flavors that are published models.',
    example: {
      language: 'toml',
      bad: '# 27 layers, 8 stages\npipeline_parallel_degree = 3\npipeline_parallel_layers_per_stage = 4',
      good: '# 27 layers, 6 stages\npipeline_parallel_degree = 3\npipeline_parallel_layers_per_stage = 5',
    },
    check(context) {
      const each = context.written('torchtitan.layersPerStage');
      const [layers, pp] = [context.number('model.layers'), context.number('layout.pp')];
      const ends = ['first', 'last'].map((end) => orDefault(context, `torchtitan.${end}StageLessLayers`, 1));
      const [input, output] = ends;
      const perStage = Number(each?.value);
      if (!each || !(perStage > 0) || !layers || !pp || pp < 2) return [];
      if (input === undefined || output === undefined) return [];
      const stages = Math.ceil((layers + input + output) / perStage);
      if (stages % pp === 0) return [];
      return report(
        [each, context.written('layout.pp')],
        `${layers} layers, ${perStage} in a stage, make ${stages} stages, which do not divide by PP ${pp}.`,
      );
    },
  },
];
