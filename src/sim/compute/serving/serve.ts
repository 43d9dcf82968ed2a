import type { Scenario } from '../../../scenario/scenario';
import { cacheBytes } from '../../memory/kv-cache';
import { modelKinds } from '../../parameters/kinds';
import { servingGrid } from '../../parameters/serving';
import type { Basis, StepPart, StepResult } from '../../result';
import type { StepExchange, StepTraffic } from '../all-to-all';
import { SERVING, SERVING_MEASURED_ON, TPOT_ERROR, TTFT_ERROR } from '../constants';
import { causalModelFlops, decodeModelFlops } from '../mixer-flops';
import { unmeasuredParts } from '../unmeasured';
import {
  type Batch,
  type Engine,
  engineOf,
  fixedSeconds,
  type PassTime,
  passTime,
  type SimulatedExchange,
} from './pass';

/**
 * One decode step of an engine that also prefills (aggregated serving), with TPOT and TTFT; or one prefill pass.
 * `TPOT = step + (C-1)/O · prefill / ad`: every other request of a rank is prefilled once while mine decodes; DeepEP's
 * low-latency kernels decode only, so that prompts are prefilled elsewhere.
 * `TTFT = prefill + fixed + wait · step + 0.05 (C-1) · prefill`: my own, the engine's queueing, the opening burst.
 */
export function servingStep(scenario: Scenario, traffic: StepTraffic, time: StepExchange): StepResult {
  const { workload, layout } = scenario;
  const grid = servingGrid(layout);
  const engine = engineOf(
    scenario,
    grid,
    simulatedExchange(scenario, grid.gpus, time),
    traffic.load.maxOverMean,
  );
  const concurrency = Math.max(1, workload.concurrency / grid.replicas);
  const fixed = fixedSeconds(engine);
  const latency = fixed.layers + fixed.collectives;

  const decode = passTime(engine, decodeBatch(engine, concurrency));
  const prefill = passTime(engine, promptBatch(engine, SERVING.meanLength * workload.inputLength));
  const step = decode.total + latency;
  const output = SERVING.meanLength * workload.outputLength;
  const others = (concurrency - 1) / grid.attentionRanks;
  const wait = workload.engine === null ? meanWait : SERVING.waitSteps[workload.engine];
  const ttft = prefill.total + latency + wait * step + SERVING.burstShare * (concurrency - 1) * prefill.total;
  if (workload.mode === 'decode') {
    const prefillsElsewhere = scenario.communication.backend === 'deepep-low-latency';
    const tpot = prefillsElsewhere ? step : step + (others / output) * prefill.total;
    return {
      seconds: step,
      tokensPerSecondPerGpu: concurrency / tpot / (grid.gpus * layout.pp),
      tpotMilliseconds: 1e3 * tpot,
      ...(prefillsElsewhere ? {} : { ttftMilliseconds: 1e3 * ttft }),
      parts: partsOf(engine, decode),
      basis: basis(engine, TPOT_ERROR, DECODE_NOTE),
    };
  }
  const pass = passTime(engine, fullBatch(engine));
  const seconds = pass.total + latency;
  return {
    seconds,
    tokensPerSecondPerGpu: workload.tokensPerRank / seconds / layout.pp,
    ttftMilliseconds: 1e3 * ttft,
    parts: partsOf(engine, pass),
    basis: basis(engine, TTFT_ERROR, PREFILL_NOTE),
  };
}

const waits = Object.values(SERVING.waitSteps);
const meanWait = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;

const DECODE_NOTE =
  'Eight constants fitted on 293 measured runs: TPOT median error 13.5 % there, 17 % on 280 others. It does not rank EP, TP and attention DP at equal GPU counts.';
const PREFILL_NOTE =
  'Eight constants fitted on 293 measured runs: TTFT median error 21 % there, 27 % on 280 others. Overlap of communication and compute is not modelled.';

/** The error to expect holds where the rows were measured: one node of one of their accelerators. */
function basis({ scenario, grid }: Engine, error: number, note: string): Basis {
  const { accelerator, gpusPerNode } = scenario.cluster;
  const isMeasured = SERVING_MEASURED_ON.has(accelerator) && grid.gpus <= gpusPerNode;
  const unmeasured = unmeasuredParts(scenario.model);
  if (unmeasured !== null) return { kind: 'model', expectedError: null, note: `${unmeasured} ${note}` };
  return isMeasured
    ? { kind: 'model', expectedError: error, note }
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
function decodeBatch({ scenario, grid, rates }: Engine, concurrency: number): Batch {
  const { model, workload } = scenario;
  const sequences = concurrency / grid.attentionRanks;
  const { contextLength } = workload;
  const cache = cacheBytes(model, modelKinds(model), contextLength, grid.attentionTp, rates.kvBytes);
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

function partsOf(engine: Engine, pass: PassTime): readonly StepPart[] {
  const fixed = fixedSeconds(engine);
  const exchange = pass.exchange + fixed.collectives;
  const isTensor = engine.exchange === null && engine.grid.attentionRanks === 1;
  return [
    { name: 'attention', seconds: pass.attention },
    { name: 'dense', seconds: pass.dense },
    { name: 'experts', seconds: pass.experts },
    { name: 'waiting', seconds: pass.waiting },
    { name: 'alltoall', seconds: isTensor ? 0 : exchange },
    { name: 'tensor', seconds: isTensor ? exchange : 0 },
    { name: 'other', seconds: pass.activations + fixed.layers },
  ];
}
