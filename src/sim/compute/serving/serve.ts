import type { Scenario } from '../../../scenario/scenario';
import { cacheBytes, kvElementBytes } from '../../memory/kv-cache';
import { modelKinds } from '../../parameters/kinds';
import { servingGrid } from '../../parameters/serving';
import type { Basis, LayerTimeline, StepPart, StepResult } from '../../result';
import type { StepExchange, StepTraffic } from '../all-to-all';
import {
  FASTER_LAUNCHES,
  SERVING,
  SERVING_MEASURED_ON,
  type ServingConstants,
  TPOT_ERROR,
  TTFT_ERROR,
} from '../constants';
import { causalModelFlops, decodeModelFlops } from '../mixer-flops';
import { servingTimeline } from '../timeline';
import { SERVED_PARTS, unmeasuredParts } from '../unmeasured';
import { forwardPass } from './overlap';
import { type Batch, type Engine, engineOf, type PassTime, type SimulatedExchange } from './pass';

/**
 * One decode step of an engine that also prefills (aggregated serving), with TPOT and TTFT; or one prefill pass.
 * `TPOT = step + (C-1)/O · prefill / ad`: every other request of a rank is prefilled once while mine decodes; in mode decode,
 * DeepEP's low-latency kernels mean that prompts are prefilled elsewhere.
 * `TTFT = prefill + fixed + wait · step + 0.05 (C-1) · prefill`: my own, the engine's queueing, the opening burst.
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
  const prefill = forwardPass(engine, promptBatch(engine, workload.inputLength));
  const step = decode.total;
  const others = (concurrency - 1) / grid.attentionRanks;
  const ttft =
    prefill.total +
    waitSteps(scenario, constants) * step +
    constants.burstShare * (concurrency - 1) * prefill.total;
  if (workload.mode !== 'prefill') {
    const prefillsElsewhere =
      workload.mode === 'decode' && scenario.communication.backend === 'deepep-low-latency';
    const tpot = prefillsElsewhere ? step : step + (others / workload.outputLength) * prefill.total;
    return {
      seconds: step,
      tokensPerSecondPerGpu: concurrency / tpot / (grid.gpus * layout.pp),
      tpotMilliseconds: 1e3 * tpot,
      ...(prefillsElsewhere ? {} : { ttftMilliseconds: 1e3 * ttft }),
      parts: partsOf(engine, decode),
      layer: moeLayer(engine, decode, time),
      basis: basis(engine, TPOT_ERROR, DECODE_NOTE),
    };
  }
  const pass = forwardPass(engine, fullBatch(engine));
  const seconds = pass.total;
  return {
    seconds,
    tokensPerSecondPerGpu: workload.tokensPerRank / seconds / layout.pp,
    ttftMilliseconds: 1e3 * ttft,
    parts: partsOf(engine, pass),
    layer: moeLayer(engine, pass, time),
    basis: basis(engine, TTFT_ERROR, PREFILL_NOTE),
  };
}

/** Decode steps that a prompt waits in the engine's queue; the engines' mean where none is named. */
function waitSteps({ workload, cluster }: Scenario, constants: ServingConstants): number {
  const { engine } = workload;
  if (engine === 'sglang' && FASTER_LAUNCHES.has(cluster.accelerator)) return constants.recipeWaitSteps;
  const waits = Object.values(constants.waitSteps);
  return engine === null
    ? waits.reduce((sum, wait) => sum + wait, 0) / waits.length
    : constants.waitSteps[engine];
}

const DECODE_NOTE =
  'Fourteen constants fitted on 293 measured runs: TPOT median error 10 % there, 12 % for models left out of the fit. It does not rank EP, TP and attention DP at equal GPU counts.';
const PREFILL_NOTE =
  'Fourteen constants fitted on 293 measured runs: TTFT median error 19 % there, 24 % for models left out of the fit; servers that stall are several times slower.';

/** The error to expect holds where the rows were measured: one node of one of their accelerators. */
function basis(
  { scenario, grid }: Engine,
  error: Required<Pick<Basis, 'expectedError' | 'interval'>>,
  note: string,
): Basis {
  const { accelerator, gpusPerNode } = scenario.cluster;
  const isMeasured = SERVING_MEASURED_ON.has(accelerator) && grid.gpus <= gpusPerNode;
  const unmeasured = unmeasuredParts(scenario.model, SERVED_PARTS);
  if (unmeasured !== null) return { kind: 'model', expectedError: null, note: `${unmeasured} ${note}` };
  return isMeasured
    ? { kind: 'model', ...error, note }
    : {
        kind: 'model',
        expectedError: null,
        note: `Outside the measured runs (one node of H100, H200, B200 or B300). ${note}`,
      };
}

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
  return { latency, perToken: (total - latency) / workload.tokensPerRank };
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
function promptBatch({ scenario, grid }: Engine, tokens: number): Batch {
  return {
    tokens,
    tokensPerAttentionRank: tokens,
    kvBytes: 0,
    attentionFlops: (tokens * causalModelFlops(scenario.model, tokens)) / grid.attentionTp,
    logitTokens: 1,
  };
}

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
  return servingTimeline(partsOf(engine, pass), exchange, engine.scenario.model.layers, engine.moeLayers);
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
