// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text and templates.
import { describe, expect, test } from 'vitest';
import type { Fact, ReadDocument } from '../../../src/config/fact';
import { linkJobs } from '../../../src/config/link';
import { read } from '../../../src/config/read';
import { factOf, mustRead, textOf, valuesOf } from './facts';

function ofRole(document: ReadDocument, role: string, name: string): Fact {
  return factOf({ ...document, facts: document.facts.filter((fact) => fact.role === role) }, name);
}

const keyOf = (text: string, fact: Fact): string => text.slice(fact.keyRange.start, fact.keyRange.end);

const RECIPE = `name: "pair"
identity:
  model:
    repo: "deepseek-ai/DeepSeek-V3"
resources:
  gpu_type: "gb200"
  gpus_per_node: 4
  prefill_nodes: 6
  prefill_workers: 3
  decode_nodes: [4, 8]
backend:
  type: sglang
  sglang_config:
    prefill:
      tp-size: 8
      dp_size: "8"
      enable-dp-attention: true
      moe-a2a-backend: "deepep"
      deepep-mode: "normal"
    decode:
      tensor-parallel-size: 16
      data-parallel-size: 16
      expert-parallel-size: 16
      enable-dp-attention: true
      enable-eplb: false
      moe-a2a-backend: deepep
      ep-num-redundant-experts: 32 # slots
benchmark:
  isl: 8192
  osl: 1024
`;

describe('a recipe', () => {
  const document = mustRead('pair.yaml', RECIPE);
  const decode = 'backend.sglang_config.decode';

  test('has the facts of each role where they stand', () => {
    expect(document).toMatchObject({ framework: 'sglang', kind: 'launch', problems: [] });
    const slots = ofRole(document, decode, 'placement.redundantExperts');
    expect(slots).toMatchObject({ value: 32, key: 'ep-num-redundant-experts', state: 'literal' });
    expect([textOf(RECIPE, slots), keyOf(RECIPE, slots)]).toEqual(['32', 'ep-num-redundant-experts']);
    const dp = ofRole(document, 'backend.sglang_config.prefill', 'layout.dp');
    expect([dp.value, textOf(RECIPE, dp), keyOf(RECIPE, dp)]).toEqual([8, '8', 'dp_size']);
    expect(ofRole(document, decode, 'placement.eplb')).toMatchObject({ value: false, state: 'literal' });
    expect(ofRole(document, 'resources', 'cluster.gpusPerNode').value).toBe(4);
  });

  test('is one job per role', () => {
    const [prefill, other] = linkJobs([document]);
    expect([prefill?.id, other?.id]).toEqual(['pair.yaml#prefill', 'pair.yaml#decode']);
    expect(valuesOf(prefill!.facts)).toMatchObject({
      'workload.mode': 'prefill',
      'layout.tp': 8,
      'layout.ep': 8,
      'cluster.gpusPerNode': 4,
      'cluster.accelerator': 'gb200-nvl72',
      'cluster.nodes': 2,
      'workload.inputLength': 8192,
    });
    expect(valuesOf(other!.facts)).toMatchObject({ 'workload.mode': 'decode', 'layout.tp': 16 });
    expect(prefill).toMatchObject({
      preset: 'deepseek-ai/DeepSeek-V3',
      role: 'backend.sglang_config.prefill',
    });
  });

  test('of vLLM, with JSON inside', () => {
    const text = `backend:
  vllm_config:
    aggregated:
      tensor-parallel-size: 2
      data-parallel-size: 4
      enable-expert-parallel: true
      eplb-config: '{"num_redundant_experts": "16"}'
`;
    const recipe = mustRead('r.yaml', text);
    expect(recipe.framework).toBe('vllm');
    expect(valuesOf(recipe.facts)).toMatchObject({ 'layout.ep': 8, 'placement.redundantExperts': 16 });
    expect(factOf(recipe, 'layout.ep').state).toBe('derived');
    expect(textOf(text, factOf(recipe, 'placement.redundantExperts'))).toBe('16');
    expect(linkJobs([recipe]).map((job) => job.id)).toEqual(['r.yaml#aggregated']);
  });

  test('with variants: each completes the base, and a list says nothing certain', () => {
    const text = `base:
  resources:
    gpus_per_node: 4
  backend:
    sglang_config:
      prefill:
        tp-size: 4
      decode:
        context-length: 9600
zip_override_high:
  backend:
    sglang_config:
      decode:
        tp-size: [16, 24]
        ep-size: 8
`;
    const jobs = linkJobs([mustRead('v.yaml', text)]);
    expect(jobs.map((job) => job.id)).toEqual(['v.yaml#base.prefill', 'v.yaml#zip_override_high.decode']);
    const high = jobs[1]!.facts;
    expect(valuesOf(high)).toMatchObject({
      'layout.ep': 8,
      'workload.contextLength': 9600,
      'cluster.gpusPerNode': 4,
    });
    expect(high.find((fact) => fact.name === 'layout.tp')).toMatchObject({
      value: null,
      state: 'unresolved',
      expression: '[16, 24]',
    });
    expect(high.some((fact) => fact.name === 'layout.worldSize')).toBe(false);
  });

  test('half typed, templated and in conflict', () => {
    const text = RECIPE.replace('tp-size: 8', 'tp-size: {{ tp }}')
      .replace('tensor-parallel-size: 16', 'tensor-parallel-size:')
      .replace('data-parallel-size: 16', 'data-parallel-size: many');
    const half = mustRead('pair.yaml', text);
    expect(ofRole(half, 'backend.sglang_config.prefill', 'layout.tp').expression).toBe('{{ tp }}');
    expect(ofRole(half, decode, 'layout.tp').state).toBe('unresolved');
    expect(half.problems.map((problem) => problem.message)).toEqual([
      'data-parallel-size needs a whole number, not “many”.',
    ]);
    const conflict = RECIPE.replace('      deepep-mode', '<<<<<<< HEAD\n      deepep-mode').replace(
      '    decode:',
      '=======\n>>>>>>> theirs\n    decode:',
    );
    expect(() => read({ file: 'pair.yaml', text: conflict })).not.toThrow();
  });
});

const GROUP = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  labels: { llm-d.ai/role: decode }
spec:
  leaderWorkerTemplate:
    size: 2
    workerTemplate:
      spec:
        containers:
          - name: vllm
            image: vllm/vllm-openai:v0.22.1
            command: [/bin/bash, -c]
            args:
              - |-
                # the server
                START=$(( \${LWS_WORKER_INDEX:-0} * DP_SIZE_LOCAL ))
                exec vllm serve \\
                  deepseek-ai/DeepSeek-V3 \\
                  --enable-expert-parallel \\
                  --tensor-parallel-size $TP_SIZE \\
                  --data-parallel-size $((LWS_GROUP_SIZE * DP_SIZE_LOCAL)) \\
                  --data-parallel-size-local $DP_SIZE_LOCAL \\
                  --max-num-seqs 256
            env:
              - name: DP_SIZE_LOCAL
                value: "4"
              - { name: TP_SIZE, value: '1' }
              - name: HF_TOKEN
                valueFrom: { secretKeyRef: { name: t, key: k } }
            resources:
              limits:
                nvidia.com/gpu: "4"
`;

describe('a manifest', () => {
  test('whose group has a size that envsubst fills in: no default of the script stands in for it', () => {
    const text = GROUP.replace(/size: \d+/, 'size: ${PODS}')
      .replace('$TP_SIZE', '$GPUS')
      .replace('# the server', 'if [ "${LWS_GROUP_SIZE:-1}" -gt 1 ]; then GPUS=8; else GPUS=1; fi');
    expect(text).toContain('${PODS}');
    const document = mustRead('lws.yaml', text);
    expect(factOf(document, 'layout.tp')).toMatchObject({ value: null, state: 'unresolved' });
    expect(factOf(document, 'layout.dp')).toMatchObject({ value: null, state: 'unresolved' });
  });

  test('with a script in a block: every place is that of the file', () => {
    const document = mustRead('lws.yaml', GROUP);
    expect(document).toMatchObject({ framework: 'vllm', title: 'vLLM manifest', problems: [] });
    const tp = factOf(document, 'layout.tp');
    expect([tp.value, tp.state, textOf(GROUP, tp)]).toEqual([1, 'constant', '$TP_SIZE']);
    const assigned = tp.via!.at(-1)!.range;
    expect(GROUP.slice(assigned.start - 1, assigned.end + 1)).toBe("'1'");
    const seqs = factOf(document, 'workload.concurrency');
    expect([textOf(GROUP, seqs), keyOf(GROUP, seqs), seqs.state]).toEqual([
      '256',
      '--max-num-seqs',
      'literal',
    ]);
    expect(factOf(document, 'layout.dpLocal').value).toBe(4);
    expect(factOf(document, 'kubernetes.groupSize').value).toBe(2);
    expect(factOf(document, 'cluster.gpusPerNode')).toMatchObject({ value: 4, state: 'derived' });
    expect(factOf(document, 'workload.mode').value).toBe('decode');
    const { range } = document.models[0]!;
    expect(GROUP.slice(range.start, range.end)).toBe('deepseek-ai/DeepSeek-V3');
  });

  test('the size of the group is what the operator says it is', () => {
    const dp = factOf(mustRead('lws.yaml', GROUP), 'layout.dp');
    expect(dp).toMatchObject({ value: 8, state: 'constant' });
    // The manifest's own variable goes before the operator's.
    const known = GROUP.replace('env:\n', 'env:\n              - { name: LWS_GROUP_SIZE, value: "4" }\n');
    expect(valuesOf(mustRead('lws.yaml', known).facts)).toMatchObject({ 'layout.dp': 16, 'layout.ep': 16 });
  });

  test('a size that somebody else fills in stays open', () => {
    for (const text of [
      GROUP.replace('    size: 2\n', ''),
      GROUP.replace('size: 2', 'size: {{ .Values.pods }}'),
    ]) {
      expect(factOf(mustRead('lws.yaml', text), 'layout.dp')).toMatchObject({
        state: 'unresolved',
        expression: '$((LWS_GROUP_SIZE * DP_SIZE_LOCAL))',
      });
    }
  });

  const SERVICES = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec:
  envs:
    - { name: EP, value: "8" }
  services:
    Frontend:
      replicas: 1
    decode:
      resources: { limits: { gpu: "8" } }
      extraPodSpec:
        mainContainer:
          command: [python3, -m, dynamo.sglang]
          args:
            - --model-path
            - deepseek-ai/DeepSeek-R1
            - --tp
            - "8"
            - --ep-size=$(EP)
    VllmPrefillWorker:
      extraPodSpec:
        mainContainer:
          command: [python3, -m, dynamo.sglang]
          args: [--tp, '4']
`;

  test('with services: one job each', () => {
    const document = mustRead('dynamo.yaml', SERVICES);
    const tp = ofRole(document, 'decode', 'layout.tp');
    expect([tp.value, tp.state, textOf(SERVICES, tp), keyOf(SERVICES, tp)]).toEqual([
      8,
      'literal',
      '8',
      '--tp',
    ]);
    const ep = ofRole(document, 'decode', 'layout.ep');
    expect([ep.value, ep.state]).toEqual([8, 'constant']);
    expect(SERVICES.slice(ep.via!.at(-1)!.range.start - 1, ep.via!.at(-1)!.range.end + 1)).toBe('"8"');
    const jobs = linkJobs([document]);
    expect(jobs.map((job) => [job.id, valuesOf(job.facts)['workload.mode'], job.preset])).toEqual([
      ['dynamo.yaml#decode', 'decode', 'deepseek-ai/DeepSeek-V3'],
      ['dynamo.yaml#VllmPrefillWorker', 'prefill', null],
    ]);
  });

  test("without a command the image's own program runs; two containers are two jobs", () => {
    const text = `kind: Deployment
spec: { template: { spec: { containers: [ { image: "vllm/vllm-openai:latest", args: ["--model", "m", "-tp", "4"] } ] } } }
---
kind: Deployment
spec: { template: { spec: { containers: [ { image: x, command: ["vllm", "serve", "n"], args: ["-tp=2"] } ] } } }
`;
    const document = mustRead('two.yaml', text);
    expect(document.facts.filter((fact) => fact.name === 'layout.tp').map((fact) => fact.value)).toEqual([
      4, 2,
    ]);
    expect(document.models.map((model) => model.value)).toEqual(['m', 'n']);
    expect(linkJobs([document]).map((job) => job.id)).toEqual(['two.yaml#1', 'two.yaml#2']);
  });

  test("of a group: the workers run the leader's command", () => {
    const pod = (tp: number) => `{ containers: [ { command: [vllm, serve, m], args: ['-tp', '${tp}'] } ] }`;
    const text = `leaderWorkerTemplate:\n  leaderTemplate: ${pod(4)}\n  workerTemplate: ${pod(4)}\n`;
    expect(linkJobs([mustRead('lws.yaml', text)])).toHaveLength(1);
  });

  test('with half-typed arguments says so where they stand', () => {
    const text =
      'containers:\n  - command: [vllm, serve, m]\n    args: ["-tp", "two", --data-parallel-size]\n';
    const { problems } = mustRead('d.yaml', text);
    expect(problems.map(({ message, range }) => [message, text.slice(range.start, range.end)])).toEqual([
      ['-tp needs a whole number, not “two”.', 'two'],
      ['--data-parallel-size needs a whole number.', '--data-parallel-size'],
    ]);
    expect(() => read({ file: 'd.yaml', text: `<<<<<<< HEAD\n${text}=======\n>>>>>>> b\n` })).not.toThrow();
  });

  test('of Helm is read around its templates', () => {
    const text = `kind: Deployment
{{- if .Values.enabled }}
spec:
  containers:
    - image: "{{ .Values.image }}"
      command: ["vllm", "serve"]
      args:
        {{- range .Values.extra }}
        - {{ . }}
        {{- end }}
        - --tensor-parallel-size
        - "{{ .Values.tp }}"
        - --data-parallel-size=8
{{- end }}
`;
    const document = mustRead('templates/vllm.yaml', text);
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'layout.tp')).toMatchObject({
      state: 'unresolved',
      expression: '{{ .Values.tp }}',
    });
    const dp = factOf(document, 'layout.dp');
    expect([dp.value, textOf(text, dp)]).toEqual([8, '8']);
  });
});

test('a command of a Helm template goes on behind a condition on a line of its own', () => {
  const text = `spec:
  containers:
    - command: [/bin/sh, -c]
      args:
        - |
          vllm serve deepseek-ai/DeepSeek-V3 \\
            --tensor-parallel-size 8 \\
            {{- if .Values.long }}
            {{- with .Values.more }}
            --max-model-len 65536 \\
            {{- end }}
            {{- end }}
            --enable-expert-parallel
          ####
          echo {{ .Values.done }}
`;
  const document = mustRead('templates/vllm.yaml', text);
  expect(document.problems).toEqual([]);
  expect(valuesOf(document.facts)).toMatchObject({
    'layout.tp': 8,
    'workload.contextLength': 65536,
    'layout.ep': 8,
  });
  expect(textOf(text, factOf(document, 'layout.expertParallelEnabled'))).toBe('--enable-expert-parallel');
});

describe('files of options', () => {
  test('for --config', () => {
    const text = 'model: Qwen/Qwen3-30B-A3B\ntensor-parallel-size: 2\nenable-expert-parallel: true\n';
    const document = mustRead('vllm.yaml', text);
    expect(document).toMatchObject({ framework: 'vllm', title: 'vLLM options' });
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.tp': 2, 'layout.ep': 2 });
    expect(document.models[0]?.value).toBe('Qwen/Qwen3-30B-A3B');
    expect(mustRead('s.yaml', 'model-path: m\ntp-size: 4\ntensor-parallel-size: 4\n').framework).toBe(
      'sglang',
    );
  });

  test('of nested options', () => {
    const text = 'max-num-seqs: 4\neplb-config:\n  num_redundant_experts: 32\n';
    expect(valuesOf(mustRead('vllm.yaml', text).facts)['placement.redundantExperts']).toBe(32);
  });

  test.each([
    ['folded', '>-\n  --max-model-len 4096\n  --data-parallel-size 8\n  --enable-expert-parallel\n'],
    ['in lines', '|\n  --max-model-len 4096\n  --data-parallel-size 8\n  --enable-expert-parallel\n'],
    ['in quotes', '"--max-model-len 4096 --data-parallel-size 8 --enable-expert-parallel"\n'],
    ['plain', 'x --max-model-len 4096\n  --data-parallel-size 8 --enable-expert-parallel\n'],
  ])('as a string: %s', (_, written) => {
    const text = `model_name: "deepseek-ai/DeepSeek-R1"\nserver_args: ${written}`;
    const document = mustRead('eval.yaml', text);
    const dp = factOf(document, 'layout.dp');
    expect([dp.value, dp.state, textOf(text, dp), keyOf(text, dp)]).toEqual([
      8,
      'literal',
      '8',
      '--data-parallel-size',
    ]);
    expect(factOf(document, 'layout.ep')).toMatchObject({ value: 8, state: 'derived' });
    expect(document.models[0]?.value).toBe('deepseek-ai/DeepSeek-R1');
  });

  test('escapes have no letters of their own: the place is the whole string', () => {
    const text =
      'model_name: m\nserver_args: "-tp 2 --enable-expert-parallel --max-model-len 8 --x \\"a\\" --data-parallel-size 4"\n';
    const dp = factOf(mustRead('eval.yaml', text), 'layout.dp');
    expect([dp.value, dp.state]).toEqual([4, 'constant']);
    expect(textOf(text, dp)).toContain('--data-parallel-size 4');
  });
});

test.each([
  ['.github/workflows/ci.yml', 'on: push\njobs:\n  t:\n    steps:\n      - run: pip install vllm sglang\n'],
  [
    'deploy.yaml',
    'kind: Deployment\nspec:\n  containers:\n    - image: nginx\n      args: ["-g", "daemon off;"]\n',
  ],
  ['compose.yml', 'services:\n  web:\n    image: nginx\n    command: ["nginx", "-t"]\n'],
  ['a.yaml', 'server_args: "--port 8000 --host 0.0.0.0"\n'],
  ['a.yaml', 'backend:\n  vllm_config:\n'],
  ['a.yaml', 'vllm_config: {}\n'],
  ['a.json', '{"server_args": "--tensor-parallel-size 8"}'],
])('%s: %s is not one', (file, text) => {
  expect(read({ file, text })).toBeNull();
});

describe('several engines in one YAML file', () => {
  test('as commands under keys of their own', () => {
    const text = `model: deepseek-ai/DeepSeek-V3
deployment:
  - server_cmd: >
      vllm serve deepseek-ai/DeepSeek-V3
      --data-parallel-size 2 --tensor-parallel-size 8
      --enable-expert-parallel --additional-config '{"a": {"b": 1}}'
  - server_cmd: vllm serve deepseek-ai/DeepSeek-V3 --headless --tensor-parallel-size \${TP}
`;
    const document = mustRead('nightly.yaml', text);
    expect(document).toMatchObject({ framework: 'vllm', problems: [] });
    expect(linkJobs([document]).map(({ command, preset }) => [command, preset])).toEqual([
      [0, 'deepseek-ai/DeepSeek-V3'],
      [1, 'deepseek-ai/DeepSeek-V3'],
    ]);
    const ep = factOf(document, 'layout.ep', 0);
    expect([ep.value, textOf(text, factOf(document, 'layout.tp', 0))]).toEqual([16, '8']);
    expect(factOf(document, 'layout.tp', 1)).toMatchObject({ state: 'unresolved', expression: '${TP}' });
  });

  test('as lists of options', () => {
    const text = `model: Qwen/Qwen3-235B-A22B
templates:
  - node_index: 0
    cmd: [--data-parallel-size, "4", --tensor-parallel-size, "\${TP_SIZE}", --enable-expert-parallel]
  - cmd: [--data-parallel-size=8, --enable-expert-parallel]
`;
    const document = mustRead('pd.yaml', text);
    expect(document.problems).toEqual([]);
    expect(factOf(document, 'layout.dp', 1)).toMatchObject({ value: 8, state: 'literal' });
    expect(factOf(document, 'layout.tp', 0)).toMatchObject({ state: 'unresolved', expression: '${TP_SIZE}' });
    expect(linkJobs([document]).map(({ preset }) => preset)).toEqual(Array(2).fill('Qwen/Qwen3-235B-A22B'));
  });

  test('as maps of options, each with its role', () => {
    const text = `Common: { model: deepseek-ai/DeepSeek-R1, max-model-len: 16384 }
VllmWorker:
  tensor-parallel-size: 8
  enable-expert-parallel: true
sweep:
  - args: { --data-parallel-size: "16", --enable-expert-parallel: true }
`;
    const document = mustRead('graph.yaml', text);
    expect(linkJobs([document]).map(({ role }) => role)).toEqual(['VllmWorker', 'sweep.0.args']);
    expect(document.facts.filter(({ name }) => name === 'layout.ep').map(({ value }) => value)).toEqual([
      8, 16,
    ]);
    const sglang = mustRead('s.yaml', 'W:\n  tp: 16\n  dp-size: 16\n  enable-deepep-moe: true\n');
    expect(valuesOf(sglang.facts)).toMatchObject({ 'communication.backend': 'deepep', 'layout.ep': 16 });
  });

  test.each([
    'a: { max-model-len: 4096, dtype: auto }\n',
    'steps: [--port, "8000"]\n',
    'kind: Pod\napiVersion: v1\nspec: { args: [--tensor-parallel-size, "8"] }\n',
    'a: &a { b: *a, tensor-parallel-size: 2 }\n',
    'serve: { server_command: trtllm-serve serve, flags: { tp_size: 8 } }\n',
    'serve: { server_command: vllm serve, enable_expert_parallel: true, max_model_len: 4096 }\n',
  ])('%j holds none', (text) => {
    expect(read({ file: 'a.yaml', text })).toBeNull();
  });
});
