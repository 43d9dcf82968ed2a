import { expect, test } from 'vitest';
import { foundName } from '../../../src/plan/placements/found';
import { Cancelled, EngineClient } from '../../../src/worker/client';
import type { OpenFile } from '../../../src/worker/file-bytes';
import type { FromWorker, Port, ToWorker, WorkerLike } from '../../../src/worker/rpc';
import { serve } from '../../../src/worker/serve';

/** The worker's protocol over two queues in this thread, with a switch to kill it. */
function inMemory(open?: OpenFile): { worker: WorkerLike; kill: (reason: string) => void } {
  let toEngine: (message: ToWorker) => void = () => {};
  let toClient: (message: FromWorker) => void = () => {};
  let onExit: (reason: string) => void = () => {};
  const port: Port = {
    post: (message, transfer) => {
      const copy = structuredClone(message, { transfer: [...transfer] });
      setImmediate(() => toClient(copy));
    },
    onMessage: (listener) => {
      toEngine = listener;
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  };
  serve(port, open);
  const worker: WorkerLike = {
    post: (message) => setImmediate(() => toEngine(structuredClone(message))),
    onMessage: (listener) => {
      toClient = listener;
    },
    onExit: (listener) => {
      onExit = listener;
    },
    terminate: () => {},
  };
  return { worker, kill: (reason) => onExit(reason) };
}

const CONFIG = JSON.stringify({
  architectures: ['MixtralForCausalLM'],
  model_type: 'mixtral',
  hidden_size: 1024,
  intermediate_size: 2048,
  num_attention_heads: 16,
  num_key_value_heads: 4,
  num_hidden_layers: 4,
  num_local_experts: 64,
  num_experts_per_tok: 4,
  vocab_size: 32_000,
});

const request = (jobId: string, overrides = {}) =>
  ({ jobId, settings: {}, overrides, engine: 'expected', matrices: true, disabled: [] }) as const;

async function jobIn(client: EngineClient): Promise<string> {
  const { recognised } = await client.setDocument('config.json', CONFIG);
  expect(recognised).toBe(true);
  const analysis = await client.call('analyse', { file: 'config.json', settings: {}, disabled: [] });
  return analysis.jobs[0]!.job.id;
}

test('a file becomes a result, and the engine keeps its own copy of the matrix', async () => {
  const client = new EngineClient(() => inMemory().worker);
  const id = await jobIn(client);
  for (let time = 0; time < 2; time++) {
    const { result } = await client.call('simulate', request(id, { 'layout.ep': 16 }));
    expect(result!.traffic.rows.size).toBe(16);
    expect(result!.traffic.rows.data.some((rows) => rows > 0)).toBe(true);
  }
});

test('a cancelled simulation ends as cancelled, and the next one runs', async () => {
  const client = new EngineClient(() => inMemory().worker);
  const id = await jobIn(client);
  let fire = () => {};
  const signal = {
    isCancelled: false,
    onCancel: (listener: () => void) => {
      fire = listener;
    },
  };
  const sampled = {
    ...request(id, { 'layout.ep': 64, 'workload.tokensPerRank': 16_384 }),
    engine: 'sampled',
  } as const;
  const given = client.call('simulate', sampled, signal, () => fire());
  await expect(given).rejects.toBeInstanceOf(Cancelled);
  expect((await client.call('simulate', request(id))).result).not.toBeNull();
});

test('progress rises towards one', async () => {
  const client = new EngineClient(() => inMemory().worker);
  const id = await jobIn(client);
  const fractions: number[] = [];
  const sampled = {
    ...request(id, { 'layout.ep': 64, 'workload.tokensPerRank': 16_384 }),
    engine: 'sampled',
  } as const;
  await client.call('simulate', sampled, undefined, (fraction) => fractions.push(fraction));
  expect(fractions.length).toBeGreaterThan(2);
  expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  expect(fractions.at(-1)).toBeLessThanOrEqual(1);
});

test('after a crash the engine starts again with the same files', async () => {
  const started: ReturnType<typeof inMemory>[] = [];
  const client = new EngineClient(() => {
    const one = inMemory();
    started.push(one);
    return one.worker;
  });
  const id = await jobIn(client);
  const lost = client.call('simulate', request(id));
  started[0]!.kill('out of memory');
  await expect(lost).rejects.toThrow('out of memory');
  expect((await client.call('simulate', request(id))).result).not.toBeNull();
  expect(started).toHaveLength(2);
});

test('a crash costs the call that the engine died on, and the others are asked again', async () => {
  const started: ReturnType<typeof inMemory>[] = [];
  const client = new EngineClient(() => {
    const one = inMemory();
    started.push(one);
    return one.worker;
  });
  const id = await jobIn(client);
  const poison = client.setDocument('poison.json', CONFIG);
  const waiting = client.call('simulate', request(id));
  started[0]!.kill('out of memory');
  await expect(poison).rejects.toThrow('out of memory');
  expect((await waiting).result).not.toBeNull();
  expect(client.text('poison.json')).toBeUndefined();
  expect(client.text('config.json')).toBe(CONFIG);
});

test('a placement that somebody keeps outlives a crash', async () => {
  const started: ReturnType<typeof inMemory>[] = [];
  const client = new EngineClient(() => {
    const one = inMemory();
    started.push(one);
    return one.worker;
  });
  const slots = [[0, 1, 2, 3]];
  const name = foundName(slots);
  await jobIn(client);
  client.keepPlacement(slots);
  expect(await client.call('foundPlacement', { name })).toEqual(slots);
  const poison = client.setDocument('poison.json', CONFIG);
  started[0]!.kill('out of memory');
  await expect(poison).rejects.toThrow('out of memory');
  expect(await client.call('foundPlacement', { name })).toEqual(slots);
  expect(started).toHaveLength(2);
});

test('after dispose no call starts a worker', async () => {
  let starts = 0;
  const client = new EngineClient(() => {
    starts++;
    return inMemory().worker;
  });
  client.dispose();
  await expect(client.setDocument('config.json', CONFIG)).rejects.toThrow('stopped');
  expect(starts).toBe(0);
});

test('a job that is gone is an error with words, not a hang', async () => {
  const client = new EngineClient(() => inMemory().worker);
  await expect(client.call('simulate', request('nothing.json'))).rejects.toThrow(/no job nothing.json/);
});

/** A trace without an end, until it is closed. */
function endless() {
  const line = new TextEncoder().encode('{"layer": 0, "batch_id": 0, "topk_experts": [[0, 1]]}\n');
  let isClosed = false;
  function* chunks(): Generator<Uint8Array> {
    try {
      for (;;) yield line;
    } finally {
      isClosed = true;
    }
  }
  return { open: () => ({ chunks: chunks(), size: 0 }), isClosed: () => isClosed };
}

test('a file that is read for long makes way for other calls, and is closed when nobody wants it', async () => {
  const trace = endless();
  const client = new EngineClient(() => inMemory(trace.open).worker);
  let fire = () => {};
  const signal = {
    isCancelled: false,
    onCancel: (listener: () => void) => {
      fire = listener;
    },
  };
  const read = { file: 'trace.jsonl', version: '1', source: { path: '/trace.jsonl' } };
  const reading = client.call('readArtefact', read, signal);
  const id = await jobIn(client);
  const { result } = await client.call('simulate', request(id));
  expect(result, 'simulated while the file is read').not.toBeNull();
  expect(trace.isClosed()).toBe(false);
  fire();
  await expect(reading).rejects.toThrow(Cancelled);
  expect(trace.isClosed()).toBe(true);
});

test('what a file holds is told without its tables, and a host without files says that it has none', async () => {
  const client = new EngineClient(() => inMemory().worker);
  const text = JSON.stringify({ logical_count: Array.from({ length: 4 }, () => new Array(64).fill(3)) });
  const described = { file: 'file:///w/loads.json', named: false };
  expect(await client.call('describeArtefact', { ...described, source: { text } })).toMatchObject({
    layers: 4,
    experts: 64,
  });
  const ordinary = { text: '[[1, 2, 3, 4], [5, 6, 7, 8]]' };
  expect(await client.call('describeArtefact', { ...described, source: ordinary })).toBeNull();

  const scenario = 'file:///w/a.moe.yaml';
  const lines = 'model: mistralai/Mixtral-8x7B-v0.1\nrouting: { file: loads.json }\n';
  await client.setDocument(scenario, lines);
  const analyse = () => client.call('analyse', { file: scenario, settings: {}, disabled: [] });
  const file = 'file:///w/loads.json';
  await analyse();
  await client.call('locateArtefact', { from: scenario, path: 'loads.json', file });
  await client.call('readArtefact', { file, version: '1', source: { path: '/w/loads.json' } });
  expect((await analyse()).findings[0]).toMatchObject({
    rule: 'AF001',
    message: 'loads.json is not read: this window cannot read files by their path.',
  });
  const loads = JSON.stringify({ logical_count: [[8, 7, 6, 5, 4, 3, 2, 1]] });
  await client.call('readArtefact', { file, version: '2', source: { text: loads } });
  const { jobs, findings } = await analyse();
  expect(findings).toEqual([]);
  expect(jobs[0]!.scenario!.routing).toMatchObject({ distribution: 'loads', loads: null });
});

test('every safe fix of a text comes as edits of that text', async () => {
  const client = new EngineClient(() => inMemory().worker);
  const text = 'vllm serve Qwen/Qwen3-30B-A3B --enable-eplb\n';
  const given = { file: 'serve.sh', text, settings: {}, disabled: [] };
  const { edits, fixed } = await client.call('fixAll', given);
  expect(fixed).toEqual(['VL001']);
  expect(edits).toEqual([
    { file: 'serve.sh', range: { start: 43, end: 43 }, newText: ' --enable-expert-parallel' },
  ]);
});
