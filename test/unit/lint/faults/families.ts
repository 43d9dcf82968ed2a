import type { Family } from './fault';
import { huggingfaceFamily } from './huggingface';
import { layoutTableFamily } from './layout-table';
import { megatronFamily } from './megatron';
import { arealFamily, verlRolloutFamily } from './rollouts';
import { scenarioFamily } from './scenario';
import { sglangFamily } from './sglang';
import {
  axolotlFamily,
  deepSpeedFamily,
  deepSpeedInferenceFamily,
  maxtextFamily,
  megatronDeepSpeedFamily,
  torchtitanFamily,
} from './trainers';
import { loadBalancerFamily, trtllmFamily } from './trtllm';
import { vllmFamily } from './vllm';

/** Everything that a fault is seeded into. */
export const families: readonly Family[] = [
  megatronFamily,
  layoutTableFamily,
  verlRolloutFamily,
  arealFamily,
  megatronDeepSpeedFamily,
  deepSpeedFamily,
  deepSpeedInferenceFamily,
  torchtitanFamily,
  maxtextFamily,
  axolotlFamily,
  vllmFamily,
  sglangFamily,
  trtllmFamily,
  loadBalancerFamily,
  huggingfaceFamily,
  scenarioFamily,
];
