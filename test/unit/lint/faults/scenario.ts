import type { Dialect, Family } from './fault';
import { loadsOf8 } from './models';
import { yamlForms } from './tree-forms';
import { treeDialects } from './trees';

/** A script that takes its EP from outside. */
const SCRIPT = `EP=\${1:-8}
torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \\
  --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
  --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 --moe-token-dispatcher-type alltoall --disable-bias-linear --sequence-parallel \\
  --tensor-model-parallel-size \${TENSOR:-1} --expert-model-parallel-size $EP \\
  --expert-tensor-parallel-size 1 --micro-batch-size 1 --global-batch-size 64
`;
/** The same without a fallback. */
const OPEN = SCRIPT.replace('EP=${1:-8}\n', '').replace('$EP', '$NUMBER');

const beside = (dialect: Dialect): Dialect => ({
  ...dialect,
  write(options) {
    const written = dialect.write(options);
    return written && { ...written, 'train.sh': SCRIPT };
  },
});

/** Scenario files, with a job of their own or beside a script. */
export const scenarioFamily: Family = {
  name: 'scenario files',
  bases: {
    serving: {
      model: 'deepseek-ai/DeepSeek-V3',
      'cluster.accelerator': 'h200-sxm',
      'cluster.nodes': 4,
      'layout.ep': 32,
      'workload.mode': 'decode',
    },
    script: {
      job: 'train.sh',
      'cluster.accelerator': 'h200-sxm',
      'variables.TENSOR': 2,
      'layout.sequenceParallel': true,
    },
  },
  dialects: treeDialects({
    name: 'scenario file',
    framework: 'moe-scope',
    file: 'x.moe.yaml',
    forms: yamlForms,
  }).map(beside),
  faults: [
    { rule: 'SC001', set: { 'layout.ep': null, 'layout.epp': 32 } },
    { rule: 'SC002', set: { 'layout.ep': 'many' } },
    { rule: 'SC003', set: { model: 'DeepSeek-V33' } },
    { rule: 'SC004', set: { command: 3 }, base: 'script' },
    { rule: 'SC005', set: { 'variables.TENSORS': 2 }, base: 'script' },
    { rule: 'SC006', set: { 'layout.ep': 4 }, base: 'script' },
    { rule: 'AF001', set: { 'routing.file': 'elsewhere.json' } },
    { rule: 'AF002', set: { 'routing.file': 'loads.json' }, files: loadsOf8 },
    { rule: 'AF002', set: { 'placement.file': 'loads.json' }, files: loadsOf8 },
    { rule: 'SC007', set: { job: 'open.sh' }, base: 'script', files: { 'open.sh': OPEN } },
  ],
  exceptions: [],
};
