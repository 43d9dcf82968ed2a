import { describe, expect, it } from 'vitest';
import { mustRead, valuesOf } from './facts';

const config = (model: string): string =>
  'trainer:\n  num_nodes: 2\n  devices: 8\n  precision: bf16-mixed\nmodel:\n  mcore_gpt: true\n' +
  '  tensor_model_parallel_size: 2\n  expert_model_parallel_size: 8\n  num_moe_experts: 8\n  num_layers: 32\n' +
  `  hidden_size: 4096\n  ffn_hidden_size: 14336\n${model}`;

describe('configs of NeMo 1', () => {
  it('say lengths, recomputation, precision and sharding in their own words', () => {
    const document = mustRead(
      'mixtral.yaml',
      config(
        '  encoder_seq_length: 4096\n  activation: fast-swiglu\n  activations_checkpoint_granularity: full\n' +
          '  activations_checkpoint_method: block\n  activations_checkpoint_num_layers: 2\n' +
          '  tokenizer:\n    library: huggingface\n    type: mistralai/Mixtral-8x7B-v0.1\n' +
          '  optim:\n    name: mcore_distributed_optim\n  data:\n    seq_length: 8192\n',
      ),
    );
    expect(valuesOf(document.facts)).toMatchObject({
      'workload.sequenceLength': 4096,
      'workload.recompute': 'full',
      'workload.recomputeMethod': 'block',
      'workload.recomputeLayers': 2,
      'workload.precision': 'bf16',
      'workload.sharding': 'optimizer',
      'model.mlpMatrices': 3,
      'model.expertIntermediateSize': 14336,
      'cluster.nodes': 2,
    });
    expect(document.models.map(({ value }) => value)).toEqual(['mistralai/Mixtral-8x7B-v0.1']);
  });

  it('take the length of the data, FP8 and what Apex shards', () => {
    const text = config(
      '  fp8: true\n  optim:\n    name: distributed_fused_adam\n  data:\n    seq_length: 8192\n',
    );
    expect(valuesOf(mustRead('gpt.yaml', text).facts)).toMatchObject({
      'workload.sequenceLength': 8192,
      'workload.precision': 'fp8',
      'workload.sharding': 'gradients',
    });
  });

  it('leave experts’ width open where layers are no attention', () => {
    const facts = valuesOf(mustRead('jamba.yaml', config('  position_embedding_type: "none"\n')).facts);
    expect(facts).not.toHaveProperty('model.expertIntermediateSize');
  });
});
