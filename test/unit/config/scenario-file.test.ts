import { describe, expect, test } from 'vitest';
import { mightBeOurs, read } from '../../../src/config/read';
import { Engine } from '../../../src/worker/engine';
import { mustRead } from './facts';

const SCRIPT = `EP=\${1:-8}
torchrun --nnodes $NNODES --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \\
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 --moe-token-dispatcher-type alltoall \\
    --tensor-model-parallel-size 1 --expert-model-parallel-size $EP --micro-batch-size 1 --global-batch-size 64
`;
const SCENARIO = '/w/scenarios/wide.moe.yaml';
const JOB = '/w/train.sh';

function engineWith(files: Readonly<Record<string, string>>): Engine {
  const engine = new Engine();
  for (const [file, text] of Object.entries(files)) engine.setDocument(file, text);
  return engine;
}
const jobsOf = (engine: Engine, file = SCENARIO) => engine.analyse(file, {}, []).jobs;

describe('a file is a scenario', () => {
  test.each([
    ['x.moe.yaml', 'job: train.sh'],
    ['x.moe.yml', 'layout: { ep: 8 }'],
    ['file:///w/My%20x.moe.yaml', 'model: DeepSeek-V3\n'],
    ['x.moe.yaml', 'model.topK: 4'],
  ])('by name and shape: %s %j', (file, text) => {
    expect(mightBeOurs(text, file)).toBe(true);
    expect(mustRead(file, text)).toMatchObject({ framework: 'moe-scope', kind: 'scenario' });
  });

  test.each([
    ['x.yaml', 'job: train.sh\nlayout: { ep: 8 }'],
    ['moe.yaml', 'layout: { ep: 8 }'],
    ['x.moe.yaml', 'replicas: 3'],
    ['x.moe.yaml', '- job: train.sh'],
    ['x.moe.yaml', 'job: { stage: build }'],
    ['x.moe.yaml', 'cluster: production'],
    ['x.moe.yaml', ''],
  ])('and by nothing less: %s %j', (file, text) => expect(read({ file, text })).toBeNull());

  test('whose fields are facts at their place', () => {
    const text = 'layout: { ep: 32 }\nmodel.router.groups: 1\nmodel:\n  config: x\ncluster:\n  nodes:\n';
    const { facts } = mustRead('x.moe.yaml', text);
    expect(facts.map(({ name, value, range }) => [name, value, text.slice(range.start, range.end)])).toEqual([
      ['layout.ep', 32, '32'],
      ['model.router.groups', 1, '1'],
    ]);
  });
});

describe('a scenario of a job', () => {
  const text = 'job: ../train.sh\nvariables: { "1": 16, NNODES: 4 }\ncluster: { accelerator: h200-sxm }\n';

  test('is that job with its answers and pins, and the job stays as it is', () => {
    const engine = engineWith({ [JOB]: SCRIPT, [SCENARIO]: text });
    const [job] = jobsOf(engine);
    expect(job?.job).toMatchObject({ id: SCENARIO, framework: 'megatron-lm' });
    expect(job?.scenario).toMatchObject({
      layout: { ep: 16, worldSize: 32 },
      cluster: { accelerator: 'h200-sxm', nodes: 4 },
    });
    expect(job?.provenance['cluster.accelerator']).toMatchObject({ kind: 'fact', fact: { file: SCENARIO } });
    expect(job?.provenance['layout.ep']).toMatchObject({
      kind: 'fact',
      fact: { file: JOB, state: 'constant' },
    });
    expect(jobsOf(engine, JOB)[0]?.scenario).toMatchObject({
      layout: { ep: 8 },
      cluster: { accelerator: 'h100-sxm' },
    });
  });

  test('asks for what it names, and for what that names', () => {
    const engine = engineWith({ [SCENARIO]: 'job: ../run/serve.sh\nvariables: { MODEL: ./tiny }\n' });
    expect(engine.analyse(SCENARIO, {}, [])).toMatchObject({
      wantedFiles: ['../run/serve.sh'],
      jobs: [
        {
          scenario: null,
          refusals: [
            {
              reason: 'part-not-found',
              fields: ['framework'],
              message: expect.stringContaining('../run/serve.sh is not found'),
            },
          ],
          provenance: { framework: { fact: { file: SCENARIO, range: { start: 'job: '.length } } } },
        },
      ],
    });
    expect(engine.setDocument('/w/run/serve.sh', 'vllm serve $MODEL -tp 2\n').affects).toEqual([SCENARIO]);
    expect(engine.analyse(SCENARIO, {}, []).wanted).toEqual(['../run/tiny/config.json']);
    const config =
      '{"model_type": "mixtral", "num_local_experts": 4, "hidden_size": 512, "num_hidden_layers": 2}';
    expect(engine.setDocument('/w/run/tiny/config.json', config).affects).toEqual([SCENARIO]);
    expect(jobsOf(engine)[0]?.job.model?.file).toBe('/w/run/tiny/config.json');
    expect(engine.analyse(SCENARIO, {}, []).wanted).toEqual([]);
  });

  test('follows the job, also when it goes', () => {
    const engine = engineWith({ [JOB]: SCRIPT, [SCENARIO]: text });
    jobsOf(engine);
    expect(engine.setDocument(JOB, SCRIPT.replace('--num-experts 64', '--num-experts 128')).affects).toEqual([
      SCENARIO,
    ]);
    expect(jobsOf(engine)[0]?.scenario?.model.routedExperts).toBe(128);
    expect(engine.setDocument(JOB, null).affects).toEqual([SCENARIO]);
    expect(jobsOf(engine)[0]?.scenario).toBeNull();
  });

  test('several scenarios of one script are several jobs', () => {
    const other = '/w/scenarios/narrow.moe.yaml';
    const engine = engineWith({ [JOB]: SCRIPT, [SCENARIO]: text, [other]: text.replace('16', '4') });
    expect([SCENARIO, other].map((file) => jobsOf(engine, file)[0]?.scenario?.layout.ep)).toEqual([16, 4]);
  });

  test('has the findings that it causes on its own lines, and none of those that the script has anyway', () => {
    const script = SCRIPT.replace('--moe-router-topk 4', '--moe-router-topk 128');
    const engine = engineWith({ [JOB]: script, [SCENARIO]: text.replace('16', '6') });
    const ofScript = engine.analyse(JOB, {}, []).findings.map(({ rule }) => rule);
    const { findings } = engine.analyse(SCENARIO, {}, []);
    expect(ofScript).toContain('GN006');
    expect(findings.map(({ rule }) => rule)).not.toContain('GN006');
    const indivisible = findings.find(({ rule }) => rule === 'MG002')!;
    expect(indivisible.file).toBe(SCENARIO);
    expect(text.replace('16', '6').slice(indivisible.range.start, indivisible.range.end)).toBe('6');
    expect(indivisible.related.map(({ file }) => file)).toContain(JOB);
    expect(indivisible.fixes[0]?.edits[0]?.file).toBe(SCENARIO);
  });

  test('says where the script cannot take an answer', () => {
    const engine = engineWith({ [JOB]: SCRIPT, [SCENARIO]: text.replace('16', 'many') });
    expect(engine.analyse(SCENARIO, {}, []).findings).toContainEqual(
      expect.objectContaining({
        rule: 'MS000',
        file: SCENARIO,
        message: expect.stringContaining('not “many”'),
      }),
    );
  });
});

test('a script that starts another one is a job too', () => {
  const inner =
    'vllm serve deepseek-ai/DeepSeek-V3 -tp $TP --data-parallel-size $1 --enable-expert-parallel\n';
  const engine = engineWith({
    '/w/run.sh': 'export TP\nsrun bash ./serve.sh $DP\n',
    [SCENARIO]: 'job: ../run.sh\nvariables: { TP: 2, DP: 16, PP: 1 }\n',
  });
  expect(engine.analyse(SCENARIO, {}, []).wantedFiles).toEqual(['.././serve.sh']);
  expect(engine.setDocument('/w/serve.sh', inner).affects).toContain(SCENARIO);
  const { jobs, findings } = engine.analyse(SCENARIO, {}, []);
  expect(jobs[0]?.scenario?.layout).toMatchObject({ tp: 2, dp: 16, ep: 32 });
  expect(findings.filter(({ rule }) => rule === 'SC005').map(({ message }) => message)).toEqual([
    'run.sh does not use PP: the answer changes nothing.',
  ]);
});

test('a pin decides as a what-if does, whatever follows from the files', () => {
  const serve =
    'vllm serve deepseek-ai/DeepSeek-V3 -tp 2 --data-parallel-size 4 --enable-expert-parallel --max-num-seqs 64 --max-model-len 8192\n';
  const pins = 'job: ../serve.sh\nlayout: { ep: 32 }\nworkload: { concurrency: 640, contextLength: 6000 }\n';
  const engine = engineWith({ '/w/serve.sh': serve, [SCENARIO]: pins });
  const [pinned] = jobsOf(engine);
  expect(pinned?.scenario).toMatchObject({
    layout: { tp: 2, dp: 16, ep: 32 },
    workload: { concurrency: 640, contextLength: 6000 },
  });
});

test('a value that its field cannot hold leaves the job as it is', () => {
  const engine = engineWith({
    [JOB]: SCRIPT,
    [SCENARIO]: 'job: ../train.sh\nvariables: { NNODES: 1 }\nlayout: { ep: -4 }\n',
  });
  expect(jobsOf(engine)[0]?.scenario?.layout.ep).toBe(8);
});

test('one part of a job by command or role', () => {
  const serve = 'vllm serve openai/gpt-oss-20b -tp 1 &\nvllm serve openai/gpt-oss-120b -tp 4 &\n';
  const engine = engineWith({ '/w/serve.sh': serve, [SCENARIO]: 'job: ../serve.sh\ncommand: 2\n' });
  expect(jobsOf(engine).map(({ job }) => [job.id, job.preset])).toEqual([
    [`${SCENARIO}#2`, 'openai/gpt-oss-120b'],
  ]);
  engine.setDocument(SCENARIO, 'job: ../serve.sh\n');
  expect(jobsOf(engine)).toHaveLength(2);
});

test('a model in place of the one that the job runs', () => {
  const engine = engineWith({
    [JOB]: SCRIPT,
    [SCENARIO]: 'job: ../train.sh\nmodel: DeepSeek-V3\nvariables: { NNODES: 1 }\n',
  });
  expect(jobsOf(engine)[0]?.scenario).toMatchObject({
    model: { routedExperts: 256, hiddenSize: 7168 },
    layout: { ep: 8 },
  });
});

test('a scenario of its own', () => {
  const own =
    'model: DeepSeek-V3\nmodel.topK: 4\nlayout: { ep: 32 }\nworkload: { mode: decode, concurrency: 2048 }\n';
  const [job] = jobsOf(engineWith({ [SCENARIO]: own }));
  expect(job?.job).toMatchObject({ framework: 'moe-scope', preset: 'deepseek-ai/DeepSeek-V3' });
  expect(job?.scenario).toMatchObject({
    model: { topK: 4, routedExperts: 256 },
    layout: { ep: 32, worldSize: 32 },
  });
});
