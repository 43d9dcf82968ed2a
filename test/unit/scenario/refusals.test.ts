import { expect, test } from 'vitest';
import type { Fact, FrameworkId } from '../../../src/config/fact';
import { refusalsOf } from '../../../src/scenario/checks';
import { lineOf } from '../../../src/scenario/provenance';
import { type ReasonId, reasons } from '../../../src/scenario/refusals/reasons';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { type ResolveInput, resolveScenario } from '../../../src/scenario/resolve';
import type { Values } from '../../../src/scenario/values';
import { simulate } from '../../../src/sim/simulate';
import { fact, smallModel } from '../facts';

interface Case {
  readonly reason: ReasonId;
  readonly framework?: FrameworkId;
  /** Before those of the small model. */
  readonly facts?: readonly Fact[];
  /** Facts of the small model that are left out: those whose name begins so. */
  readonly without?: string;
  readonly overrides?: Values;
  readonly artefacts?: ResolveInput['artefacts'];
}

const at = (name: string, value: number | string | boolean) =>
  fact(name, value, 'literal', { range: { start: 3, end: 5 } });
const engine = [at('layout.tp', 16), at('layout.ep', 8)];
const attentionDp = fact('layout.attentionDataParallel', true);
const slots = (table: number[][]) => ({ placement: { table, file: 'map.json' } });
const inOrder = Array.from({ length: 64 }, (_, expert) => expert);
const loads = (table: number[][]) => ({ loads: { table, file: 'loads.csv' } });
const trace = (table: number[][]) => ({ trace: { table, file: 'trace.jsonl' } });
const evenLoads = Array.from({ length: 64 }, () => 1);

const cases: readonly Case[] = [
  { reason: 'model-not-known', without: 'model.' },
  { reason: 'not-stated', without: 'model.topK' },
  {
    reason: 'not-known',
    without: 'model.topK',
    facts: [fact('model.topK', null, 'unresolved', { expression: '$K' })],
  },
  { reason: 'illegal-value', overrides: { 'layout.ep': Number.NaN } },
  { reason: 'illegal-value', overrides: { 'cluster.scaleOutGBps': Number.POSITIVE_INFINITY } },
  { reason: 'illegal-value', overrides: { 'cluster.accelerator': 'h1000' } },
  { reason: 'illegal-value', facts: [at('layout.tp', -2)] },
  { reason: 'illegal-value', facts: [at('cluster.nodes', 0)] },
  { reason: 'illegal-value', without: 'model.layers', facts: [at('model.layers', 'many')] },
  { reason: 'family-not-simulated', facts: [at('huggingface.modelType', 'new_moe')] },
  { reason: 'block-not-read', facts: [at('maxtext.otherBlock', 'llama4')] },
  { reason: 'variant-not-simulated', facts: [at('huggingface.notSimulated', 'X is not simulated yet.')] },
  { reason: 'layer-pattern-not-read', facts: [at('model.moeLayerFrequency', '[x for x in y]')] },
  { reason: 'layer-pattern-too-short', facts: [at('model.moeLayerFrequency', '[0]+[1]*3')] },
  { reason: 'no-moe-layer', overrides: { 'model.firstDenseLayers': 8 } },
  { reason: 'top-k-exceeds-experts', overrides: { 'model.topK': 65 } },
  { reason: 'experts-over-groups', overrides: { 'model.router.groups': 7 } },
  {
    reason: 'more-groups-than-there-are',
    overrides: { 'model.router.groups': 4, 'model.router.topkGroups': 5 },
  },
  { reason: 'top-k-exceeds-groups', overrides: { 'model.router.groups': 64 } },
  {
    reason: 'nodes-do-not-fit-layout',
    framework: 'megatron-lm',
    facts: [at('layout.tp', 3), fact('cluster.nodes', 1)],
  },
  { reason: 'world-does-not-fit-layout', overrides: { 'layout.worldSize': 9, 'layout.tp': 2 } },
  {
    reason: 'gpus-do-not-divide',
    framework: 'vllm',
    facts: [at('layout.tp', 16)],
    overrides: { 'cluster.nodes': 1 },
  },
  {
    reason: 'gpus-do-not-divide',
    framework: 'sglang',
    facts: [at('layout.tp', 16), at('layout.dp', 4), attentionDp],
    overrides: { 'layout.ep': 6 },
  },
  {
    reason: 'ep-is-tp-times-dp',
    framework: 'vllm',
    facts: [at('layout.tp', 2)],
    overrides: { 'layout.ep': 3 },
  },
  {
    reason: 'dp-does-not-divide-tp',
    framework: 'sglang',
    facts: [at('layout.tp', 8), at('layout.dp', 3), attentionDp],
  },
  { reason: 'ep-does-not-divide-tp', framework: 'sglang', facts: [at('layout.tp', 8), at('layout.ep', 3)] },
  { reason: 'expert-grid-is-not-tp', framework: 'trtllm', facts: [...engine, at('layout.etp', 4)] },
  { reason: 'ep-with-cp', framework: 'trtllm', facts: [...engine, at('layout.cp', 2)] },
  {
    reason: 'attention-dp-splits-no-heads',
    framework: 'trtllm',
    facts: [...engine, attentionDp],
    overrides: { 'layout.tp': 2 },
  },
  { reason: 'heads-do-not-divide', overrides: { 'layout.tp': 32 } },
  { reason: 'stage-without-layer', overrides: { 'layout.pp': 4, 'layout.vpp': 4 } },
  { reason: 'rank-without-expert', overrides: { 'layout.ep': 128 } },
  { reason: 'experts-do-not-divide', overrides: { 'layout.ep': 48 } },
  {
    reason: 'beyond-nvlink-domain',
    overrides: { 'layout.ep': 16, 'communication.backend': 'nvlink-one-sided' },
  },
  {
    reason: 'order-of-other-grid',
    overrides: { 'layout.order': 'tp-cp-pp-dp', 'layout.ep': 4, 'layout.dp': 8 },
  },
  {
    reason: 'all-to-all-without-dp',
    framework: 'vllm',
    facts: [at('layout.tp', 8), at('layout.dp', 1), fact('layout.expertParallelEnabled', true)],
    overrides: { 'communication.backend': 'deepep-low-latency' },
  },
  { reason: 'contradicted-change', overrides: { 'layout.edp': 7 } },
  { reason: 'contradicted-change', facts: [{ ...at('layout.edp', 7), pin: true }] },
  {
    reason: 'batch-does-not-divide',
    framework: 'megatron-lm',
    facts: [at('layout.ep', 8), at('workload.globalBatchSize', 12)],
  },
  {
    reason: 'batch-over-open-sizes',
    framework: 'megatron-lm',
    facts: [
      at('layout.worldSize', 16),
      { ...at('layout.tp', 0), value: null, state: 'unresolved', expression: '$TP' },
      at('workload.globalBatchSize', 8),
    ],
  },
  { reason: 'overlap-of-other-mode', overrides: { 'workload.overlap': 'expert-parallel' } },
  { reason: 'no-tokens', overrides: { 'workload.tokensPerRank': 0 } },
  { reason: 'no-tokens', overrides: { 'workload.tokensPerRank': 0.1, 'layout.ep': 8 } },
  { reason: 'loads-missing', overrides: { 'routing.distribution': 'loads' } },
  { reason: 'loads-of-other-experts', artefacts: loads([[1, 2]]) },
  { reason: 'load-not-a-number', artefacts: loads([[...evenLoads.slice(1), -1]]) },
  { reason: 'layer-without-load', artefacts: loads([evenLoads.map(() => 0)]) },
  { reason: 'trace-missing', overrides: { 'routing.distribution': 'trace' } },
  { reason: 'trace-without-tokens', artefacts: trace([]) },
  { reason: 'trace-of-other-router', artefacts: trace([[0, 1, 2, 2]]) },
  { reason: 'layer-not-there', overrides: { 'routing.layer': 8 } },
  { reason: 'layer-not-there', overrides: { 'routing.layer': 1 }, artefacts: loads([evenLoads]) },
  { reason: 'placement-missing', overrides: { 'placement.strategy': 'explicit' } },
  { reason: 'placement-without-slots', artefacts: slots([]) },
  { reason: 'placement-rows-differ', artefacts: slots([inOrder, [...inOrder, ...inOrder]]) },
  { reason: 'placement-of-other-layers', artefacts: slots([inOrder, inOrder, inOrder]) },
  { reason: 'slot-without-expert', artefacts: slots([[...inOrder.slice(1), 64]]) },
  { reason: 'expert-without-slot', artefacts: slots([[...inOrder.slice(1), 1]]) },
  { reason: 'too-few-slots', framework: 'trtllm', facts: [...engine, at('trtllm.numSlots', 32)] },
];

const resolve = ({ framework = 'huggingface', facts = [], without, overrides, artefacts }: Case) =>
  resolveScenario({
    framework,
    facts: [...facts, ...smallModel.filter(({ name }) => without === undefined || !name.startsWith(without))],
    ...(overrides ? { overrides } : {}),
    ...(artefacts ? { artefacts } : {}),
  });

test.each(cases)('$reason: $overrides $artefacts', (one) => {
  const { scenario, refusals, provenance } = resolve(one);
  expect(scenario).toBeNull();
  expect(refusals.map(({ reason }) => reason)).toEqual([one.reason]);
  const [{ fields, message } = { fields: [], message: '' }] = refusals;
  expect(fields.length).toBeGreaterThan(0);
  expect(message).toMatch(/^\S.*\.$/);
  // What a file writes is led to.
  const written = one.facts?.filter(({ range }) => range.end > range.start) ?? [];
  const places = fields.flatMap((name) => lineOf(provenance[name]) ?? []);
  if (written.length > 0) expect(places).toContainEqual({ file: 'job.sh', range: { start: 3, end: 5 } });
});

/** Said of what `resolveScenario` never makes, or by the engine. */
const ELSEWHERE: readonly string[] = ['slots-do-not-match-experts', 'part-not-found'];

test('every reason is reached, and says in a line what it means', () => {
  const reached = cases.map(({ reason }) => reason);
  expect(new Set([...reached, ...ELSEWHERE])).toEqual(new Set(Object.keys(reasons)));
  for (const [id, { summary }] of Object.entries(reasons)) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(summary).toMatch(/^[A-Z].*\.$/);
  }
});

test('a scenario that was made by hand is refused by the simulator in the same words', () => {
  const { scenario } = resolveScenario({ framework: 'huggingface', facts: smallModel });
  const impossible = { ...scenario!, model: { ...scenario!.model, topK: 65 } };
  const { refusals } = resolve({ reason: 'top-k-exceeds-experts', overrides: { 'model.topK': 65 } });
  expect(refusalsOf(impossible)).toEqual(refusals);
  expect(() => simulate(impossible)).toThrow(RefusedScenario);
  const other = { ...scenario!.placement, strategy: 'explicit' as const, slots: [[...inOrder, 0]] };
  expect(refusalsOf({ ...scenario!, placement: other })).toMatchObject([
    { reason: 'slots-do-not-match-experts' },
  ]);
});

test('the list of reasons is what docs/refusals.md says', async () => {
  const rows = Object.entries(reasons).map(([id, { summary }]) => `| \`${id}\` | ${summary} |`);
  const page = [
    '# Why there is no result',
    '',
    'A scenario that is impossible or incomplete is refused: `simulate` and `whatif` end with code 2, and their JSON has `refusals`, each with a `reason` of this list, a `message` with the numbers and what to do, and the `fields` at fault, the one to change first, with the file and line that decide them. The panel and the lens above a job lead to the same lines.',
    '',
    '| reason | what it means |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/refusals.md');
});
