import { deriveByMeaning, type Meanings } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'pytorch/torchtitan@0014ac2c: torchtitan/config/configs.py, TrainingConfig.dtype';

/** Gradients, master weights and Adam's moments are all in the format that the parameters are kept in. */
const KEPT_IN: Readonly<Record<string, Meanings>> = {
  'workload.gradientDtype': { float32: 'fp32', bfloat16: 'bf16' },
  // "without an extra copy of fp32 weights"
  'workload.masterDtype': { float32: 'fp32', bfloat16: 'none' },
  'workload.momentDtype': { float32: 'fp32', bfloat16: 'bf16' },
  'workload.secondMomentDtype': { float32: 'fp32', bfloat16: 'bf16' },
};

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
  for (const [name, meanings] of Object.entries(KEPT_IN)) {
    deriveByMeaning(facts, name, 'torchtitan.dtype', meanings);
  }
  addComputeFormat(facts);
  facts.byDefault('torchtitan.optimizer', 'AdamW', 'name', SOURCE);
  deriveByMeaning(facts, 'workload.optimizer', 'torchtitan.optimizer', { AdamW: 'adam', Adam: 'adam' });
  const offload = facts.get('torchtitan.enableCpuOffload');
  if (offload?.value === true) {
    const rule = 'FSDP keeps the state on the host; that sharded parameters lie there too is not counted';
    facts.derive('workload.optimizerOffload', 1, offload, offload.key, rule);
  }
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
