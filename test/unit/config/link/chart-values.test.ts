// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are templates.
import { expect, test } from 'vitest';
import { LinkedFiles } from '../../../../src/worker/linked-files';

const VALUES = `model: { name: deepseek-ai/DeepSeek-V3, tensorParallelSize: 8, dp: }
gpus: 8
pods: 2
maxLen: 4096
`;
const TEMPLATE = `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec:
  leaderWorkerTemplate:
    size: {{ .Values.pods }}
    workerTemplate:
      spec:
        containers:
          - image: "vllm/vllm-openai:{{ .Values.tag }}"
            command: [/bin/sh, -c]
            env:
              - name: MAX_LEN
                value: {{ .Values.maxLen | quote }}
            args:
              - |
                vllm serve {{ .Values.model.name }} --enable-expert-parallel \\
                  --tensor-parallel-size {{ .Values.model.tensorParallelSize | default 1 }} \\
                  --data-parallel-size {{ .Values.model.dp | default 4 }} \\
                  --pipeline-parallel-size {{ mul .Values.pods 2 }} --max-model-len $MAX_LEN
            resources: { limits: { nvidia.com/gpu: "{{ .Values.gpus }}" } }
`;

function linked(files: Readonly<Record<string, string>>, file: string) {
  const texts = new LinkedFiles();
  for (const [name, text] of Object.entries(files)) texts.give(name, text);
  const { document, jobs, missing, files: read } = texts.of(file);
  const factOf = (name: string) => document!.facts.find((fact) => fact.name === name)!;
  return { document, jobs, missing, read, factOf };
}

test('a template of a chart takes what its values.yaml says plainly', () => {
  const file = '/charts/moe/templates/engine/lws.yaml';
  const chart = linked({ [file]: TEMPLATE, '/charts/moe/values.yaml': VALUES }, file);
  expect(chart.read).toContain('/charts/moe/values.yaml');
  expect(chart.jobs[0]!.preset).toBe('deepseek-ai/DeepSeek-V3');
  const tp = chart.factOf('layout.tp');
  expect(tp).toMatchObject({ value: 8, state: 'constant' });
  expect(TEMPLATE.slice(tp.range.start, tp.range.end)).toBe(
    '{{ .Values.model.tensorParallelSize | default 1 }}',
  );
  const step = tp.via!.at(-1)!;
  expect(step).toMatchObject({
    variable: '.Values.model.tensorParallelSize',
    file: '/charts/moe/values.yaml',
  });
  expect(VALUES.slice(step.range.start, step.range.end)).toBe('8');
  expect(chart.factOf('kubernetes.gpusPerPod')).toMatchObject({ value: 8 });
  expect(chart.factOf('kubernetes.groupSize')).toMatchObject({ value: 2 });
  expect(chart.factOf('workload.contextLength')).toMatchObject({ value: 4096 });
  // Nothing is written for one, and the other is computed.
  expect(chart.factOf('layout.dp')).toMatchObject({ state: 'unresolved' });
  expect(chart.factOf('layout.pp')).toMatchObject({ state: 'unresolved' });
});

test('without the values of its own chart everything that they say is open', () => {
  const file = '/charts/moe/templates/lws.yaml';
  const alone = linked({ [file]: TEMPLATE, '/charts/other/values.yaml': VALUES }, file);
  expect(alone.factOf('layout.tp')).toMatchObject({ state: 'unresolved' });
  expect(alone.missing).toContain('../values.yaml');
  const plain = linked({ '/deploy/lws.yaml': TEMPLATE, '/values.yaml': VALUES }, '/deploy/lws.yaml');
  expect(plain.factOf('layout.tp')).toMatchObject({ state: 'unresolved' });
});

test('a scenario file goes before the chart', () => {
  const file = '/charts/moe/templates/lws.yaml';
  const scenario = '/charts/moe/templates/lws.moe.yaml';
  const text = 'job: lws.yaml\nvariables: { .Values.model.tensorParallelSize: 4 }\n';
  const { jobs } = linked(
    { [file]: TEMPLATE, '/charts/moe/values.yaml': VALUES, [scenario]: text },
    scenario,
  );
  expect(jobs[0]!.facts.find(({ name }) => name === 'layout.tp')).toMatchObject({ value: 4 });
});
