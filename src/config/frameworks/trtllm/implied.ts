import type { Fact } from '../../fact';
import { entryOf } from '../../table';
import { addArtefactFile } from '../shared/artefact-file';
import { deriveByMeaning, KV_CACHE_DTYPES } from '../shared/by-meaning';
import type { CommandFacts } from '../shared/command-facts';

const ARGUMENTS = 'NVIDIA/TensorRT-LLM@00209af1: tensorrt_llm/commands/serve.py';
const MAPPING = 'NVIDIA/TensorRT-LLM@05ebebb2: tensorrt_llm/mapping.py';

/** -1 leaves a size of the expert grid to the other sizes: it is no size. */
export function withoutUnsetSizes(facts: readonly Fact[]): Fact[] {
  return facts.filter(
    (fact) =>
      !(
        ['layout.ep', 'layout.etp', 'trtllm.moeClusterParallelSize'].includes(fact.name) && fact.value === -1
      ),
  );
}

/** Roles of a disaggregated service, as `--server_role` and NVIDIA Dynamo call them. */
const MODES: Readonly<Record<string, string>> = {
  prefill: 'prefill',
  context: 'prefill',
  decode: 'decode',
  generation: 'decode',
};

/** What TensorRT-LLM makes of one engine's arguments: defaults, the expert grid inside TP, its GPUs. */
export function addEngineRules(facts: CommandFacts): void {
  facts.derive(
    'workload.engine',
    'tensorrt-llm',
    undefined,
    'tensor_parallel_size',
    'arguments of TensorRT-LLM',
  );
  deriveByMeaning(facts, 'workload.kvCacheDtype', 'trtllm.kvCacheDtype', KV_CACHE_DTYPES);
  const role = facts.get('trtllm.disaggregationMode');
  const mode = entryOf(MODES, String(role?.value).toLowerCase());
  if (role !== undefined && mode !== undefined) {
    facts.derive('workload.mode', mode, role, role.key, `${role.key} ${String(role.value)}`);
  }
  // The file overwrites what the command says: without it nothing is at its default.
  if (facts.isPartial) return;
  facts.byDefault('layout.tp', 1, 'tensor_parallel_size', ARGUMENTS);
  facts.byDefault('layout.pp', 1, 'pipeline_parallel_size', ARGUMENTS);
  facts.byDefault('layout.attentionDataParallel', false, 'enable_attention_dp', MAPPING);
  addExpertGrid(facts);
  addWorldSize(facts);
  addBalancer(facts);
  addArtefactFile(facts, 'placement.file', 'trtllm.loadBalancer', `${ARGUMENTS}: MoeConfig.load_balancer`);
}

/** A load balancer places the experts, unless it has no slots (`num_slots: 0` in TensorRT-LLM's own examples). */
export function addBalancer(facts: CommandFacts): void {
  const balancer = facts.get('trtllm.numSlots') ?? facts.get('trtllm.loadBalancer');
  if (balancer !== undefined && balancer.value !== 0) {
    facts.derive('placement.eplb', true, balancer, balancer.key, 'a load balancer places the experts');
  }
}

/** TP = MoE-TP × MoE-EP × MoE-cluster: what is not given follows from the rest. */
function addExpertGrid(facts: CommandFacts): void {
  const rule = `${MAPPING}: TP = MoE-TP × MoE-EP × MoE-cluster`;
  const open = ['layout.tp', 'layout.ep', 'layout.etp', 'trtllm.moeClusterParallelSize']
    .map((name) => facts.open(name))
    .find((fact) => fact !== undefined);
  if (open !== undefined) {
    facts.leaveOpen('layout.ep', open, rule);
    facts.leaveOpen('layout.etp', open, rule);
    return;
  }
  const cluster = facts.number('trtllm.moeClusterParallelSize') ?? 1;
  const tp = facts.get('layout.tp');
  const ranks = Number(tp?.value) / cluster;
  const [ep, etp] = [facts.get('layout.ep'), facts.get('layout.etp')];
  const neither = ep === undefined && etp === undefined;
  deriveSize(facts, 'layout.ep', neither ? 1 : ranks / Number(etp?.value), etp ?? tp, rule);
  deriveSize(facts, 'layout.etp', neither ? ranks : ranks / Number(ep?.value), ep ?? tp, rule);
}

function deriveSize(
  facts: CommandFacts,
  name: string,
  size: number,
  from: Fact | undefined,
  rule: string,
): void {
  if (Number.isSafeInteger(size) && size > 0) facts.derive(name, size, from, from?.key ?? '', rule);
}

function addWorldSize(facts: CommandFacts): void {
  const names = ['layout.tp', 'layout.pp', 'layout.cp'];
  const rule = `${MAPPING}: GPUs of one engine = TP × PP × CP`;
  const open = names.map((name) => facts.open(name)).find((fact) => fact !== undefined);
  const tp = facts.get('layout.tp');
  if (open !== undefined) facts.leaveOpen('layout.worldSize', open, rule);
  else {
    const size = names.reduce((product, name) => product * (facts.number(name) ?? 1), 1);
    facts.derive('layout.worldSize', size, tp, tp?.key ?? '', rule);
  }
}
