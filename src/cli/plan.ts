import { fitWords } from '../plan/fit';
import { NO_LIMITS } from '../plan/search/objective';
import type { Plan, PlanEntry, PlanQuery } from '../worker/plan';
import type { Call } from './args';
import type { Outcome } from './commands';
import { gpuRanges } from './gpu-counts';
import { jobOf } from './jobs';
import { tellingProgress } from './progress';
import { refusalsJson, refusalsText } from './refusals';
import { readArtefacts } from './tables';
import { table } from './text';
import { openWorkspace } from './workspace';

const GIB = 2 ** 30;
const USUAL_TOP = 10;
const grouped = new Intl.NumberFormat('en-US');

/** The best layouts of a job. Exit code 2 where it has no scenario, or nothing keeps to the limits. */
export function planLayouts(call: Call): Outcome {
  const workspace = openWorkspace();
  const job = jobOf(call, workspace);
  const request = { settings: {}, overrides: call.set, artefacts: readArtefacts(call.artefacts) };
  const query: PlanQuery = {
    gpus: call.plan.gpus === null ? [] : gpuRanges(call.plan.gpus),
    objective: call.plan.objective,
    limits: {
      memoryMarginGiB: call.plan.amounts['memory-margin'] ?? NO_LIMITS.memoryMarginGiB,
      tpotMilliseconds: call.plan.amounts.tpot ?? null,
      ttftMilliseconds: call.plan.amounts.ttft ?? null,
    },
    top: call.counts.top ?? USUAL_TOP,
    pricePerGpuHour: call.plan.amounts.price ?? null,
  };
  const steps = workspace.engine.plan(job, { ...request, query });
  const { plan, ...refused } = tellingProgress('plan', fractions(steps));
  if (plan === null) {
    const resolution = { ...refused, scenario: null, provenance: {} };
    const message = `Nothing to plan:\n${refusalsText(resolution, workspace)}`;
    const found = { scenario: null, refusals: refusalsJson(resolution, workspace) };
    return { output: call.format === 'json' ? `${JSON.stringify(found)}\n` : '', message, exitCode: 2 };
  }
  const message = plan.fitting === 0 ? nothingText(plan) : undefined;
  const exitCode = plan.fitting === 0 ? 2 : 0;
  const output = call.format === 'json' ? `${JSON.stringify(planJson(plan))}\n` : `${planText(plan)}\n`;
  return { output, ...(message ? { message } : {}), exitCode };
}

/** Steps of a plan as fractions alone. */
function* fractions<T>(
  steps: Generator<number | { readonly fraction: number }, T>,
): Generator<number, T, void> {
  let next = steps.next();
  while (!next.done) {
    yield typeof next.value === 'number' ? next.value : next.value.fraction;
    next = steps.next();
  }
  return next.value;
}

/** A plan under the names of the command-line contract. */
function planJson(plan: Plan) {
  const { best, pareto, present, delta, parts, freeing, presentFits, ...counts } = plan;
  return {
    ...counts,
    present: present && { ...entryJson(present), fits: presentFits },
    best: best.map(entryJson),
    pareto: pareto.map(entryJson),
    delta,
    parts,
    freeing,
  };
}

function entryJson(entry: PlanEntry) {
  const { peakBytes, freeBytes, capacityBytes } = entry;
  return {
    layout: entry.layout,
    cluster: { nodes: entry.nodes },
    workload: {
      microBatchSize: entry.microBatchSize,
      recompute: entry.recompute,
      concurrency: entry.concurrency,
    },
    communication: { backend: entry.backend },
    placement: { strategy: entry.placement, redundantExperts: entry.redundantExperts },
    step: {
      seconds: entry.seconds,
      tokensPerSecondPerGpu: entry.tokensPerSecondPerGpu,
      tpotMilliseconds: entry.tpotMilliseconds,
      ttftMilliseconds: entry.ttftMilliseconds,
    },
    memory: {
      peakGiB: peakBytes / GIB,
      freeGiB: freeBytes / GIB,
      capacityGiB: capacityBytes / GIB,
    },
    costPerMillionTokens: entry.costPerMillionTokens,
    changes: entry.changes,
  };
}

function planText(plan: Plan): string {
  const { searched, legal, fitting, milliseconds, best, present, presentFits, rejected } = plan;
  const counts = `${grouped.format(searched)} configurations: ${grouped.format(legal)} legal, ${grouped.format(fitting)} of them keep to the limits (${(milliseconds / 1000).toFixed(1)} s)`;
  const now = present ? [[presentFits ? 'now' : `now, ${shortage(present)}`, ...cells(present)]] : [];
  const rows = best.map((entry, at) => [
    `${at + 1}${entry.changes.length === 0 ? ', now' : ''}`,
    ...cells(entry),
  ]);
  const heads = ['', 'GPUs', 'TP', 'PP', 'VPP', 'CP', 'DP', 'EP', 'ETP', 'batch', 'recompute', 'backend'];
  const figures = [
    'step',
    'tok/s/GPU',
    'free GiB',
    ...(plan.best[0]?.costPerMillionTokens ? ['cost/M'] : []),
  ];
  const reasons = rejected.slice(0, 12).map(({ reason, count }) => [grouped.format(count), reason]);
  const [first] = best;
  return [
    counts,
    '',
    table([[...heads, ...figures], ...now, ...rows]),
    ...(first && first.changes.length > 0 ? ['', `best: ${changesText(first)}`] : []),
    ...(reasons.length > 0 ? ['', 'left out', table(reasons, 2)] : []),
  ].join('\n');
}

/** What is too little where a layout does not keep to the limits of memory. */
const shortage = (entry: PlanEntry): string =>
  entry.shortage === 'none' ? 'less is free than asked for' : fitWords(entry);

/** A placement in so many words that two which differ are told apart. */
const placementText = ({ placement, redundantExperts }: PlanEntry): string =>
  [
    ...(placement === 'linear' ? [] : [`, ${placement}`]),
    ...(redundantExperts === 0 ? [] : [` +${redundantExperts}`]),
  ].join('');

function cells(entry: PlanEntry): string[] {
  const { layout, tpotMilliseconds } = entry;
  const isTraining = tpotMilliseconds === null && entry.ttftMilliseconds === null;
  const cost = entry.costPerMillionTokens;
  return [
    ...[layout.worldSize, layout.tp, layout.pp, layout.vpp, layout.cp, layout.dp, layout.ep, layout.etp].map(
      String,
    ),
    isTraining ? String(entry.microBatchSize) : String(entry.concurrency),
    isTraining ? entry.recompute : '',
    `${entry.backend}${placementText(entry)}`,
    tpotMilliseconds === null ? secondsText(entry.seconds) : `TPOT ${tpotMilliseconds.toFixed(1)} ms`,
    entry.tokensPerSecondPerGpu.toFixed(0),
    (entry.freeBytes / GIB).toFixed(1),
    ...(cost === null ? [] : [cost.toPrecision(3)]),
  ];
}

const secondsText = (seconds: number): string =>
  seconds < 1 ? `${(seconds * 1e3).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;

const changesText = ({ changes }: PlanEntry): string =>
  changes.map(({ name, value }) => `${name}=${value}`).join(' ');

/** Which constraint leaves nothing, and what would free it. */
function nothingText({ legal, rejected, freeing }: Plan): string {
  const [most] =
    legal === 0 ? rejected : rejected.filter(({ reason }) => /^(Memory|KV cache|TPOT|TTFT):/.test(reason));
  const what = legal === 0 ? 'No layout is legal' : 'No legal layout keeps to the limits';
  const why = most ? `: ${most.reason} (${grouped.format(most.count)} of them)` : '';
  const ways = freeing.map(({ label, value, from, unit }) =>
    [`  ${label} ${value} instead of ${from}`, ...(unit === '' ? [] : [unit])].join(' '),
  );
  const advice =
    ways.length > 0
      ? `\nEach of these alone is enough:\n${ways.join('\n')}`
      : '\nNo single change that was tried is enough.';
  return `${what}${why}.${advice}`;
}
