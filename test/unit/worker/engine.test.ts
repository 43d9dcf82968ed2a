import { expect, test } from 'vitest';
import { Engine } from '../../../src/worker/engine';

const config = (experts: number) =>
  JSON.stringify({
    architectures: ['MixtralForCausalLM'],
    model_type: 'mixtral',
    hidden_size: 1024,
    intermediate_size: 2048,
    num_attention_heads: 16,
    num_key_value_heads: 4,
    num_hidden_layers: 4,
    num_local_experts: experts,
    num_experts_per_tok: 4,
    vocab_size: 32_000,
  });
const SCRIPT = 'vllm serve ./model --tensor-parallel-size 8 --enable-expert-parallel\n';
const MODEL = 'file:///w/model/config.json';
const SERVE = 'file:///w/serve.sh';
const OTHER = 'file:///v/serve.sh';

const expertsOf = (engine: Engine, file: string) =>
  engine.analyse(file, {}, []).jobs[0]?.scenario?.model.routedExperts;

test('a model file names the scripts that run another model with it', () => {
  const engine = new Engine();
  engine.setDocument(SERVE, SCRIPT);
  engine.setDocument(OTHER, SCRIPT.replace('./model', './elsewhere'));
  expect(engine.analyse(SERVE, {}, []).wanted).toEqual(['model/config.json']);
  engine.analyse(OTHER, {}, []);

  expect(engine.setDocument(MODEL, config(64))).toEqual({ recognised: true, affects: [SERVE] });
  expect(expertsOf(engine, SERVE)).toBe(64);
  expect(engine.setDocument(MODEL, config(64)).affects, 'the same text').toEqual([]);
  expect(engine.setDocument(MODEL, config(32)).affects).toEqual([SERVE]);
  expect(expertsOf(engine, SERVE)).toBe(32);
  expect(engine.setDocument(MODEL, null)).toEqual({ recognised: false, affects: [SERVE] });
  expect(engine.analyse(SERVE, {}, []).wanted).toEqual(['model/config.json']);
});

test('a script affects nothing, and one that nobody asked for is not affected', () => {
  const engine = new Engine();
  engine.setDocument(SERVE, SCRIPT);
  expect(engine.setDocument(MODEL, config(64)).affects).toEqual([]);
  expect(expertsOf(engine, SERVE)).toBe(64);
  expect(engine.setDocument(SERVE, `${SCRIPT}\n`).affects).toEqual([]);
});

test('a thousand scripts that share a model each have their job', () => {
  const engine = new Engine();
  engine.setDocument(MODEL, config(64));
  for (let i = 0; i < 1000; i++) engine.setDocument(`file:///w/${i}.sh`, SCRIPT);
  for (let i = 0; i < 1000; i++) expect(engine.analyse(`file:///w/${i}.sh`, {}, []).jobs).toHaveLength(1);
});
