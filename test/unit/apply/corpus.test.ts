import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/lint/edits';
import { candidatesOf } from '../../../src/plan/candidates';
import { asOverrides, type Change } from '../../../src/plan/whatif';
import { fields, fieldValue } from '../../../src/scenario/fields';
import type { Scenario } from '../../../src/scenario/scenario';
import type { JobAnalysis } from '../../../src/worker/analysis';
import { Engine } from '../../../src/worker/engine';
import { resolveJob } from '../../../src/worker/resolve-job';
import { hasCorpus, readCorpus } from '../corpus-index';

/** All fields of all jobs take minutes; every so many of them are tried unless all are asked for. */
const EVERY = process.env.APPLY_ALL === undefined ? 12 : 1;
const SHOW = process.env.CORPUS_TABLES !== undefined;

const errorsOf = (engine: Engine, file: string): string[] =>
  engine
    .analyse(file, {}, [])
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule }) => rule);

/** The first value of a field that leaves a legal scenario, with that scenario. */
function firstLegal(
  { job, scenario }: JobAnalysis,
  name: string,
): { change: Change; meant: Scenario } | null {
  const field = fields.find((one) => one.name === name)!;
  for (const value of candidatesOf(field, scenario!)) {
    if (value === fieldValue(scenario!, name)) continue;
    const change = { name, value };
    const meant = resolveJob(job, [], { settings: {}, overrides: asOverrides([change]) }).scenario;
    if (meant) return { change, meant };
  }
  return null;
}

/** The fields that a what-if is mostly about, three of them at once. */
const KNOBS = [
  ...['layout.ep', 'layout.tp', 'layout.pp', 'layout.cp', 'layout.dp', 'layout.etp', 'layout.vpp'],
  ...['cluster.nodes', 'cluster.accelerator', 'cluster.scaleOutGBps', 'model.topK', 'model.routedExperts'],
  ...['routing.capacityFactor', 'routing.sigma', 'placement.strategy', 'placement.redundantExperts'],
  ...['communication.backend', 'communication.dispatchDtype', 'workload.precision', 'workload.kvCacheDtype'],
  ...['workload.sequenceLength', 'workload.microBatchSize', 'workload.globalBatchSize', 'workload.recompute'],
  'workload.optimizer',
];
const AT_ONCE = 3;
const STRIDE = 7;

/** Some changes that are legal together, beginning with a knob by its number. */
function changesFrom({ job, scenario }: JobAnalysis, first: number): Change[] {
  const changes: Change[] = [];
  for (let i = 0; i < KNOBS.length && changes.length < AT_ONCE; i++) {
    const name = KNOBS[(first + i * STRIDE) % KNOBS.length]!;
    const field = fields.find((one) => one.name === name);
    const value = (field ? candidatesOf(field, scenario!) : []).find((one) => {
      const overrides = asOverrides([...changes, { name, value: one }]);
      return (
        one !== fieldValue(scenario!, name) &&
        resolveJob(job, [], { settings: {}, overrides }).scenario !== null
      );
    });
    if (value !== undefined) changes.push({ name, value });
  }
  return changes;
}

/** What several changes of a real file at once leave to be desired, and how many of them were written. */
function faultsTogether(
  row: { path: string; text: string },
  engine: Engine,
  analysis: JobAnalysis,
  first: number,
) {
  const changes = changesFrom(analysis, first);
  const request = { settings: {}, changes, disabled: [] };
  const { edits, written, unwritten } = engine.apply(analysis.job, request);
  const after = new Engine();
  after.setDocument(row.path, applyEdits(row.text, edits));
  const job = after.analyse(row.path, {}, []).jobs.find((one) => one.job.id === analysis.job.id);
  const meant = resolveJob(analysis.job, [], { settings: {}, overrides: asOverrides(written) }).scenario;
  const before = errorsOf(engine, row.path);
  const faults = [
    ...(written.length + unwritten.length === changes.length ? [] : ['a change is lost']),
    ...(unwritten.every(({ reason }) => reason.length > 10) ? [] : ['no reason']),
    ...(JSON.stringify(job?.scenario && plain(job.scenario)) === JSON.stringify(meant && plain(meant))
      ? []
      : ['another scenario']),
    ...errorsOf(after, row.path).filter((rule) => !before.includes(rule)),
  ];
  const what = changes.map(({ name, value }) => `${name}=${value}`).join(' ');
  return {
    faults: faults.map((fault) => `${row.path} ${what}: ${fault}`),
    written: written.length,
    reasons: unwritten.map(({ change, reason }) => `${change.name}: ${reason}`),
  };
}

const plain = (scenario: Scenario): unknown => ({ ...scenario, model: { ...scenario.model, name: '' } });

/** What a change of a real file leaves to be desired; `null` where it is not written, for a reason that is said. */
function faultsOf(row: { path: string; text: string }, engine: Engine, analysis: JobAnalysis, name: string) {
  const found = firstLegal(analysis, name);
  if (!found) return null;
  const { change, meant } = found;
  const request = { settings: {}, changes: [change], disabled: [] };
  const { edits, written, unwritten } = engine.apply(analysis.job, request);
  if (unwritten.length > 0) {
    const isSaid =
      unwritten.every(({ reason }) => reason.length > 10) && edits.length === 0 && written.length === 0;
    return isSaid ? null : ['something is edited that is said not to be, or no reason is given'];
  }
  const after = new Engine();
  const text = applyEdits(row.text, edits);
  after.setDocument(row.path, text);
  const job = after.analyse(row.path, {}, []).jobs.find((one) => one.job.id === analysis.job.id);
  const before = errorsOf(engine, row.path);
  return [
    ...(text === row.text ? ['nothing is written'] : []),
    ...(JSON.stringify(job?.scenario && plain(job.scenario)) === JSON.stringify(plain(meant))
      ? []
      : ['another scenario']),
    ...errorsOf(after, row.path).filter((rule) => !before.includes(rule)),
  ].map((fault) => `${row.path} ${change.name}=${change.value}: ${fault}`);
}

describe.skipIf(!hasCorpus)('a change that is written into a real file', () => {
  it('reads back as exactly that, and breaks no rule', { timeout: 900_000 }, () => {
    const faults: string[] = [];
    const counts = { written: 0, refused: 0 };
    let at = 0;
    for (const row of hasCorpus ? readCorpus() : []) {
      const engine = new Engine();
      engine.setDocument(row.path, row.text);
      for (const analysis of engine.analyse(row.path, {}, []).jobs) {
        if (!analysis.scenario) continue;
        for (const { name } of fields) {
          at += 1;
          if (at % EVERY !== 0) continue;
          const found = faultsOf(row, engine, analysis, name);
          counts[found ? 'written' : 'refused'] += 1;
          faults.push(...(found ?? []));
        }
      }
    }
    if (SHOW) console.info(counts, faults.length);
    expect(faults).toEqual([]);
    expect(counts.written).toBeGreaterThan(700 / EVERY);
  });

  it('is one of several at once: each is written, or left out with its reason', { timeout: 900_000 }, () => {
    const faults: string[] = [];
    const reasons: string[] = [];
    let written = 0;
    let at = 0;
    for (const row of hasCorpus ? readCorpus() : []) {
      const engine = new Engine();
      engine.setDocument(row.path, row.text);
      for (const analysis of engine.analyse(row.path, {}, []).jobs) {
        if (!analysis.scenario) continue;
        at += 1;
        if (at % Math.ceil(EVERY / 3) !== 0) continue;
        const found = faultsTogether(row, engine, analysis, at);
        faults.push(...found.faults);
        reasons.push(...found.reasons);
        written += found.written;
      }
    }
    if (SHOW) console.log(`${written} written\n${reasons.join('\n')}`);
    expect(faults).toEqual([]);
    expect(written).toBeGreaterThan(10);
  });
});
