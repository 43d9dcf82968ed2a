import { acceleratorFact } from '../../../accelerator-names';
import type { Fact, TextRange } from '../../../fact';
import { at, membersOf, type YamlMember, type YamlNode } from '../../../syntax/yaml';
import { parseOption } from '../../shared/options';

const GPU_RESOURCES: ReadonlySet<string> = new Set(['nvidia.com/gpu', 'amd.com/gpu', 'gpu']);

/** The whole number that a key of a manifest states, as a fact of that name. */
export function integerFact(file: string, name: string, member: YamlMember | undefined): Fact[] {
  if (member?.value.kind !== 'scalar') return [];
  const { key, keyRange, valueRange: range, value } = member;
  const base = { name, key, file, range, keyRange };
  const { filled } = value;
  if (filled === undefined && (value.templated || value.text.includes('$'))) {
    return [{ ...base, value: null, state: 'unresolved', expression: value.source }];
  }
  const number = parseOption(filled?.text ?? value.text, 'integer');
  if (number === undefined) return [];
  return [
    { ...base, value: number, ...(filled ? { state: 'constant', via: filled.via } : { state: 'literal' }) },
  ];
}

const find = (node: YamlNode | undefined, key: string): YamlMember | undefined =>
  membersOf(node).find((member) => member.key === key);

/** GPUs that one pod asks for. */
function gpuFacts(file: string, resources: YamlNode | undefined): Fact[] {
  const facts = ['limits', 'requests']
    .flatMap((part) => membersOf(at(resources, part)))
    .filter(({ key }) => GPU_RESOURCES.has(key))
    .flatMap((member) => integerFact(file, 'kubernetes.gpusPerPod', member));
  const [first] = facts;
  // A pod of one GPU says nothing about its node, on which others may run.
  if (first === undefined || typeof first.value !== 'number' || first.value < 2) return facts;
  const origin = 'a pod runs on one node, and this one takes as many GPUs';
  return [...facts, { ...first, name: 'cluster.gpusPerNode', state: 'derived', origin }];
}

/** Prefill or decode, when a name says so. */
export function modeFact(file: string, key: string, value: string, range: TextRange): Fact[] {
  const mode = /(prefill|decode)/i.exec(value)?.[1]?.toLowerCase();
  if (mode === undefined) return [];
  const origin = `${key} ${value}`;
  return [
    { name: 'workload.mode', value: mode, key, file, range, keyRange: range, state: 'derived', origin },
  ];
}

/** `subComponentType: decode` of NVIDIA Dynamo, `llm-d.ai/role: decode` of llm-d. */
function statedMode(file: string, node: YamlNode): Fact[] {
  const places = [...membersOf(node), ...membersOf(at(node, 'metadata', 'labels'))];
  const member = places.find(({ key }) => key === 'subComponentType' || key === 'llm-d.ai/role');
  if (member?.value.kind !== 'scalar') return [];
  return modeFact(file, member.key, member.value.text, member.valueRange);
}

/** Labels of nodes that say which GPU those have, of GPU feature discovery, GKE, CoreWeave and of one's own. */
const GPU_LABEL = /gpu|accelerator|instance/i;

/** The GPU of the nodes that a pod may run on, where its selector or the one value of its affinity names it. */
function selectedGpu(file: string, node: YamlNode): Fact[] {
  const selected = membersOf(at(node, 'nodeSelector')).flatMap(({ key, keyRange, value, valueRange }) =>
    value.kind === 'scalar' ? [{ key, keyRange, name: value.text, range: valueRange }] : [],
  );
  const required = at(
    node,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  );
  const terms = required?.kind === 'sequence' ? required.items : [];
  const expressions = terms.flatMap((term) => {
    const list = at(term, 'matchExpressions');
    return list?.kind === 'sequence' ? list.items : [];
  });
  const matched = expressions.flatMap((expression) => {
    const [key, operator, values] = ['key', 'operator', 'values'].map((name) => at(expression, name));
    const [only, ...others] = values?.kind === 'sequence' ? values.items : [];
    const isOne =
      key?.kind === 'scalar' && operator?.kind === 'scalar' && operator.text === 'In' && others.length === 0;
    return isOne && only?.kind === 'scalar'
      ? [{ key: key.text, keyRange: key.range, name: only.text, range: only.range }]
      : [];
  });
  const [first] = [...selected, ...matched]
    .filter(({ key }) => GPU_LABEL.test(key))
    .flatMap(({ name, ...place }) => acceleratorFact({ ...place, file }, name));
  return first === undefined ? [] : [first];
}

/** Where LeaderWorkerSet, RoleBasedGroup and SGLang's chart say how many pods are one server. */
const GROUPS = ['leaderWorkerTemplate', 'leaderWorkerPattern', 'leaderWorkerSet'] as const;

/**
 * What a level of a manifest says about every container below it: GPUs of a pod, machines of a LeaderWorkerSet group,
 * of one worker of NVIDIA Dynamo (`multinode.nodeCount`), the role, the GPU.
 */
export function podFacts(file: string, node: YamlNode): Fact[] {
  return [
    ...gpuFacts(file, at(node, 'resources')),
    ...GROUPS.flatMap((key) => integerFact(file, 'kubernetes.groupSize', find(at(node, key), 'size'))),
    ...integerFact(file, 'cluster.nodes', find(at(node, 'multinode'), 'nodeCount')),
    ...statedMode(file, node),
    ...selectedGpu(file, node),
  ];
}
