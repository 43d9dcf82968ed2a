import type { Framework } from '../framework';
import { readServerScript } from '../serving/server';
import { mightHoldOptions, readServingYaml } from '../serving/yaml';
import { vllmServer } from './server';

const holdsOptions = mightHoldOptions(vllmServer);
/** What operators and charts call their vLLM servers. */
const OPERATED = /\b(LLMInferenceService|InferenceService|modelCommand|vllmConfig|engine_kwargs)\b/;
const NAMED = /\bvllm(["'\s\\,-]+serve\b|\.entrypoints\.openai|-openai\b|_config["']?\s*:)|\bdynamo\.vllm\b/;

export const vllm: Framework = {
  id: 'vllm',
  mightBe: (text) => NAMED.test(text) || OPERATED.test(text) || holdsOptions(text),
  read: (source) => readServerScript(vllmServer, source) ?? readServingYaml(vllmServer, source),
};
