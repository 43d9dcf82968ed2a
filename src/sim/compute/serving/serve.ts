import { accelerator } from '../../../catalog/accelerators';
import { HELD_SHARE } from '../../../catalog/backends';
import type { Scenario } from '../../../scenario/scenario';
import { cacheBytes, kvElementBytes } from '../../memory/kv-cache';
import { modelKinds } from '../../parameters/kinds';
import { servingGrid } from '../../parameters/serving';
import type { LayerTimeline, StepPart, StepResult } from '../../result';
import type { StepExchange, StepTraffic } from '../all-to-all';
import { causalModelFlops, decodeModelFlops } from '../mixer-flops';
import { servingTimeline } from '../timeline';
import { servingBasis } from './basis';
import { ENGINES, type EngineSchedule, SERVING, type ServingConstants } from './constants';
import { forwardPass } from './overlap';
import { type Batch, type Engine, engineOf, type PassTime, type SimulatedExchange } from './pass';

/**
 * One decode step of an engine that also prefills (aggregated serving), with TPOT and TTFT; or one prefill pass.
 * `TPOT = step + passes · prompt`: every other request is prefilled once while mine decodes, by what its prompt adds to a step or
 * in a pass of its own; in mode decode, DeepEP's low-latency kernels mean that prompts are prefilled elsewhere.
 * `TTFT = prefill + host + wait · step + 0.05 (C-1) · prefill`: my own, the engine's queueing, the opening burst.
 */
export function servingStep(
  scenario: Scenario,
  traffic: StepTraffic,
  time: StepExchange,
  constants = SERVING,
): StepResult {
  const { workload, layout } = scenario;
  const grid = servingGrid(layout);
  const engine = engineOf(
    scenario,
    grid,
    simulatedExchange(scenario, grid.gpus, time),
    traffic.load.maxOverMean,
    constants,
  );
  const concurrency = Math.max(1, workload.concurrency / grid.replicas);
  const decode = forwardPass(engine, decodeBatch(engine, concurrency));
  const step = decode.total;
  const ttft = 1e3 * timeToFirstToken(engine, concurrency, step);
  if (workload.mode !== 'prefill') {
    const prefillsElsewhere =
      workload.mode === 'decode' && scenario.communication.backend === 'deepep-low-latency';
    const tpot = prefillsElsewhere
      ? step
      : step + promptsPerToken(engine, concurrency) * promptSeconds(engine, concurrency, step);
    return {
      seconds: step,
      tokensPerSecondPerGpu: concurrency / tpot / (grid.gpus * layout.pp),
      tpotMilliseconds: 1e3 * tpot,
      ...(prefillsElsewhere ? {} : { ttftMilliseconds: ttft, ttftBasis: servingBasis(engine, 'ttft') }),
      parts: partsOf(engine, decode),
      layer: moeLayer(engine, decode, time),
      basis: servingBasis(engine, 'tpot'),
    };
  }
  const pass = forwardPass(engine, fullBatch(engine));
  const basis = servingBasis(engine, 'ttft');
  return {
    seconds: pass.total,
    tokensPerSecondPerGpu: workload.tokensPerRank / pass.total / layout.pp,
    ttftMilliseconds: ttft,
    parts: partsOf(engine, pass),
    layer: moeLayer(engine, pass, time),
    basis,
    ttftBasis: basis,
  };
}

/**
 * Passes with a prompt that one token waits for: (C - 1) / O of its own attention rank. SGLang's ranks agree on every pass, so that
 * all wait while one prefills (sgl-project/sglang@01ac0074: srt/managers/scheduler_dp_attn_mixin.py, `is_extend_in_batch`); prompts
 * that come to several ranks in one step share a pass.
 */
function promptsPerToken(engine: Engine, concurrency: number): number {
  const { attentionRanks } = engine.grid;
  const ofOneRank = (concurrency - 1) / attentionRanks / engine.scenario.workload.outputLength;
  const isShared = prefillsAlone(engine) && ofOneRank < 1;
  return isShared ? 1 - (1 - ofOneRank) ** attentionRanks : ofOneRank;
}

/** Whether the engine prefills in passes of their own; one that is not named mixes prompts into steps. */
const prefillsAlone = ({ scenario: { workload } }: Engine): boolean =>
  workload.engine !== null && !ENGINES[workload.engine].mixesPrompts;

/**
 * Seconds by which one prompt delays the answers under way: what it adds to a decode step that it joins, or a pass of its own,
 * whose kernels the host launches one by one while the answers wait.
 */
function promptSeconds(engine: Engine, concurrency: number, step: number): number {
  const prompt = promptBatch(engine);
  if (prefillsAlone(engine)) return forwardPass(engine, prompt).total + hostSeconds(engine);
  return forwardPass(engine, joined(decodeBatch(engine, concurrency), prompt)).total - step;
}

/** Host time of a pass that no CUDA graph launches. */
const hostSeconds = ({ launchSeconds, constants }: Engine): number =>
  constants.promptLaunches * launchSeconds;

function timeToFirstToken(engine: Engine, concurrency: number, step: number): number {
  const { constants } = engine;
  const prefill = forwardPass(engine, promptBatch(engine)).total;
  const burst = constants.burstShare * (concurrency - 1) * prefill;
  return prefill + hostSeconds(engine) + waitSteps(engine) * step + burst;
}

/**
 * Decode steps that a prompt waits in the engine's queue; the engines' mean where none is named. SGLang's scheduler may look
 * for requests only every so many steps. All of them count: a prompt that comes at random would wait half, the measured runs
 * wait 0.8 when it is fitted, and models and accelerators left out are ordered better by the whole.
 */
function waitSteps({ scenario: { workload }, constants }: Engine): number {
  const { engine, receiveInterval } = workload;
  const waits = Object.values(ENGINES).map((schedule) => waitOf(schedule, constants));
  if (engine === null) return waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const missed = engine === 'sglang' ? receiveInterval - 1 : 0;
  return waitOf(ENGINES[engine], constants) + missed;
}

const waitOf = ({ waits }: EngineSchedule, { batchedWaitSteps }: ServingConstants): number =>
  waits === 'batched' ? batchedWaitSteps : waits;

/** Inside one scale-up domain the fitted collectives stand; across domains, and for DeepEP, the simulated exchange. */
function simulatedExchange(
  { layout, cluster, communication, workload }: Scenario,
  gpus: number,
  { dispatch, combine }: StepExchange,
): SimulatedExchange | null {
  if (layout.ep === 1) return null;
  const isDeepEp = communication.backend.startsWith('deepep');
  if (!isDeepEp && gpus <= cluster.scaleUpDomain) return null;
  const latency = 1e-6 * (dispatch.terms.latency + combine.terms.latency);
  const total = 1e-6 * (dispatch.microseconds + combine.microseconds);
  const heldShare = HELD_SHARE[communication.backend];
  return {
    latency,
    perToken: (total - latency) / workload.tokensPerRank,
    heldShare: heldShare ?? 0,
    smShare: heldShare === undefined ? communication.sms / accelerator(cluster.accelerator).sms : 0,
  };
}

/** One token of every sequence, each with `contextLength` tokens of cache (in the calibration rows the prompt and half the answer). */
function decodeBatch({ scenario, grid }: Engine, concurrency: number): Batch {
  const { model, workload } = scenario;
  const sequences = concurrency / grid.attentionRanks;
  const { contextLength, kvCacheDtype } = workload;
  const elementBytes = kvElementBytes[kvCacheDtype];
  const cache = cacheBytes(model, modelKinds(model), contextLength, grid.attentionTp, elementBytes);
  return {
    tokens: concurrency,
    tokensPerAttentionRank: sequences,
    kvBytes: sequences * cache.read,
    attentionFlops: (sequences * decodeModelFlops(model, contextLength)) / grid.attentionTp,
    logitTokens: sequences,
  };
}

/** One prompt on one attention rank, causal. */
function promptBatch({ scenario, grid }: Engine): Batch {
  const tokens = scenario.workload.inputLength;
  return {
    tokens,
    tokensPerAttentionRank: tokens,
    kvBytes: 0,
    attentionFlops: (tokens * causalModelFlops(scenario.model, tokens)) / grid.attentionTp,
    logitTokens: 1,
  };
}

/** Two batches in one pass. */
const joined = (a: Batch, b: Batch): Batch => ({
  tokens: a.tokens + b.tokens,
  tokensPerAttentionRank: a.tokensPerAttentionRank + b.tokensPerAttentionRank,
  kvBytes: a.kvBytes + b.kvBytes,
  attentionFlops: a.attentionFlops + b.attentionFlops,
  logitTokens: a.logitTokens + b.logitTokens,
});

/** The pass of a prefill engine: `tokensPerRank` tokens on every GPU, in prompts of the input length. */
function fullBatch({ scenario, grid }: Engine): Batch {
  const { model, workload } = scenario;
  const tokensPerAttentionRank = workload.tokensPerRank * grid.attentionTp;
  const prompt = Math.min(workload.inputLength, tokensPerAttentionRank);
  return {
    tokens: workload.tokensPerRank * grid.gpus,
    tokensPerAttentionRank,
    kvBytes: 0,
    attentionFlops: (tokensPerAttentionRank * causalModelFlops(model, prompt)) / grid.attentionTp,
    logitTokens: tokensPerAttentionRank / prompt,
  };
}

/** The clock of one MoE layer of a pass. */
function moeLayer(engine: Engine, pass: PassTime, exchange: StepExchange): LayerTimeline {
  return servingTimeline(
    partsOf(engine, pass),
    exchange,
    engine.scenario.model.layers,
    engine.weights.moeLayers,
  );
}

function partsOf(engine: Engine, pass: PassTime): readonly StepPart[] {
  const isTensor = engine.exchange === null && engine.grid.attentionRanks === 1;
  return [
    { name: 'attention', seconds: pass.attention },
    { name: 'dense', seconds: pass.dense },
    { name: 'experts', seconds: pass.experts },
    { name: 'waiting', seconds: pass.waiting },
    { name: 'alltoall', seconds: isTensor ? 0 : pass.exchange },
    { name: 'tensor', seconds: isTensor ? pass.exchange : 0 },
    { name: 'other', seconds: pass.activations + pass.launches },
  ];
}
