import { describe, expect, it } from 'vitest';
import { mustRead, valuesOf } from './facts';

/** Megatron-Core's options in files that leave the others to something else. */
describe('what is stated of training, though the rest stands elsewhere', () => {
  it('is read from a trainer’s YAML', () => {
    const yaml =
      'model_name_or_path: Qwen/Qwen3-30B-A3B\nbf16: true\npipeline_model_parallel_size: 4\nexpert_model_parallel_size: 2\n' +
      'use_distributed_optimizer: true\n';
    expect(valuesOf(mustRead('sft.yaml', yaml).facts)).toMatchObject({
      'workload.sharding': 'optimizer',
      'workload.precision': 'bf16',
    });
  });

  it('is read from a script whose model another file describes', () => {
    const script =
      'source models/qwen3-30B-A3B.sh\n' +
      'python train.py --tensor-model-parallel-size 4 --expert-model-parallel-size 8 --use-distributed-optimizer ' +
      '--optimizer-cpu-offload --optimizer-offload-fraction 0.5 --fp8-format hybrid --fp8-recipe blockwise ${MODEL_ARGS[@]}\n';
    const facts = valuesOf(mustRead('run.sh', script).facts);
    expect(facts).toMatchObject({
      'workload.sharding': 'optimizer',
      'workload.optimizerOffload': 0.5,
      'workload.precision': 'fp8-blockwise',
    });
    const off = script.replace('--optimizer-cpu-offload ', '').replace('fraction 0.5', 'fraction $F');
    expect(valuesOf(mustRead('run.sh', off).facts)).not.toHaveProperty('workload.optimizerOffload');
    // Without a word nothing is known of them.
    expect(facts).not.toHaveProperty('workload.gradientDtype');
  });

  it('is read from overrides of a recipe', () => {
    const yaml =
      'model:\n  expert_model_parallel_size: 8\ntrain:\n  train_iters: 10\nddp:\n  use_megatron_fsdp: true\n' +
      '  use_distributed_optimizer: true\n  data_parallel_sharding_strategy: optim_grads\n';
    expect(valuesOf(mustRead('fsdp.yaml', yaml).facts)).toMatchObject({ 'workload.sharding': 'gradients' });
  });
});
