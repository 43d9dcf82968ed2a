import type { FrameworkId } from '../fact';
import type { ArtefactFormatId } from './artefact';

/** A placement of every MoE layer of a model, to be written into a file. */
export interface WholePlacement {
  /** [MoE layers][slots] logical expert of each slot, slots in rank order. */
  readonly slots: readonly (readonly number[])[];
  /** [layers] whether each layer of the model is a MoE layer. */
  readonly isMoe: readonly boolean[];
  /** Ranks over which the slots are spread in equal runs. */
  readonly ranks: number;
  readonly experts: number;
}

/** A kind of file in which something takes a placement. */
export interface PlacementForm {
  readonly id: ArtefactFormatId;
  readonly title: string;
  readonly extension: 'json' | 'yaml';
  /** Frameworks that read it; none: a scenario file alone. */
  readonly frameworks: readonly FrameworkId[];
  /** How the file is named to whatever reads it. @param redundant slots beyond the experts */
  readonly use: (file: string, redundant: number) => string;
  readonly write: (placement: WholePlacement) => string;
}

/** In index order, as an engine that is told nothing holds it. */
const inOrder = (slots: number, experts: number): number[] =>
  Array.from({ length: slots }, (_, slot) => slot % experts);

const rowsText = (rows: readonly string[]): string => `[\n${rows.map((row) => `  ${row}`).join(',\n')}\n]`;

/** Every layer of the model has a row, dense ones too (sgl-project/sglang@01fec5c2: srt/eplb/expert_location.py). */
function sglang({ slots, isMoe, experts }: WholePlacement): string {
  let next = 0;
  const width = slots[0]?.length ?? 0;
  const rows = isMoe.map((moe) => JSON.stringify(moe ? slots[next++] : inOrder(width, experts)));
  return `{"physical_to_logical_map": ${rowsText(rows)}}\n`;
}

/**
 * Layers by their number in the model; they stay, as no layer is updated per iteration (NVIDIA/TensorRT-LLM@76a646e9:
 * examples/wide_ep/ep_load_balancer/generate_eplb_config.py).
 */
function trtllm({ slots, isMoe }: WholePlacement): string {
  const numbers = isMoe.flatMap((moe, layer) => (moe ? layer : []));
  return [
    'initial_global_assignments:',
    ...slots.map((row, at) => `  ${numbers[at]}: [${row.join(', ')}]`),
    'layer_updates_per_iter: 0',
    `num_slots: ${slots[0]?.length ?? 0}`,
    '',
  ].join('\n');
}

/** MoE layers from 0, devices in rank order (vllm-project/vllm-ascend@1427299d: ops/expert_load_balancer.py). */
function ascend({ slots, ranks }: WholePlacement): string {
  const layers = slots.map((row, layer) => {
    const each = row.length / ranks;
    const devices = Array.from({ length: ranks }, (_, device) => ({
      device_id: device,
      device_expert: row.slice(device * each, (device + 1) * each),
    }));
    return JSON.stringify({ layer_id: layer, device_count: ranks, device_list: devices });
  });
  return `{"moe_layer_count": ${slots.length}, "layer_list": ${rowsText(layers)}}\n`;
}

/** Slots as EPLB returns them, which a scenario file can name (deepseek-ai/EPLB: eplb.py, `phy2log`). */
export const writtenSlots = (slots: readonly (readonly number[])[]): string =>
  `{"phy2log": ${rowsText(slots.map((row) => JSON.stringify(row)))}}\n`;

/** The forms in which a placement can be handed on; each is read back by `formats/`. */
export const PLACEMENT_FORMS: readonly PlacementForm[] = [
  {
    id: 'sglang-expert-location',
    title: 'SGLang expert location',
    extension: 'json',
    frameworks: ['sglang'],
    use: (file, redundant) => `--init-expert-location ${file} --ep-num-redundant-experts ${redundant}`,
    write: sglang,
  },
  {
    id: 'trtllm-load-balancer',
    title: 'TensorRT-LLM load balancer',
    extension: 'yaml',
    frameworks: ['trtllm'],
    use: (file) => `moe_config.load_balancer: ${file}`,
    write: trtllm,
  },
  {
    id: 'vllm-ascend-expert-map',
    title: 'vLLM Ascend expert map',
    extension: 'json',
    frameworks: ['vllm'],
    use: (file) =>
      `--additional-config '{"eplb_config": {"expert_map_path": "${file}"}}' with vLLM Ascend; vLLM alone reads no placement`,
    write: ascend,
  },
  {
    id: 'eplb',
    title: 'EPLB placement',
    extension: 'json',
    frameworks: [],
    use: (file) => `placement.file: ${file} in a scenario file`,
    write: ({ slots }) => writtenSlots(slots),
  },
];

/** The forms that something takes a placement in for a job of a framework, the framework's own first. */
export const placementForms = (framework: FrameworkId | null): readonly PlacementForm[] =>
  PLACEMENT_FORMS.filter(
    ({ frameworks }) => frameworks.length === 0 || (framework !== null && frameworks.includes(framework)),
  );
