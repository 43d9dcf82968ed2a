import type { Fact } from '../../fact';
import { addArtefactFile } from '../shared/artefact-file';
import { deriveByMeaning, KV_CACHE_DTYPES } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'vllm-project/vllm@00193b82: vllm/config/parallel.py';

const DEFAULTS: readonly {
  readonly name: string;
  readonly key: string;
  readonly value: number | boolean | string;
}[] = [
  { name: 'layout.tp', key: '--tensor-parallel-size', value: 1 },
  { name: 'layout.pp', key: '--pipeline-parallel-size', value: 1 },
  { name: 'layout.dp', key: '--data-parallel-size', value: 1 },
  { name: 'layout.expertParallelEnabled', key: '--enable-expert-parallel', value: false },
  { name: 'placement.eplb', key: '--enable-eplb', value: false },
];

/** The product of sizes, or the first of them that is open. `vllm.…` sizes count as 1 when absent. */
function product(facts: CommandFacts, names: readonly string[]): number | Fact | undefined {
  let result = 1;
  for (const name of names) {
    const open = facts.open(name);
    if (open !== undefined) return open;
    const size = facts.number(name) ?? (name.startsWith('vllm.') && !facts.has(name) ? 1 : undefined);
    if (size === undefined) return undefined;
    result *= size;
  }
  return result;
}

function addProduct(facts: CommandFacts, name: string, sizes: readonly string[], origin: string): void {
  const size = product(facts, sizes);
  const from = sizes
    .map((part) => facts.get(part))
    .find((fact) => fact !== undefined && fact.state !== 'default');
  if (typeof size === 'number') facts.derive(name, size, from, from?.key ?? '--tensor-parallel-size', origin);
  else if (size !== undefined) facts.leaveOpen(name, size, origin);
}

/** Prefill or decode, as the workers of NVIDIA Dynamo are told. */
function addMode(facts: CommandFacts): void {
  const stated = facts.get('vllm.disaggregationMode');
  const isHalf = stated?.value === 'prefill' || stated?.value === 'decode';
  if (isHalf)
    facts.derive('workload.mode', stated.value, stated, stated.key, `${stated.key} ${stated.value}`);
  for (const mode of ['prefill', 'decode']) {
    const flag = facts.get(`vllm.is${mode === 'prefill' ? 'Prefill' : 'Decode'}Worker`);
    if (flag?.value === true) facts.derive('workload.mode', mode, flag, flag.key, flag.key);
  }
}

const EXPERT_MAP =
  'vllm-project/vllm-ascend@001cd9e1: vllm_ascend/ascend_config.py, EplbConfig.expert_map_path';

/** A static map of vLLM Ascend. With dynamic EPLB experts move on from it, and where to is not known. */
function addExpertMap(facts: CommandFacts): void {
  const moves = facts.get('vllm.ascendDynamicEplb')?.value === true || facts.open('vllm.ascendDynamicEplb');
  if (!moves) addArtefactFile(facts, 'placement.file', 'vllm.ascendExpertMap', EXPERT_MAP);
}

/** What vLLM adds to the options of one server: its defaults, the size of its expert-parallel group, its GPUs. */
export function addVllmRules(facts: CommandFacts): void {
  // A config file may hold any of the options.
  addMode(facts);
  addExpertMap(facts);
  if (facts.isPartial) return;
  for (const entry of DEFAULTS) facts.byDefault(entry.name, entry.value, entry.key, SOURCE);
  const engine = 'the command starts a vLLM server';
  facts.derive('workload.engine', 'vllm', undefined, 'vllm serve', engine);

  const enabled = facts.get('layout.expertParallelEnabled');
  const open = facts.open('layout.expertParallelEnabled');
  const rule = `${SOURCE}: EP = TP x PCP x DP with --enable-expert-parallel, else 1`;
  if (enabled?.value === true) {
    addProduct(facts, 'layout.ep', ['layout.tp', 'vllm.prefillContextParallelSize', 'layout.dp'], rule);
  } else if (enabled !== undefined) facts.derive('layout.ep', 1, undefined, enabled.key, rule);
  else if (open !== undefined) facts.leaveOpen('layout.ep', open, rule);
  addProduct(
    facts,
    'layout.worldSize',
    ['layout.pp', 'layout.tp', 'vllm.prefillContextParallelSize', 'layout.dp'],
    'GPUs of all engines: PP x TP x PCP x DP',
  );
  const ranks = facts.number('layout.ep');
  if (enabled?.value === true && ranks !== undefined && ranks > 1) {
    facts.byDefault('communication.backend', 'allgather_reducescatter', '--all2all-backend', SOURCE);
  }
  if (facts.get('placement.eplb')?.value === true) {
    facts.byDefault('placement.redundantExperts', 0, '--eplb-config.num_redundant_experts', SOURCE);
  }
  deriveByMeaning(facts, 'workload.kvCacheDtype', 'vllm.kvCacheDtype', KV_CACHE_DTYPES);
  deriveByMeaning(facts, 'workload.overlap', 'vllm.enableDbo', { true: 'two-batch' });
  const quantization = facts.get('vllm.quantization');
  if (quantization?.value === 'fp8') {
    facts.derive('model.weightDtype', 'fp8', quantization, quantization.key, '--quantization fp8');
  }
}
