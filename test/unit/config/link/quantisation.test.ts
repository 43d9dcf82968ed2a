import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../../src/config/link';
import { read, type SourceText } from '../../../../src/config/read';
import { Engine } from '../../../../src/worker/engine';
import { factOf, mustRead, textOf, valuesOf } from '../facts';

const MODEL = {
  model_type: 'qwen3_moe',
  hidden_size: 2048,
  num_hidden_layers: 4,
  num_attention_heads: 16,
  num_experts: 8,
  num_experts_per_tok: 2,
  moe_intermediate_size: 768,
  torch_dtype: 'bfloat16',
};
const QUANTISED =
  '{"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4", "group_size": 16}}';

const dtypeOf = (files: Readonly<Record<string, string>>, config = 'm/config.json') => {
  const sources: SourceText[] = Object.entries(files).map(([file, text]) => ({ file, text }));
  const document = read(sources.find(({ file }) => file === config)!)!;
  return linkJobs([document], { sources })[0]!;
};

describe('a quantised checkpoint whose config says 16 bits', () => {
  const text = JSON.stringify(MODEL);

  test('has the format that hf_quant_config.json beside it states', () => {
    const job = dtypeOf({ 'm/config.json': text, 'm/hf_quant_config.json': QUANTISED });
    const fact = job.facts.find(({ name }) => name === 'model.weightDtype')!;
    expect(fact).toMatchObject({ value: 'nvfp4', file: 'm/hf_quant_config.json', key: 'quant_algo' });
    expect(textOf(QUANTISED, fact)).toBe('NVFP4');
    expect(job.files).toEqual(['m/hf_quant_config.json']);
  });

  test('also where both files are named for their model', () => {
    const files = { 'm/a.config.json': text, 'm/a.hf_quant_config.json': QUANTISED };
    expect(valuesOf(dtypeOf(files, 'm/a.config.json').facts)['model.weightDtype']).toBe('nvfp4');
  });

  test('keeps its 16 bits without such a file, beside another model or with an unknown format', () => {
    const other = QUANTISED.replace('NVFP4', 'W2A2');
    for (const files of [
      { 'm/config.json': text },
      { 'm/config.json': text, 'n/hf_quant_config.json': QUANTISED },
      { 'm/config.json': text, 'm/hf_quant_config.json': other },
    ]) {
      expect(valuesOf(dtypeOf(files).facts)['model.weightDtype']).toBe('bf16');
    }
  });

  test('is not overruled where the config itself says how it is quantised', () => {
    const own = JSON.stringify({ ...MODEL, quantization_config: { quant_method: 'fp8' } });
    const job = dtypeOf({ 'm/config.json': own, 'm/hf_quant_config.json': QUANTISED });
    expect(valuesOf(job.facts)['model.weightDtype']).toBe('fp8');
    expect(job.missingFiles).toEqual([]);
  });

  test('asks for the file, and is another model once it is there', () => {
    const engine = new Engine();
    engine.setDocument('m/config.json', text);
    expect(engine.wantsOf('m/config.json').wantedFiles).toEqual(['hf_quant_config.json']);
    const { affects } = engine.setDocument('m/hf_quant_config.json', QUANTISED);
    expect(affects).toEqual(['m/config.json']);
    expect(engine.wantsOf('m/config.json').wantedFiles).toEqual([]);
  });
});

test('of mixed precision by layer, the routed experts decide', () => {
  const layers = {
    'model.layers.0.mlp.experts.0.w1': { quant_algo: 'NVFP4' },
    'model.layers.0.mlp.experts.0.w2': { quant_algo: 'NVFP4' },
    'model.layers.0.self_attn.q_proj': { quant_algo: 'MXFP8' },
  };
  const withLayers = (quantized_layers: object) =>
    mustRead(
      'config.json',
      JSON.stringify({ ...MODEL, quantization_config: { quant_algo: 'MIXED_PRECISION', quantized_layers } }),
    );
  expect(factOf(withLayers(layers), 'model.weightDtype').value).toBe('nvfp4');
  const uneven = { ...layers, 'model.layers.0.mlp.experts.0.w2': { quant_algo: 'FP8' } };
  expect(valuesOf(withLayers(uneven).facts)).not.toHaveProperty(['model.weightDtype']);
});
