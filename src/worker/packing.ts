import type { Scenario } from '../scenario/scenario';
import type { LayerTraffic } from '../sim/layer-traffic';
import type { Matrix, SimulationResult } from '../sim/result';
import type { FileAnalysis, Simulated, WhatIfAnalysis } from './analysis';

/** Matrices as single-precision copies: half the bytes on the line, and the engine's cached ones stay whole. */
export function packSimulated(simulated: Simulated): Simulated {
  const { result, scenario } = simulated;
  return {
    ...simulated,
    scenario: scenario && tableless(scenario),
    result: result && packResult(result),
  };
}

/** Tables of files stay where they were read: what is shown of them are the figures. */
export function packAnalysis(analysis: FileAnalysis): FileAnalysis {
  const jobs = analysis.jobs.map((job) => ({ ...job, scenario: job.scenario && tableless(job.scenario) }));
  return { ...analysis, jobs };
}

export function tableless(scenario: Scenario): Scenario {
  const { routing, placement } = scenario;
  return {
    ...scenario,
    routing: { ...routing, loads: null, trace: null },
    placement: { ...placement, slots: null },
  };
}

const single = ({ size, data }: Matrix): Matrix => ({ size, data: Float32Array.from(data) });

export const packLayer = (layer: LayerTraffic): LayerTraffic => ({
  ...layer,
  rows: single(layer.rows),
  nodeRows: single(layer.nodeRows),
});

function packResult(result: SimulationResult): SimulationResult {
  const { rows, nodeRows } = result.traffic;
  return {
    ...result,
    scenario: tableless(result.scenario),
    traffic: {
      ...result.traffic,
      rows: single(rows),
      nodeRows: single(nodeRows),
    },
  };
}

/** Buffers of a reply that go over the line without a copy. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const reply = value as Partial<Simulated & WhatIfAnalysis> | null;
  return [reply?.result, reply?.baseline?.result, reply?.variant?.result].flatMap((result) =>
    result
      ? [result.traffic.rows.data.buffer as ArrayBuffer, result.traffic.nodeRows.data.buffer as ArrayBuffer]
      : [],
  );
}
