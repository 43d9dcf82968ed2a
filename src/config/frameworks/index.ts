import { areal } from './areal/areal';
import { automodel } from './automodel/automodel';
import { axolotl } from './axolotl/axolotl';
import { deepspeed } from './deepspeed/deepspeed';
import type { Framework } from './framework';
import { huggingFace } from './huggingface/huggingface';
import { maxtext } from './maxtext/maxtext';
import { megatronTable } from './megatron/layout-table';
import { megatronVariables } from './megatron/layout-variables';
import { megatron } from './megatron/megatron';
import { megatronOverrides } from './megatron/overrides';
import { megatronYaml } from './megatron/yaml';
import { megatronBridge } from './megatron-bridge/megatron-bridge';
import { megatronDeepSpeed } from './megatron-deepspeed/megatron-deepspeed';
import { msSwift } from './ms-swift/ms-swift';
import { scenarioFile } from './scenario-file/scenario-file';
import { severalEngines } from './serving/several-engines';
import { sglang } from './sglang/sglang';
import { torchtitan } from './torchtitan/torchtitan';
import { trtllm } from './trtllm/trtllm';
import { verl } from './verl/verl';
import { vllm } from './vllm/vllm';

/** In the order in which they are asked; the first that recognises a file reads it. */
export const FRAMEWORKS: readonly Framework[] = [
  scenarioFile,
  huggingFace,
  deepspeed,
  torchtitan,
  maxtext,
  axolotl,
  automodel,
  severalEngines,
  trtllm,
  sglang,
  vllm,
  verl,
  areal,
  megatronBridge,
  msSwift,
  megatronDeepSpeed,
  megatronVariables,
  megatronTable,
  megatron,
  megatronYaml,
  megatronOverrides,
];
