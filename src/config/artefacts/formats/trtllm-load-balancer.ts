import { LineIndex } from '../../lines';
import { membersOf, parseYaml, type YamlMap, type YamlNode } from '../../syntax/yaml';
import type { Artefact } from '../artefact';
import type { DocumentFormat } from '../format';
import { type BuildContext, PlacementBuilder } from '../placement-builder';
import { Problems } from '../problems';
import { textOf } from '../utf8';

const ID = { id: 'trtllm-load-balancer', title: 'TensorRT-LLM load balancer' } as const;

/** Longer files are not read as YAML: see `parseYaml`. */
const MAX_BYTES = 500_000;
const ASSIGNMENTS = 'initial_global_assignments';
const UPDATES = 'layer_updates_per_iter';
const SLOTS = 'num_slots';

/**
 * The YAML of `moe_config.load_balancer`, in a file of its own or inside the engine's options: `num_slots`, and for each
 * MoE layer of the model the expert of each slot (NVIDIA/TensorRT-LLM@76a646e9:
 * examples/wide_ep/ep_load_balancer/generate_eplb_config.py; checks as fused MoE modules make them: as many ids as
 * slots, and every expert among them).
 */
export const trtllmLoadBalancer: DocumentFormat = {
  id: ID.id,
  hint: /\b(initial_global_assignments|layer_updates_per_iter)\b/,
  read({ file, bytes }) {
    if (bytes.length > MAX_BYTES) return null;
    const text = textOf(bytes);
    if (!text.includes(SLOTS) || !(text.includes(ASSIGNMENTS) || text.includes(UPDATES))) return null;
    const parsed = parseYaml(text);
    const balancer = parsed.documents.map((node) => balancerIn(node)).find((found) => found !== null);
    if (balancer === undefined || balancer === null) return null;
    const lines = new LineIndex(text);
    const problems = new Problems();
    const lineOf = (node: YamlNode) => lines.at(node.range.start).line + 1;
    for (const { severity, message, range } of parsed.problems) {
      problems.add(message, severity, lines.at(range.start).line + 1, () => message);
    }
    return readBalancer(balancer, { file, format: ID.id, title: ID.title, problems }, lineOf);
  },
};

/** The map with the slots: the file's own, or one inside it. */
function balancerIn(node: YamlNode, depth = 0): YamlMap | null {
  if (node.kind !== 'map' || depth > 6) return null;
  const keys = new Set(node.members.map((member) => member.key));
  if (keys.has(SLOTS) && (keys.has(ASSIGNMENTS) || (depth === 0 && keys.has(UPDATES)))) return node;
  for (const member of node.members) {
    const found = balancerIn(member.value, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function numberOf(node: YamlNode | undefined): number | null {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : null;
}

function readBalancer(
  balancer: YamlMap,
  context: BuildContext,
  lineOf: (node: YamlNode) => number,
): Artefact | null {
  const find = (key: string) => balancer.members.find((member) => member.key === key)?.value;
  const slots = numberOf(find(SLOTS));
  const updates = numberOf(find(UPDATES));
  const assignments = find(ASSIGNMENTS);
  const builder = new PlacementBuilder(context);
  for (const { key, value } of membersOf(assignments)) {
    if (value.kind !== 'sequence' || !/^\d{1,6}$/.test(key)) {
      const say = () => `${ASSIGNMENTS} has layer numbers with a list of experts each, not ${key}.`;
      context.problems.add('layer', 'error', lineOf(value), say);
      continue;
    }
    const ids = value.items.map((item) => numberOf(item) ?? Number.NaN);
    builder.add(Number(key), ids, ids.length, lineOf(value));
  }
  const isMovedOnly = assignments === undefined || numberOf(assignments) === null;
  if (builder.isEmpty && (slots === null || !isMovedOnly)) return null;
  const placement = builder.finish(slots ?? undefined);
  return updates === null ? placement : { ...placement, layerUpdatesPerIteration: updates };
}
