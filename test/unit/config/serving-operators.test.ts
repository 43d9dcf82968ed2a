// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text and templates.
import { describe, expect, test } from 'vitest';
import type { Fact, ReadDocument } from '../../../src/config/fact';
import { linkJobs } from '../../../src/config/link';
import { factOf, mustRead, textOf, valuesOf } from './facts';

const ofRole = (document: ReadDocument, role: string | undefined): ReadDocument => ({
  ...document,
  facts: document.facts.filter((fact) => fact.role === role),
});
const lineOf = (text: string, fact: Fact): number => text.slice(0, fact.range.start).split('\n').length;

describe('a Compose file', () => {
  const text = `services:
  small:
    image: \${IMAGE:-ghcr.io/llm-d/llm-d-xpu:v0.7.0}
    entrypoint: [vllm, serve]
    environment:
      - VLLM_ALL2ALL_BACKEND=deepep_low_latency
    command:
      - Qwen/Qwen3-30B-A3B
      - --tensor-parallel-size=\${TP:-2}
      - --enable-expert-parallel
  line:
    image: vllm/vllm-openai:latest
    command: >-
      --model openai/gpt-oss-120b --tensor-parallel-size 4
      --data-parallel-size \${DP}
  cache:
    image: redis
`;
  const document = mustRead('docker-compose.yml', text);

  test('is a job per service that starts a server', () => {
    const jobs = linkJobs([document]);
    expect(jobs.map(({ id, preset }) => [id, preset])).toEqual([
      ['docker-compose.yml#small', 'Qwen/Qwen3-30B-A3B'],
      ['docker-compose.yml#line', 'openai/gpt-oss-120b'],
    ]);
  });

  test('fills in its own variables and reads both spellings of commands and environments', () => {
    const small = ofRole(document, 'small');
    expect(valuesOf(small.facts)).toMatchObject({
      'layout.tp': 2,
      'layout.ep': 2,
      'communication.backend': 'deepep_low_latency',
    });
    expect(factOf(small, 'layout.tp').state).toBe('constant');
    const line = ofRole(document, 'line');
    const tp = factOf(line, 'layout.tp');
    expect([tp.value, textOf(text, tp), lineOf(text, tp)]).toEqual([4, '4', 14]);
    expect(factOf(line, 'layout.dp')).toMatchObject({ state: 'unresolved', expression: '${DP}' });
  });

  test('is no Kubernetes manifest: there a command takes the place of the image’s program', () => {
    const pod = `apiVersion: v1
kind: Pod
services:
  x:
    image: vllm/vllm-openai
    command: [sleep, --tensor-parallel-size, "4"]
`;
    expect(() => mustRead('pod.yaml', pod)).toThrow();
  });
});

describe('NVIDIA Dynamo', () => {
  const engines = `apiVersion: v1
kind: ConfigMap
metadata:
  name: engines
data:
  prefill.yaml: |
    tensor_parallel_size: 4
    moe_expert_parallel_size: 4
    enable_attention_dp: true
  decode.yaml: |
    tensor_parallel_size: 32
    moe_expert_parallel_size: 32
    moe_config:
      backend: WIDEEP
      load_balancer:
        num_slots: 288
---
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec:
  services:
    prefill:
      subComponentType: prefill
      extraPodSpec:
        mainContainer:
          command: [/bin/sh, -c]
          args:
            - python3 -m dynamo.trtllm --model-path /cache/deepseek-r1 --extra-engine-args /config/prefill.yaml
    decode:
      subComponentType: decode
      multinode:
        nodeCount: 8
      resources:
        limits:
          gpu: "4"
      extraPodSpec:
        mainContainer:
          command: [python3, -m, dynamo.trtllm]
          args: [--extra-engine-args, /config/decode.yaml, --tensor-parallel-size, "8", --disaggregation-mode, decode]
`;

  test('takes the engine’s arguments from the ConfigMap that the container mounts', () => {
    const document = mustRead('deploy.yaml', engines);
    expect(document).toMatchObject({ framework: 'trtllm', title: 'TensorRT-LLM manifest', problems: [] });
    const decode = ofRole(document, 'decode');
    expect(valuesOf(decode.facts)).toMatchObject({
      'layout.ep': 32,
      'layout.etp': 1,
      'trtllm.numSlots': 288,
      'placement.eplb': true,
      'cluster.nodes': 8,
      'cluster.gpusPerNode': 4,
      'workload.mode': 'decode',
    });
    // The file overwrites the command line.
    const tp = factOf(decode, 'layout.tp');
    expect([tp.value, textOf(engines, tp), lineOf(engines, tp)]).toEqual([32, '32', 11]);
    expect(linkJobs([document]).map((job) => job.id)).toEqual(['deploy.yaml#prefill', 'deploy.yaml#decode']);
  });

  test('without that file nothing is at its default', () => {
    const document = mustRead('deploy.yaml', engines.slice(engines.indexOf('apiVersion: nvidia')));
    const prefill = ofRole(document, 'prefill');
    expect(prefill.facts.some((fact) => fact.name === 'layout.ep' || fact.state === 'default')).toBe(false);
    expect(valuesOf(prefill.facts)).toMatchObject({ 'trtllm.config': '/config/prefill.yaml' });
  });

  test('of the newer kind has its roles in the components’ names', () => {
    const text = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
spec:
  components:
    - name: PrefillWorker
      podTemplate:
        spec:
          containers:
            - command: [python3, -m, dynamo.vllm]
              args: [--is-prefill-worker, --model, Qwen/Qwen3-30B-A3B, --tensor-parallel-size, "4"]
    - name: Worker
      podTemplate:
        spec:
          containers:
            - command: [python3, -m, dynamo.vllm]
              args: [--disaggregation-mode, decode, --model, Qwen/Qwen3-30B-A3B]
`;
    const jobs = linkJobs([mustRead('d.yaml', text)]);
    expect(jobs.map((job) => [job.id, valuesOf(job.facts)['workload.mode']])).toEqual([
      ['d.yaml#PrefillWorker', 'prefill'],
      ['d.yaml#Worker', 'decode'],
    ]);
  });
});

test('a variable of Kubernetes stands where it is written', () => {
  const text = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: DisaggregatedSet
spec:
  roles:
  - name: decode
    spec:
      leaderWorkerTemplate:
        size: 2
        workerTemplate:
          spec:
            containers:
            - command: [python3, -m, sglang.launch_server, --tp-size, "16", --nnodes, $(LWS_GROUP_SIZE)]
`;
  const document = mustRead('d.yaml', text);
  const nodes = factOf(document, 'cluster.nodes');
  expect(nodes).toMatchObject({ value: 2, state: 'constant', role: 'decode' });
  expect(textOf(text, nodes)).toBe('$(LWS_GROUP_SIZE)');
  const other = text.replace('LWS_GROUP_SIZE', 'NODE_COUNT');
  const open = factOf(mustRead('d.yaml', other), 'cluster.nodes');
  expect(open).toMatchObject({ state: 'unresolved', expression: '$(NODE_COUNT)' });
  expect(factOf(document, 'kubernetes.groupSize').value).toBe(2);
});

describe('KServe', () => {
  test('LLMInferenceService: parallelism, added options and environment, per workload', () => {
    const text = `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
spec:
  model:
    uri: pvc://claim
    name: deepseek-ai/DeepSeek-R1
  parallelism:
    data: 16
    dataLocal: 8
    expert: true
    tensor: 1
  template:
    containers:
      - name: main
        env:
          - name: VLLM_ADDITIONAL_ARGS
            value: "--max-model-len 4096 --enable-eplb"
          - name: VLLM_ALL2ALL_BACKEND
            value: deepep_low_latency
        resources:
          limits:
            nvidia.com/gpu: "8"
  prefill:
    parallelism:
      data: 8
      expert: false
    template:
      containers:
        - name: main
`;
    const document = mustRead('svc.yaml', text);
    const decode = ofRole(document, 'decode');
    expect(valuesOf(decode.facts)).toMatchObject({
      'layout.tp': 1,
      'layout.dp': 16,
      'layout.dpLocal': 8,
      'layout.ep': 16,
      'placement.eplb': true,
      'workload.contextLength': 4096,
      'communication.backend': 'deepep_low_latency',
      'kubernetes.gpusPerPod': 8,
      'workload.mode': 'decode',
    });
    expect(textOf(text, factOf(decode, 'layout.dp'))).toBe('16');
    expect(textOf(text, factOf(decode, 'workload.contextLength'))).toBe('4096');
    expect(valuesOf(ofRole(document, 'prefill').facts)).toMatchObject({ 'layout.dp': 8, 'layout.ep': 1 });
    expect(linkJobs([document]).map((job) => job.preset)).toEqual([
      'deepseek-ai/DeepSeek-V3',
      'deepseek-ai/DeepSeek-V3',
    ]);
  });

  const service = (runtime: string) => `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
spec:
  predictor:
    workerSpec:
      pipelineParallelSize: 2
    model:
      modelFormat:
        name: ${runtime}
      storageUri: hf://mistralai/Mixtral-8x7B-Instruct-v0.1
      args: [--tensor-parallel-size=8, --enable-expert-parallel]
`;
  test('InferenceService on vLLM', () => {
    const document = mustRead('svc.yaml', service('vLLM'));
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.pp': 2, 'layout.tp': 8, 'layout.ep': 8 });
    expect(document.models.map(({ value }) => value)).toEqual(['mistralai/Mixtral-8x7B-Instruct-v0.1']);
    expect(() => mustRead('svc.yaml', service('sklearn'))).toThrow();
  });
});

describe('charts', () => {
  test('llm-d writes the command itself', () => {
    const text = `modelArtifacts:
  uri: "hf://Qwen/Qwen3-30B-A3B"
decode:
  parallelism:
    tensor: 2
    data: 4
  containers:
    - name: vllm
      modelCommand: vllmServe
      args: ["--enable-expert-parallel"]
prefill:
  containers:
    - name: vllm
      modelCommand: vllmServe
`;
    const document = mustRead('values.yaml', text);
    const decode = ofRole(document, 'decode');
    expect(valuesOf(decode.facts)).toMatchObject({ 'layout.tp': 2, 'layout.dp': 4, 'layout.ep': 8 });
    expect(textOf(text, factOf(decode, 'layout.tp'))).toBe('2');
    expect(linkJobs([document]).map(({ id, preset }) => [id, preset])).toEqual([
      ['values.yaml#decode', 'Qwen/Qwen3-30B-A3B'],
      ['values.yaml#prefill', 'Qwen/Qwen3-30B-A3B'],
    ]);
  });

  test('vLLM’s production stack', () => {
    const text = `servingEngineSpec:
  modelSpec:
  - name: qwen
    modelURL: Qwen/Qwen3-30B-A3B
    requestGPU: 4
    vllmConfig:
      tensorParallelSize: 4
      extraArgs: ["--enable-expert-parallel", "--gpu-memory-utilization", "0.9"]
`;
    const document = mustRead('values.yaml', text);
    expect(valuesOf(document.facts)).toMatchObject({
      'layout.tp': 4,
      'layout.ep': 4,
      'workload.memoryFraction': 0.9,
      'kubernetes.gpusPerPod': 4,
    });
    expect(factOf(document, 'layout.tp').key).toBe('tensorParallelSize');
  });
});

describe('Ray Serve', () => {
  const application = (indent: string) =>
    [
      'applications:',
      '- name: llms',
      '  args:',
      '    llm_configs:',
      '      - model_loading_config:',
      '          model_id: r1',
      '          model_source: deepseek-ai/DeepSeek-R1',
      '        engine_kwargs:',
      '          tensor_parallel_size: 8',
      '          data_parallel_size: 2',
      '          enable_expert_parallel: true',
    ]
      .map((line) => `${indent}${line}\n`)
      .join('');

  test.each([
    ['a file of its own', application('')],
    [
      'the text inside a RayService',
      `apiVersion: ray.io/v1\nkind: RayService\nspec:\n  serveConfigV2: |\n${application('    ')}`,
    ],
  ])('%s', (_, text) => {
    const document = mustRead('serve.yaml', text);
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.tp': 8, 'layout.dp': 2, 'layout.ep': 16 });
    const tp = factOf(document, 'layout.tp');
    expect([textOf(text, tp), text.slice(tp.keyRange.start, tp.keyRange.end)]).toEqual([
      '8',
      'tensor_parallel_size',
    ]);
    expect(linkJobs([document])[0]?.preset).toBe('deepseek-ai/DeepSeek-V3');
  });
});

describe('values of SGLang’s charts', () => {
  const text = `global:
  image: { repository: lmsysorg/sglang, tag: latest }
  model: { path: /models/DeepSeek-R1-0528 }
prefill:
  leaderWorkerSet: { size: 2 }
  config:
    enableDpAttention: true
    dpSize: "16"
    moeA2aBackend: "deepep"
    disaggregationMode: "prefill"
    tp: "16"
    epNumRedundantExperts: "32"
  leader:
    resources:
      limits: { nvidia.com/gpu: "8" }
decode:
  config:
    tpSize: "{{ .Values.tp }}"
    dpSize: 4
    disaggregationMode: decode
`;

  test('are a job for each role, by the chart’s keys for SGLang’s options', () => {
    const document = mustRead('values.yaml', text);
    expect(document.framework).toBe('sglang');
    expect(linkJobs([document]).map(({ id, preset }) => [id, preset])).toEqual([
      ['values.yaml#prefill', 'deepseek-ai/DeepSeek-V3'],
      ['values.yaml#decode', 'deepseek-ai/DeepSeek-V3'],
    ]);
    const prefill = ofRole(document, 'prefill');
    expect(valuesOf(prefill.facts)).toMatchObject({
      'layout.tp': 16,
      'layout.dp': 16,
      'layout.attentionDataParallel': true,
      'layout.ep': 16,
      'communication.backend': 'deepep',
      'placement.redundantExperts': 32,
      'workload.mode': 'prefill',
      'cluster.gpusPerNode': 8,
      'kubernetes.groupSize': 2,
    });
    const tp = factOf(prefill, 'layout.tp');
    expect([tp.key, textOf(text, tp), lineOf(text, tp)]).toEqual(['tp', '16', 11]);
    expect(factOf(ofRole(document, 'decode'), 'layout.tp').state).toBe('unresolved');
  });

  test('may be a section of their name, or a list of arguments', () => {
    const section = 'sglang:\n  tensorParallelism: 16\n  expertParallelSize: 8\n  modelPath: a/b\n';
    expect(valuesOf(mustRead('values.yaml', section).facts)).toMatchObject({
      'layout.tp': 16,
      'layout.ep': 8,
    });
    const list =
      'image: lmsysorg/sglang:v0.5\nmodelName: Qwen/Qwen3-30B-A3B\nextraArgs: ["--tp", "8", "--enable-ep-moe"]\n';
    const document = mustRead('values.yaml', list);
    expect(valuesOf(document.facts)).toMatchObject({ 'layout.tp': 8, 'layout.ep': 8 });
    expect(linkJobs([document])[0]!.preset).toBe('Qwen/Qwen3-30B-A3B');
  });

  test('of another image are none', () => {
    expect(() => mustRead('values.yaml', text.replace('lmsysorg/sglang', 'vllm/other'))).toThrow();
    expect(() => mustRead('values.yaml', 'image: lmsysorg/sglang\nextraArgs: ["--port", "8"]\n')).toThrow();
  });
});

test('the runtimes of OME are a server for each of their parts, whose workers repeat the leader', () => {
  const runner = (mode: string) =>
    `{ command: [sh, -c, "python3 -m sglang.launch_server --tp-size 16 --enable-deepep-moe --disaggregation-mode ${mode}"] }`;
  const part = (mode: string) =>
    `{ leader: { runner: ${runner(mode)} }, worker: { size: 1, runner: ${runner(mode)} } }`;
  const text = `kind: ClusterServingRuntime\nspec:\n  engineConfig: ${part('prefill')}\n  decoderConfig: ${part('decode')}\n`;
  const document = mustRead('rt.yaml', text);
  expect(linkJobs([document]).map(({ role }) => role)).toEqual(['engineConfig', 'decoderConfig']);
  expect(valuesOf(ofRole(document, 'decoderConfig').facts)).toMatchObject({
    'communication.backend': 'deepep',
    'layout.ep': 16,
    'workload.mode': 'decode',
  });
});
