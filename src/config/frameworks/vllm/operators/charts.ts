import { at, membersOf, type YamlNode, type YamlScalar } from '../../../syntax/yaml';
import type { BareServer } from '../../serving/bare-server';
import { keysOf, PARALLELISM } from './kserve';

/** `vllmConfig` of vLLM's own chart (vllm-project/production-stack@00c38d1a: helm/values.yaml). */
const STACK_KEYS: Readonly<Record<string, string>> = {
  tensorParallelSize: '--tensor-parallel-size',
  pipelineParallelSize: '--pipeline-parallel-size',
  maxModelLen: '--max-model-len',
  maxNumSeqs: '--max-num-seqs',
  gpuMemoryUtilization: '--gpu-memory-utilization',
  dtype: '--dtype',
};

const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'sequence' ? node.items : [];
const scalarsIn = (node: YamlNode | undefined): YamlScalar[] =>
  itemsOf(node).filter((item) => item.kind === 'scalar');
const scalar = (node: YamlNode | undefined): YamlScalar[] => (node?.kind === 'scalar' ? [node] : []);

/** Values of vLLM's production stack: a server per entry of `servingEngineSpec.modelSpec`. */
export function productionStack(root: YamlNode): BareServer[] {
  return itemsOf(at(root, 'servingEngineSpec', 'modelSpec')).flatMap((spec): BareServer[] => {
    const config = membersOf(spec).find((member) => member.key === 'vllmConfig');
    if (config === undefined) return [];
    const environment = at(spec, 'env');
    return [
      {
        place: config.keyRange,
        environment: environment === undefined ? [] : [environment],
        commandLines: [],
        words: scalarsIn(at(config.value, 'extraArgs')),
        keys: keysOf(config.value, STACK_KEYS),
        containers: [spec],
        gpus: membersOf(spec).find((member) => member.key === 'requestGPU'),
        models: scalar(at(spec, 'modelURL')),
      },
    ];
  });
}

/**
 * Values of llm-d's chart where the chart itself writes the command: it turns `parallelism` into options and adds the
 * container's arguments (llm-d-incubation/llm-d-modelservice@024c0f2d: templates/_helpers.tpl).
 */
export function modelService(root: YamlNode): BareServer[] {
  const artifacts = at(root, 'modelArtifacts');
  if (artifacts === undefined) return [];
  return ['decode', 'prefill'].flatMap((role): BareServer[] => {
    const pods = membersOf(root).find((member) => member.key === role);
    const container = itemsOf(at(pods?.value, 'containers')).find((item) =>
      scalar(at(item, 'modelCommand')).some(({ text }) => text === 'vllmServe' || text === 'imageDefault'),
    );
    if (pods === undefined || container === undefined) return [];
    const environment = at(container, 'env');
    return [
      {
        role,
        place: pods.keyRange,
        environment: environment === undefined ? [] : [environment],
        commandLines: [],
        words: scalarsIn(at(container, 'args')),
        keys: keysOf(at(pods.value, 'parallelism'), PARALLELISM),
        containers: [container],
        models: [...scalar(at(artifacts, 'name')), ...scalar(at(artifacts, 'uri'))],
      },
    ];
  });
}
