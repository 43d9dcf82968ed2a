import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findPreset } from '../../../src/catalog/models';
import type { Fact, FrameworkId } from '../../../src/config/fact';
import { presetFacts } from '../../../src/config/preset';
import type { Artefacts } from '../../../src/scenario/artefacts';
import { refusalsOf } from '../../../src/scenario/checks';
import { fields, fieldValue } from '../../../src/scenario/fields';
import type { Field } from '../../../src/scenario/fields/field';
import { type ResolveInput, resolveScenario } from '../../../src/scenario/resolve';
import type { Scenario } from '../../../src/scenario/scenario';
import type { Values } from '../../../src/scenario/values';
import { partsSentTo } from '../../../src/sim/placement/shards';
import type { PhaseTraffic, RankMemory, SimulationResult } from '../../../src/sim/result';
import { type RoutingEngine, simulate } from '../../../src/sim/simulate';
import { fact } from '../facts';

/**
 * Grouped-query attention, MLA with a group limit and without a query latent, sparse attention, sliding windows and chunks,
 * zero experts, recurrent mixers of two kinds, experts in a latent.
 */
const MODELS = [
  'Qwen/Qwen3-30B-A3B',
  'mistralai/Mixtral-8x7B-v0.1',
  'deepseek-ai/DeepSeek-V3',
  'deepseek-ai/DeepSeek-V2-Lite',
  'zai-org/GLM-5.2',
  'openai/gpt-oss-20b',
  'meta-llama/Llama-4-Scout-17B-16E',
  'meituan-longcat/LongCat-Flash-Chat',
  'Qwen/Qwen3-Next-80B-A3B-Instruct',
  'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16',
] as const;
const FRAMEWORKS: readonly FrameworkId[] = [
  'huggingface',
  'megatron-lm',
  'torchtitan',
  'vllm',
  'sglang',
  'trtllm',
];

const factsOf = new Map(MODELS.map((name) => [name, presetFacts(findPreset(name)!)]));

/** Values of a field: mostly legal ones, small enough that a run takes milliseconds, and now and then what no field holds. */
function valuesOf({ kind, choices, minimum = 0, maximum = 1e9, name }: Field): fc.Arbitrary<Values[string]> {
  const odd = fc.constantFrom(0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e12);
  const rarely = (usual: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: odd });
  switch (kind) {
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(choices ?? []));
    case 'integer': {
      const most = name.startsWith('layout.') || name === 'cluster.nodes' ? 64 : 512;
      return rarely(
        fc.oneof(
          fc.constantFrom(1, 2, 4, 8, 16, 32, 64).map((value) => Math.max(minimum, value)),
          fc.integer({ min: minimum, max: Math.min(maximum, most) }),
        ),
      );
    }
    case 'number':
      return rarely(
        fc.oneof(
          fc.double({ min: minimum, max: Math.min(maximum, 1e4), noNaN: true }),
          fc
            .constantFrom(0, 0.125, 0.5, 1, 1.25, 100)
            .map((value) => Math.max(minimum, Math.min(maximum, value))),
        ),
      );
    case 'text':
      return name === 'workload.recompute'
        ? fc.constantFrom('none', 'full', 'moe_act,layernorm')
        : fc.constant('x');
  }
}

const settable = fields.filter(({ kind, name }) => kind !== 'text' || name === 'workload.recompute');
const layoutFields = settable.filter(({ name }) => /^layout\.(tp|pp|cp|dp|ep|etp|vpp)$/.test(name));
/** Those that rarely make a job impossible. */
const gentle = settable.filter(
  ({ name }) => !/^(layout|model)\.|^placement\.strategy|^routing\.(distribution|layer)/.test(name),
);
const someOf = (from: readonly Field[], most: number) =>
  fc
    .uniqueArray(fc.constantFrom(...from), { maxLength: most, selector: ({ name }) => name })
    .chain((chosen) =>
      fc.tuple(...chosen.map((one) => valuesOf(one).map((value) => [one.name, value] as const))),
    )
    .map((entries): Values => Object.fromEntries(entries));

/** What a launch script would say: sizes that often fit together. */
const launch = fc
  .record(
    {
      'layout.tp': fc.constantFrom(1, 2, 4, 8),
      'layout.pp': fc.constantFrom(1, 2, 4),
      'layout.dp': fc.constantFrom(1, 2, 4, 8, 16),
      'layout.ep': fc.constantFrom(1, 2, 4, 8, 16, 32),
      'layout.etp': fc.constantFrom(1, 2),
      'cluster.nodes': fc.constantFrom(1, 2, 4),
      'layout.expertParallelEnabled': fc.boolean(),
      'layout.attentionDataParallel': fc.boolean(),
      'placement.eplb': fc.boolean(),
      'placement.redundantExperts': fc.constantFrom(0, 8, 16, 32),
      'communication.backend': fc.constantFrom(
        'flex',
        'alltoall',
        'allgather',
        'deepep',
        'deepep_low_latency',
      ),
      'workload.globalBatchSize': fc.constantFrom(64, 256, 1024),
      'workload.concurrency': fc.constantFrom(1, 3, 64, 100),
      'routing.capacityFactor': fc.constantFrom(-1, 1, 1.5),
      'megatron.moePadExpertInputToCapacity': fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((values): readonly Fact[] => Object.entries(values).map(([name, value]) => fact(name, value)));

/** Tables for a model, often of its own shape. */
function artefactsFor(experts: number, topK: number): fc.Arbitrary<Artefacts> {
  const width = fc.oneof(
    { weight: 9, arbitrary: fc.constant(experts) },
    { weight: 1, arbitrary: fc.constant(7) },
  );
  const rows = fc.constantFrom(1, 3);
  const loads = fc.tuple(rows, width, fc.nat(97)).map(([layers, columns, seed]) => ({
    file: 'loads.json',
    table: Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: columns }, (_unused, expert) => (expert * seed + 13 * layer) % 31),
    ),
  }));
  const trace = fc.tuple(width, fc.nat(97)).map(([below, seed]) => ({
    file: 'trace.jsonl',
    table: Array.from({ length: 11 }, (_, token) =>
      Array.from({ length: topK }, (_unused, i) => (token * seed + i) % below),
    ),
  }));
  const placement = fc.tuple(width, fc.constantFrom(0, 8), fc.nat(3)).map(([below, redundant, shift]) => ({
    file: 'map.json',
    table: [Array.from({ length: experts + redundant }, (_, slot) => (slot * (2 * shift + 1)) % below)],
  }));
  return fc.record({ loads, trace, placement }, { requiredKeys: [] });
}

const jobs: fc.Arbitrary<ResolveInput> = fc
  .record({ model: fc.constantFrom(...MODELS), framework: fc.constantFrom(...FRAMEWORKS) })
  .chain(({ model, framework }) => {
    const facts = factsOf.get(model)!;
    const number = (name: string) => Number(facts.find((one) => one.name === name)?.value);
    return fc.record({
      framework: fc.constant(framework),
      facts: launch.map((stated) => [...stated, ...facts]),
      overrides: fc.oneof(
        { weight: 2, arbitrary: someOf(gentle, 5) },
        {
          weight: 1,
          arbitrary: fc.tuple(someOf(settable, 5), someOf(layoutFields, 2)).map(([a, b]) => ({ ...a, ...b })),
        },
      ),
      artefacts: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Artefacts>({}) },
        {
          weight: 1,
          arbitrary: artefactsFor(number('model.routedExperts'), number('model.topK')),
        },
      ),
    });
  });

const engines = fc.oneof(
  { weight: 4, arbitrary: fc.constant<RoutingEngine>('expected') },
  { weight: 1, arbitrary: fc.constant<RoutingEngine>('sampled') },
);

/** Paths of the numbers in a result that are not finite, or negative where nothing can be. */
function impossible(node: unknown, path: string): string[] {
  if (typeof node === 'number') {
    const mayBeNegative = /interval|milliseconds$/.test(path);
    return Number.isFinite(node) && (node >= 0 || mayBeNegative) ? [] : [`${path} = ${node}`];
  }
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => impossible(value, `${path}.${key}`));
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};
const near = (a: number, b: number, relative = 1e-6): boolean =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-6;

/** The laws that a result breaks, one line each. */
function broken(scenario: Scenario, result: SimulationResult): string[] {
  const { traffic, memory, placement, step, comparison, alltoallv, time } = result;
  const { ep } = scenario.layout;
  const parts = partsSentTo(scenario);
  const ranks = ep * parts;
  const laws: string[] = [];
  const holds = (law: string, isSo: boolean, ...figures: readonly number[]) => {
    if (!isSo) laws.push(`${law}: ${figures.join(', ')}`);
  };
  const { size, data } = traffic.rows;
  holds('the matrix has a row for each rank', size === ranks && data.length === ranks * ranks, size, ranks);
  holds(
    'so has the placement',
    placement.worldRanks.length === ranks && placement.nodeOfRank.length === ranks,
  );
  const rows = sum(data);
  const phases: readonly PhaseTraffic[] = [
    traffic.dispatch,
    traffic.combine,
    ...(traffic.backward ? [traffic.backward.dispatch, traffic.backward.combine] : []),
  ];
  for (const { rowBytes, localBytes, scaleUpBytes, scaleOutBytes, relayedBytes } of phases) {
    // What a kernel only hands on is beside the matrix.
    const all = (localBytes + scaleUpBytes + scaleOutBytes - relayedBytes) / rowBytes;
    holds('local + scale-up + scale-out = all', near(all, rows, 1e-5), all, rows);
  }
  const { load, tokensPerRank } = traffic;
  const { topK, routedExperts } = scenario.model;
  const assigned = sum(load.perRank);
  holds('the ranks have what the experts have', near(assigned, parts * sum(load.perExpert), 1e-5), assigned);
  const wanted = tokensPerRank * ranks * topK;
  const kept = (sum(load.perExpert) * (1 - load.padding)) / (1 - load.dropped || 1);
  if (load.dropped < 1) holds('assignments = tokens × k', near(kept, wanted, 1e-3), kept, wanted);
  const isPerAssignment = ['nccl-alltoall', 'deepep-low-latency'].includes(traffic.backend);
  if (isPerAssignment) {
    for (let rank = 0; rank < ranks; rank++) {
      let received = 0;
      for (let source = 0; source < ranks; source++) received += data[source * ranks + rank]!;
      holds(
        'columns sum to the load',
        near(received, load.perRank[rank]!, 1e-5),
        received,
        load.perRank[rank]!,
      );
    }
  }
  holds('a rank uses no more ranks than there are', traffic.perToken.distinctRanks <= ranks * (1 + 1e-6));
  holds('nor more than experts', traffic.perToken.distinctRanks <= topK * parts * (1 + 1e-6));
  holds(
    'remote nodes are nodes',
    traffic.perToken.remoteNodes <= traffic.perToken.distinctNodes * (1 + 1e-6),
  );
  holds('dropped and padding are shares', load.dropped <= 1 && load.padding <= 1);
  holds(
    'the fullest is no less than the mean',
    load.maxOverMean >= 1 - 1e-6 && load.expertMaxOverMean >= 1 - 1e-6,
  );
  if (ranks === 1)
    holds('EP 1 sends nothing', traffic.dispatch.scaleUpBytes + traffic.dispatch.scaleOutBytes === 0);
  holds('padded is no less than exact', alltoallv.paddedOverExact >= 1 - 1e-6, alltoallv.paddedOverExact);
  const placed = new Set(placement.physicalToLogical);
  holds('every expert has a slot', placed.size === routedExperts, placed.size);
  for (const one of memory.perRank) {
    const { weights, gradients, optimizer, activations, kvCache, buffers, runtime, total }: RankMemory = one;
    const all = weights + gradients + optimizer + activations + kvCache + buffers + runtime;
    holds('memory parts sum to the total', near(all, total, 1e-9), all, total);
  }
  holds('memory of every rank', memory.perRank.length === ranks, memory.perRank.length);
  holds(
    'it fits where all ranks do',
    memory.fits === memory.perRank.every((one) => one.total <= one.capacity),
  );
  const isShort = !memory.fits;
  holds('what is short says so', isShort === ['every-sequence', 'memory'].includes(memory.shortage));
  holds(
    'parts sum to the step',
    near(sum(step.parts.map(({ seconds }) => seconds)), step.seconds, 1e-6),
    step.seconds,
  );
  holds('a step takes time', step.seconds > 0, step.seconds);
  for (const [name, one] of Object.entries(comparison)) {
    const product = one.reasons.reduce(
      (bytes: number, { factor }: { factor: number }) => bytes * factor,
      one.textbookBytes,
    );
    holds(
      `the reasons of ${name} lead to the exact figure`,
      near(product, one.exactBytes, 1e-6),
      product,
      one.exactBytes,
    );
  }
  for (const phase of [time.dispatch, time.combine]) {
    const slowest = Math.max(...Object.values(phase.terms));
    holds('a phase takes no less than its slowest term', phase.microseconds >= slowest * (1 - 1e-9));
  }
  return laws;
}

const RUNS = Number(process.env.SCENARIO_RUNS ?? 200);
const seed = Number(process.env.SCENARIO_SEED ?? 20260101);

it('a job is refused for a reason with its fields, or simulated to figures that are possible and keep the laws', () => {
  fc.assert(
    fc.property(jobs, engines, (job, engine) => {
      const { scenario, refusals } = resolveScenario(job);
      if (scenario === null) {
        expect(refusals.length).toBeGreaterThan(0);
        for (const { reason, fields: faults, message } of refusals) {
          expect(faults.length, reason).toBeGreaterThan(0);
          expect(message).toMatch(/^\S.*\.$/);
          expect(message).not.toMatch(/undefined|\[object/);
        }
        return;
      }
      expect(refusalsOf(scenario)).toEqual([]);
      const { scenario: _, ...result } = simulate(scenario, engine);
      expect(impossible(result, 'result')).toEqual([]);
      expect(broken(scenario, { ...result, scenario })).toEqual([]);
    }),
    { numRuns: RUNS, seed },
  );
});

it('what is set is what is simulated', () => {
  fc.assert(
    fc.property(jobs, (job) => {
      const { scenario } = resolveScenario(job);
      if (scenario === null) return;
      for (const [name, value] of Object.entries(job.overrides ?? {})) {
        if (name !== 'workload.recompute') expect(fieldValue(scenario, name), name).toEqual(value);
      }
    }),
    { numRuns: RUNS, seed },
  );
});
