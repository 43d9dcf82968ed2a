import type { FactValue } from '../../fact';
import { deriveByMeaning } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'NVIDIA/Megatron-LM@d98e8a64';

/** `--fp8-recipe` as what it makes of the bytes: one scale per tensor, per 128 × 128 block, or per 32 elements. */
const PRECISION_OF_RECIPE: Readonly<Record<string, string>> = {
  delayed: 'fp8',
  tensorwise: 'fp8',
  blockwise: 'fp8-blockwise',
  mxfp8: 'mxfp8',
};

/** Formats of `--exp-avg-dtype` and its like are the scenario's own. */
const STATE_DTYPES = { fp32: 'fp32', fp16: 'fp16', bf16: 'bf16', fp8: 'fp8' } as const;

/** Precision of compute, gradients and optimizer, as far as the options at hand say it. */
export function addStatedRecipe(facts: CommandFacts): void {
  addPrecision(facts);
  addGradients(facts);
  addOffload(facts);
  if (facts.has('megatron.usePrecisionAwareOptimizer')) {
    deriveByMeaning(facts, 'workload.masterDtype', 'megatron.mainParamsDtype', STATE_DTYPES);
    deriveByMeaning(facts, 'workload.momentDtype', 'megatron.expAvgDtype', STATE_DTYPES);
    deriveByMeaning(facts, 'workload.secondMomentDtype', 'megatron.expAvgSqDtype', STATE_DTYPES);
  }
}

/** The same of a whole command, whose other options are at their defaults, and the overlap of dispatch and combine with compute. */
export function addRecipe(facts: CommandFacts): void {
  if (facts.has('megatron.fp8Format'))
    facts.byDefault('megatron.fp8Recipe', 'delayed', '--fp8-recipe', `${SOURCE}: transformer_config.py`);
  addStatedRecipe(facts);
  const from = facts.get('megatron.bf16');
  if (from !== undefined) {
    const rule = `${SOURCE}: training/arguments.py, FP32 where --bf16 stands alone`;
    facts.derive('workload.gradientDtype', 'fp32', from, from.key, rule);
  }
  const states = ['masterDtype', 'momentDtype', 'secondMomentDtype'];
  const isSgd = facts.get('workload.optimizer')?.value === 'sgd';
  for (const name of isSgd ? states.slice(0, 2) : states) {
    facts.byDefault(`workload.${name}`, 'fp32', '--optimizer', `${SOURCE}: optimizer_config.py`);
  }
  addStatedOverlap(facts);
  facts.byDefault(
    'workload.overlap',
    'none',
    '--overlap-moe-expert-parallel-comm',
    `${SOURCE}: model_parallel_config.py`,
  );
}

/** Dispatch and combine beside the compute of another microbatch, where an option asks for it. */
export function addStatedOverlap(facts: CommandFacts): void {
  const overlap = { true: 'expert-parallel' } as const;
  deriveByMeaning(facts, 'workload.overlap', 'megatron.overlapMoeExpertParallelComm', overlap);
}

/**
 * How much of the optimizer's state the host holds. What the fraction is where only offloading is switched on differs
 * between versions: 1.0 of the option, 0.0 of OptimizerConfig (core/optimizer/optimizer_config.py@0075637c).
 */
function addOffload(facts: CommandFacts): void {
  const name = 'workload.optimizerOffload';
  const offload = facts.get('megatron.optimizerCpuOffload');
  const isOpen = facts.open('megatron.optimizerCpuOffload');
  // The fraction says nothing where nothing is offloaded.
  if (isOpen === undefined && offload?.value !== true) return;
  const open = isOpen ?? facts.open('megatron.optimizerOffloadFraction');
  const fraction = facts.get('megatron.optimizerOffloadFraction');
  if (open !== undefined) facts.leaveOpen(name, open, `depends on ${open.key}`);
  else if (fraction !== undefined) {
    facts.derive(name, fraction.value, fraction, fraction.key, `${fraction.key} of the optimizer's state`);
  } else if (offload !== undefined) {
    const because = { ...offload, expression: 'the fraction that is offloaded' };
    facts.leaveOpen(name, because, 'its default differs between versions');
  }
}

function addPrecision(facts: CommandFacts): void {
  const name = 'workload.precision';
  const open = ['fp4Format', 'fp8Format', 'fp8Recipe'].map((option) => facts.open(`megatron.${option}`));
  const unknown = open.find((fact) => fact !== undefined) ?? facts.get('megatron.fp4Format');
  if (unknown !== undefined) {
    const why = `${unknown.key} has no model here, or depends on the launch`;
    facts.leaveOpen(name, { ...unknown, expression: unknown.expression ?? unknown.key }, why);
    return;
  }
  const format = facts.get('megatron.fp8Format');
  const plain = facts.get('megatron.bf16') ?? facts.get('megatron.fp16');
  if (format !== undefined) {
    deriveByMeaning(facts, name, 'megatron.fp8Recipe', PRECISION_OF_RECIPE);
  } else if (plain !== undefined) {
    facts.derive(name, 'bf16', plain, plain.key, 'mixed precision in 16 bits');
  }
}

/** Gradients in BF16, where either option asks for them (training/arguments.py, validate_args). */
function addGradients(facts: CommandFacts): void {
  const derive = (value: FactValue, option: string, rule: string): void => {
    const from = facts.get(option);
    if (from !== undefined) facts.derive('workload.gradientDtype', value, from, from.key, rule);
  };
  const options = ['megatron.gradReduceInBf16', 'megatron.mainGradsDtype'] as const;
  const open = options.map((option) => facts.open(option)).find((fact) => fact !== undefined);
  if (open !== undefined) facts.leaveOpen('workload.gradientDtype', open, `depends on ${open.key}`);
  derive('bf16', 'megatron.gradReduceInBf16', 'gradients are accumulated and reduced in BF16');
  if (facts.get('megatron.mainGradsDtype')?.value === 'bf16') {
    derive('bf16', 'megatron.mainGradsDtype', 'main gradients in BF16');
  }
}
