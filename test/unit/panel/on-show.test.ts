import { beforeEach, expect, test, vi } from 'vitest';
import { Positions } from '../../../src/editor/convert';
import type { FileState } from '../../../src/editor/session';
import { OnShow } from '../../../src/panel/on-show';
import type { Page } from '../../../src/panel/page';
import type { ToWebview } from '../../../src/panel/protocol';
import type { PanelServices } from '../../../src/panel/services';
import type { Change } from '../../../src/plan/whatif';
import { runToEnd } from '../../../src/sim/simulate';
import type { OfJob, SimulateRequest, WhatIfRequest } from '../../../src/worker/analysis';
import { Engine } from '../../../src/worker/engine';

const settings: Record<string, string> = {};

vi.mock('vscode', () => ({
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/{(\d)}/g, (_, i) => String(values[i])) },
  Position: class {
    constructor(
      readonly line: number,
      readonly character: number,
    ) {}
  },
  Uri: { parse: (text: string) => ({ toString: () => text, path: text }) },
  commands: { executeCommand: () => Promise.resolve() },
  workspace: {
    getConfiguration: () => ({
      get: (name: string, fallback: unknown) => settings[name] ?? fallback,
      inspect: () => undefined,
    }),
  },
}));

const FILE = 'train.sh';
const SCRIPT = `torchrun --nnodes 4 --nproc_per_node 8 pretrain_gpt.py \\
    --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --ffn-hidden-size 14336 --seq-length 4096 \\
    --max-position-embeddings 32768 --vocab-size 32000 --num-experts 8 --moe-router-topk 2 --disable-bias-linear \\
    --moe-token-dispatcher-type alltoall --moe-grouped-gemm --expert-model-parallel-size 8 \\
    --pipeline-model-parallel-size 2 --micro-batch-size 1 --global-batch-size 256 --bf16
`;
const ep = (value: number): Change => ({ name: 'layout.ep', value });

/** A job on show, with all that its page was told and the engine was asked. */
function stage() {
  const engine = new Engine();
  const told: ToWebview[] = [];
  const asked: string[] = [];
  const request: OfJob<SimulateRequest> = {
    settings: {},
    overrides: {},
    engine: 'expected',
    matrices: true,
    detail: true,
    judged: false,
    disabled: [],
  };
  const states = new Map<string, FileState>();
  const give = (text: string) => {
    engine.setDocument(FILE, text);
    const analysis = engine.analyse(FILE, {}, []);
    const uri = { toString: () => FILE, path: FILE };
    states.set(FILE, { uri, text, positions: new Positions(text), analysis, findings: [] } as never);
    return analysis.jobs[0]!.job.id;
  };
  const jobs = {
    whatIf: async (_uri: unknown, jobId: string, wanted: WhatIfRequest) => {
      asked.push('whatIf');
      return runToEnd(engine.whatIf(engine.job(jobId), { ...request, ...wanted }));
    },
    variant: async (_uri: unknown, jobId: string, changes: readonly Change[]) => {
      asked.push('variant');
      return runToEnd(engine.variant(engine.job(jobId), { ...request, changes }));
    },
  };
  const session = { jobs, state: (file: string) => states.get(file), positions: () => undefined };
  const page: Page = {
    isHidden: false,
    post: (message) => told.push(message),
    written: Promise.resolve(),
    hide() {},
    comeBack() {},
    dispose() {},
  };
  const services = { session, log: { error: (text: string) => told.push(text as never) } };
  const onShow = new OnShow(services as unknown as PanelServices, page, { begins() {}, shows() {} });
  const id = give(SCRIPT);
  return { onShow, told, asked, give, job: { file: FILE, id } };
}

const last = (told: readonly ToWebview[]) => told.at(-1) as Extract<ToWebview, { type: 'variant' | 'show' }>;

beforeEach(() => {
  for (const name of Object.keys(settings)) delete settings[name];
});

test('a job is told once, and after that what is beside it', async () => {
  const { onShow, told, asked, job } = stage();
  await onShow.follow(job, [], undefined);
  await onShow.ask([ep(4)]);
  expect(told.map(({ type }) => type)).toEqual(['show', 'variant']);
  expect(last(told)).not.toHaveProperty('baseline');
  expect(asked).toEqual(['whatIf', 'variant']);

  const { whatIf } = last(told);
  // The same that a page is told which knows nothing yet.
  onShow.forget();
  await onShow.refresh();
  expect(last(told)).toMatchObject({ type: 'show', whatIf });
  expect(last(told).whatIf!.delta.length).toBeGreaterThan(0);
});

test('a what-if ends without the engine', async () => {
  const { onShow, told, asked, job } = stage();
  await onShow.follow(job, [ep(4)], undefined);
  await onShow.ask([]);
  expect(last(told)).toEqual({ type: 'variant', whatIf: null });
  expect(asked).toEqual(['whatIf']);
  expect(onShow.shown!.whatIf.variant).toBe(onShow.shown!.whatIf.baseline);
});

test('a layout that is refused leaves the last one, and says why', async () => {
  const { onShow, told, job } = stage();
  await onShow.follow(job, [], undefined);
  await onShow.ask([ep(4)]);
  const { whatIf } = last(told);
  await onShow.ask([ep(3)]);
  await vi.waitFor(() => expect(told).toHaveLength(3));
  expect(last(told)).toMatchObject({ type: 'variant', whatIf });
  expect(last(told).refusals!.length).toBeGreaterThan(0);
  expect(onShow.changes).toEqual([ep(4)]);
});

test('all is told again once the files, the settings or the page are others', async () => {
  const { onShow, told, give, job } = stage();
  const types = () => told.splice(0).map(({ type }) => type);
  await onShow.follow(job, [ep(4)], undefined);
  expect(types()).toEqual(['show']);
  give(SCRIPT.replace('--hidden-size 4096', '--hidden-size 8192'));
  await onShow.refresh();
  expect(types()).toEqual(['show']);
  await onShow.refresh();
  expect(types()).toEqual(['variant']);
  settings.accelerator = 'h200-sxm';
  await onShow.refresh();
  expect(types()).toEqual(['show']);
  onShow.forget();
  await onShow.refresh();
  expect(types()).toEqual(['show']);
});

test('a page that heard nothing is told all, but once', async () => {
  const { onShow, told, asked, job } = stage();
  const following = onShow.follow(job, [ep(4)], undefined);
  await onShow.tellAll();
  await following;
  expect(asked).toEqual(['whatIf']);
  await onShow.tellAll();
  expect(told.map(({ type }) => type)).toEqual(['show', 'show']);
  expect(last(told).whatIf!.changes).toEqual([ep(4)]);
});

test('a job that cannot be simulated any more is not told as known', async () => {
  const { onShow, told, give, job } = stage();
  await onShow.follow(job, [], undefined);
  give(SCRIPT.replace('--expert-model-parallel-size 8', '--expert-model-parallel-size 3'));
  await onShow.refresh();
  give(SCRIPT);
  await onShow.refresh();
  expect(told.map(({ type }) => type)).toEqual(['show', 'empty', 'show']);
});
