import type { ReadDocument, SyntaxProblem } from '../../fact';
import type { Setting } from '../../syntax/settings';
import type { SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings, setting } from '../shared/read-settings';
import { addBalancer } from './implied';

/** Keys of a load balancer in a file of its own (NVIDIA/TensorRT-LLM@00043967: llmapi/llm_args.py, MoeLoadBalancerConfig). */
export const BALANCER_KEYS = [
  setting('integer', 'trtllm.numSlots', 'num_slots'),
  setting('integer', 'trtllm.layerUpdatesPerIter', 'layer_updates_per_iter'),
] as const;

/** The file that `moe_config.load_balancer` names; `null` for anything else. */
export function readLoadBalancer(
  source: SourceText,
  settings: readonly Setting[],
  problems: readonly SyntaxProblem[],
): ReadDocument | null {
  const has = (key: string) => settings.some(({ path }) => path === key);
  const isBalancer =
    has('num_slots') &&
    settings.some(({ path }) => /^(layer_updates_per_iter$|initial_global_assignments(\.|$))/.test(path));
  if (!isBalancer) return null;
  const context = { file: source.file };
  const stated = readSettings(context, settings, BALANCER_KEYS, source.text);
  const complete = new CommandFacts(stated.facts, anchorOf(context, settings));
  addBalancer(complete);
  return {
    file: source.file,
    framework: 'trtllm',
    title: 'TensorRT-LLM load balancer',
    kind: 'launch',
    facts: complete.facts,
    problems: [...problems, ...stated.problems],
    models: [],
    isPart: true,
  };
}
