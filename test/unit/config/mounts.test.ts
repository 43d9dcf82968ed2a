import { describe, expect, test } from 'vitest';
import { linkJobs } from '../../../src/config/link';
import { mustRead, valuesOf } from './facts';

const modelOf = (file: string, text: string): string | undefined => mustRead(file, text).models[0]?.value;
const docker = (options: string, path: string): string | undefined =>
  modelOf('run.sh', `docker run --gpus all ${options} vllm/vllm-openai:latest --model ${path} -tp 4\n`);

describe('a model at a path of the container', () => {
  test.each([
    ['-v /data/DeepSeek-R1:/model', '/model', '/data/DeepSeek-R1'],
    ['-v /data/DeepSeek-R1:/model:ro', '/model/', '/data/DeepSeek-R1'],
    ['--volume=/data/DeepSeek-R1:/model', '/model', '/data/DeepSeek-R1'],
    ['--mount type=bind,source=/data/DeepSeek-R1,target=/model', '/model', '/data/DeepSeek-R1'],
    ['-v $HOME/models/DeepSeek-R1:/model', '/model', '/models/DeepSeek-R1'],
    ['-v /data:/models', '/models/DeepSeek-R1', '/models/DeepSeek-R1'],
    ['-v weights:/model', '/model', '/model'],
    ['-v /data/DeepSeek-R1:/model', 'org/m', 'org/m'],
    ['-e A=b', '/model', '/model'],
  ])('%s: %s is %s', (options, path, folder) => {
    expect(docker(options, path)).toBe(folder);
  });

  test('is what a pod has of its node', () => {
    const pod = (name: string) => `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate:
      spec:
        containers:
          - name: leader
            image: lmsysorg/sglang:latest
            command: [python3, -m, sglang.launch_server, --model-path, /work/models, --tp, "16", --ep-size, "16"]
            volumeMounts:
              - {mountPath: /dev/shm, name: shm}
              - {mountPath: /work/models, name: ${name}}
        volumes:
          - {name: shm, emptyDir: {}}
          - {name: model, hostPath: {path: /data/deepseek_r1_0528}}
`;
    expect(modelOf('lws.yaml', pod('model'))).toBe('/data/deepseek_r1_0528');
    expect(modelOf('lws.yaml', pod('shm'))).toBe('/work/models');
    const [job] = linkJobs([mustRead('lws.yaml', pod('model'))]);
    expect(job).toMatchObject({ preset: 'deepseek-ai/DeepSeek-V3' });
    expect(valuesOf(job!.facts)).toMatchObject({ 'layout.ep': 16 });
  });

  test('is what a Compose file puts there', () => {
    const compose = (command: string) =>
      `services:\n  llm:\n    image: vllm/vllm-openai:latest\n    volumes:\n      - /data/Qwen3-30B-A3B:/mnt/model\n    command: ${command}\n`;
    const list = '["--model", "/mnt/model", "--tensor-parallel-size", "2"]';
    expect(modelOf('compose.yaml', compose(list))).toBe('/data/Qwen3-30B-A3B');
    const line = '--model /mnt/model --tensor-parallel-size 2';
    expect(modelOf('compose.yaml', compose(line))).toBe('/data/Qwen3-30B-A3B');
  });
});
