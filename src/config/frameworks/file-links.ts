import type { Fact } from '../fact';
import { parseJson } from '../syntax/json';
import { settingsOfJson, settingsOfYaml } from '../syntax/settings';
import { addAxolotlRules } from './axolotl/implied';
import { addTrainingRules } from './deepspeed/implied';
import { JOB_KEYS } from './deepspeed/keys';
import type { FileLink } from './file-link';
import type { SourceText } from './framework';
import { addJobRules, addModelRules } from './maxtext/implied';
import { KEYS as MAXTEXT_KEYS } from './maxtext/keys';
import { addDeepSpeedRules } from './megatron-deepspeed/implied';
import type { ServingEngine } from './serving/engine';
import { sglangServer } from './sglang/server';
import { readSettings } from './shared/read-settings';
import { yamlOf } from './shared/yaml-source';
import { addEngineRules } from './trtllm/implied';
import { BALANCER_KEYS } from './trtllm/load-balancer';
import { trtllmServer } from './trtllm/server';
import { vllmServer } from './vllm/server';

/** The options of one engine in a file that its command names. */
function optionsFile(engine: ServingEngine, source: string): FileLink {
  return {
    framework: engine.id,
    fact: engine.config.fact,
    wins: engine.config.wins,
    source,
    read: (file) => {
      const [root] = yamlOf(file).documents;
      return root === undefined ? [] : engine.config.read(file, root).facts;
    },
    complete: (facts) => engine.addRules(facts),
  };
}

/** Batch sizes and ZeRO of a DeepSpeed config, whether it says something about experts or not. */
function deepspeedJob(source: SourceText): readonly Fact[] {
  const { root, problems } = parseJson(source.text);
  return readSettings({ file: source.file }, settingsOfJson(root, problems), JOB_KEYS, source.text).facts;
}

const ENGINE_SOURCE = 'deepspeedai/DeepSpeed@edaa7221: deepspeed/runtime/config.py';

/** The files that make up a job beside the one that starts it, by the fact that names each. */
export const FILE_LINKS: readonly FileLink[] = [
  optionsFile(vllmServer, '1CatAI/1Cat-vLLM@ae13773a (a fork): vllm/utils/argparse_utils.py:380-563'),
  optionsFile(sglangServer, 'sgl-project/sglang@03bd2f16: srt/server_args_config_parser.py'),
  optionsFile(trtllmServer, 'NVIDIA/TensorRT-LLM@00209af1: tensorrt_llm/commands/serve.py, --config'),
  {
    framework: 'trtllm',
    fact: 'trtllm.loadBalancer',
    wins: 'file',
    source: 'NVIDIA/TensorRT-LLM@00043967: tensorrt_llm/llmapi/llm_args.py, MoeConfig',
    read: (source) =>
      readSettings(
        { file: source.file },
        settingsOfYaml(yamlOf(source).documents[0]),
        BALANCER_KEYS,
        source.text,
      ).facts,
    complete: addEngineRules,
  },
  {
    framework: 'deepspeed',
    fact: 'deepspeed.config',
    wins: 'file',
    source: ENGINE_SOURCE,
    read: deepspeedJob,
    complete: (facts) =>
      facts.has('deepspeed.expertInterval') ? addDeepSpeedRules(facts) : addTrainingRules(facts),
  },
  {
    framework: 'axolotl',
    fact: 'axolotl.deepspeed',
    wins: 'command',
    source: ENGINE_SOURCE,
    read: deepspeedJob,
    complete: addAxolotlRules,
  },
  {
    framework: 'maxtext',
    fact: 'maxtext.config',
    wins: 'command',
    source: 'AI-Hypercomputer/maxtext@5b3f20b0: src/maxtext/configs/pyconfig.py',
    read: (source) =>
      readSettings(
        { file: source.file },
        settingsOfYaml(yamlOf(source).documents[0]),
        MAXTEXT_KEYS,
        source.text,
      ).facts,
    complete: (facts) => {
      addJobRules(facts);
      if (facts.has('model.routedExperts')) addModelRules(facts);
    },
    follows: (fact) => fact.name.startsWith('layout.'),
  },
];
