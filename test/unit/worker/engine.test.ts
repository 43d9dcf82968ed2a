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

const OPTIONS = 'file:///w/opts.yaml';
const WITH_OPTIONS = 'vllm serve Qwen/Qwen3-30B-A3B --config opts.yaml --tensor-parallel-size 2\n';
const options = (redundant: number) =>
  `data-parallel-size: 4\nenable-expert-parallel: true\nenable-eplb: true\neplb-config: '{"num_redundant_experts": ${redundant}}'\n`;

test('a script asks for the files that complete it, and is told when one of them changes', () => {
  const engine = new Engine();
  engine.setDocument(SERVE, WITH_OPTIONS);
  expect(engine.analyse(SERVE, {}, []).wantedFiles).toEqual(['opts.yaml']);
  expect(engine.setDocument(OPTIONS, options(8)).affects).toEqual([SERVE]);
  const complete = engine.analyse(SERVE, {}, []);
  expect(complete.wantedFiles).toEqual([]);
  expect(complete.jobs[0]?.scenario?.layout).toMatchObject({ tp: 2, dp: 4, ep: 8 });
  expect(engine.setDocument(OPTIONS, options(16)).affects).toEqual([SERVE]);
  expect(engine.setDocument('file:///w/else.yaml', options(16)).affects).toEqual([]);
  expect(engine.setDocument(OPTIONS, null).affects).toEqual([SERVE]);
  expect(engine.analyse(SERVE, {}, []).wantedFiles).toEqual(['opts.yaml']);
});

test('what a job finds in a file that completes it stands in that file, once', () => {
  const engine = new Engine();
  engine.setDocument(SERVE, WITH_OPTIONS);
  engine.setDocument(OPTIONS, options(3));
  const found = engine.analyse(SERVE, {}, []).findings.filter(({ rule }) => rule === 'VL004');
  expect(found.map(({ file }) => file)).toEqual([OPTIONS]);
  expect(engine.analyse(OPTIONS, {}, []).findings.filter(({ rule }) => rule === 'VL004')).toEqual([]);
});

test('a script that only starts another one is a job when that one is there', () => {
  const engine = new Engine();
  const submit = 'file:///w/submit.slurm';
  engine.setDocument(submit, '#SBATCH --nodes=2\nsrun bash serve.sh 4\n');
  expect(engine.analyse(submit, {}, [])).toMatchObject({
    document: null,
    jobs: [],
    wantedFiles: ['serve.sh'],
  });
  const inner = 'vllm serve openai/gpt-oss-20b -tp $1 --enable-expert-parallel\n';
  expect(engine.setDocument(SERVE, inner).affects).toEqual([submit]);
  const analysis = engine.analyse(submit, {}, []);
  expect(analysis.document).toMatchObject({ file: submit, framework: 'vllm' });
  expect(analysis.jobs[0]?.scenario?.layout).toMatchObject({ tp: 4, ep: 4 });
  expect(analysis.jobs[0]?.job.id).toBe(submit);
});

test('the user says which rules speak, and how loud', () => {
  const engine = new Engine();
  const script = 'vllm serve Qwen/Qwen3-30B-A3B --enable-eplb\n';
  engine.setDocument(SERVE, script);
  const severity = (...choices: [string[], Record<string, 'info'>?]) =>
    engine.analyse(SERVE, {}, ...choices).findings.find(({ rule }) => rule === 'VL001')?.severity;
  expect(severity([])).toBe('error');
  expect(severity([], { VL001: 'info' })).toBe('info');
  expect(severity(['VL001'])).toBeUndefined();
});

test('another text is looked at and forgotten', () => {
  const engine = new Engine();
  engine.setDocument(SERVE, SCRIPT);
  engine.setDocument(MODEL, config(64));
  const before = engine.analyse(SERVE, {}, []);
  const text = SCRIPT.replace('size 8', 'size 4');
  const trial = engine.analyseAs({ file: SERVE, text, settings: {}, disabled: [] });
  expect(trial.jobs[0]?.scenario?.layout.tp).toBe(4);
  expect(engine.analyse(SERVE, {}, [])).toEqual(before);
  engine.analyseAs({ file: OTHER, text, settings: {}, disabled: [] });
  expect(engine.analyse(OTHER, {}, []).document).toBeNull();
});
