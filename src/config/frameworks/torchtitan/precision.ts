import { entryOf } from '../../table';
import { deriveByMeaning } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';
import { deriveCpuOffload, deriveFsdpStates } from '../shared/fsdp-states';
import { heldWhole } from './held-whole';

const SOURCE = 'pytorch/torchtitan@0014ac2c: torchtitan/config/configs.py, TrainingConfig.dtype';

/** `dtype`: parameters, gradients and Adam's moments are all kept in it. */
const KEPT_IN: Readonly<Record<string, 'fp32' | 'bf16'>> = { float32: 'fp32', bfloat16: 'bf16' };

const STATES = ['gradientDtype', 'parameterDtype', 'masterDtype', 'momentDtype', 'secondMomentDtype'];

/**
 * Converters that quantise both linear layers and experts, and what both then compute in
 * (pytorch/torchtitan: torchtitan/components/quantization/, `quantize.linear` and `quantize.grouped_mm`).
 */
const QUANTISED: readonly { readonly converters: readonly string[]; readonly precision: string }[] = [
  { converters: ['quantize.linear.float8', 'quantize.grouped_mm.float8'], precision: 'fp8' },
  { converters: ['quantize.linear.mx', 'quantize.grouped_mm.mx'], precision: 'mxfp8' },
];

/** In which formats a torchtitan job computes, reduces gradients and keeps the optimizer's state. */
export function addPrecision(facts: CommandFacts): void {
  facts.byDefault('torchtitan.dtype', 'float32', 'dtype', SOURCE);
  addStates(facts);
  addComputeFormat(facts);
  facts.byDefault('torchtitan.optimizer', 'AdamW', 'name', SOURCE);
  deriveByMeaning(facts, 'workload.optimizer', 'torchtitan.optimizer', { AdamW: 'adam', Adam: 'adam' });
  const offload = facts.get('torchtitan.enableCpuOffload');
  if (offload?.value === true) deriveCpuOffload(facts, offload);
}

/** Whole replicas (DDP) hold FP32 or BF16 weights and nothing else of them. */
function addStates(facts: CommandFacts): void {
  const dtype = facts.get('torchtitan.dtype');
  const kept = entryOf(KEPT_IN, String(dtype?.value));
  if (kept === undefined) {
    const open = facts.open('torchtitan.dtype') ?? dtype;
    if (open) for (const name of STATES) facts.leaveOpen(`workload.${name}`, open, 'has no model here');
    return;
  }
  deriveFsdpStates(facts, {
    kept,
    keptBy: { by: dtype, key: 'dtype' },
    ...heldWhole(facts),
    hasTorchOptimizer: true,
  });
}

function addComputeFormat(facts: CommandFacts): void {
  const name = 'workload.precision';
  const listed = facts.open('torchtitan.converters');
  const words: readonly string[] = listed?.expression?.match(/[\w.]+/g) ?? [];
  const quantised = QUANTISED.find(({ converters }) => converters.every((word) => words.includes(word)));
  if (listed && quantised) {
    facts.derive(name, quantised.precision, listed, listed.key, 'converters of linear layers and experts');
  } else if (listed) {
    facts.leaveOpen(name, listed, 'converters that quantise a part have no model here');
  }
  facts.byDefault('torchtitan.mixedPrecisionParam', 'bfloat16', 'mixed_precision_param', SOURCE);
  deriveByMeaning(facts, name, 'torchtitan.mixedPrecisionParam', { bfloat16: 'bf16' });
}
