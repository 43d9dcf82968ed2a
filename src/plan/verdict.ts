import { accelerator } from '../catalog/accelerators';
import type { Scenario } from '../scenario/scenario';
import { memoryPartNames, partsBySize } from '../sim/memory/parts';
import type { Basis, MemoryResult, SimulationResult } from '../sim/result';

const GIB = 2 ** 30;
const grouped = new Intl.NumberFormat('en-US');

/** Above this share of the step, dispatch and combine are what the verdict talks about. */
const NOTABLE_ALLTOALL_SHARE = 0.15;
/** Above this ratio of fullest to mean rank, skew is. */
const NOTABLE_SKEW = 1.15;

/** `training, 2,048 H800, EP 64 over 8 nodes`. */
export function describeScenario(scenario: Scenario, epNodes: number): string {
  const mode = { train: 'training', prefill: 'prefill', decode: 'decode', serve: 'serving' }[
    scenario.workload.mode
  ];
  const { ep, tp, pp, worldSize } = scenario.layout;
  const gpus = `${grouped.format(worldSize)} ${accelerator(scenario.cluster.accelerator).name}`;
  const spread =
    ep > 1 ? `EP ${ep} ${epNodes > 1 ? `over ${epNodes} nodes` : 'within a node'}` : 'no expert parallelism';
  const dense = [tp > 1 ? `TP ${tp}` : '', pp > 1 ? `PP ${pp}` : ''].filter(Boolean);
  return [mode, gpus, ...dense, spread].join(', ');
}

/** What a time rests on, with the error to expect where one is known: `measured, ±4%`. */
export function describeBasis({ kind, expectedError }: Pick<Basis, 'kind' | 'expectedError'>): string {
  return expectedError === null ? kind : `${kind}, ±${Math.round(expectedError * 100)}%`;
}

/** The verdict in one sentence: does it fit, and what is slow, each with its cause and number. */
export function verdict(result: SimulationResult): string {
  return `${memoryClause(result)}${paceClause(result)}.`;
}

function memoryClause(result: SimulationResult): string {
  const rank = result.memory.perRank[result.memory.fullestRank]!;
  const free = (rank.capacity - rank.total) / GIB;
  const { perRank, shortage, kvSequences } = result.memory;
  const where = perRank.length > 1 ? ` on rank ${rank.rank}` : '';
  const { contextLength } = result.scenario.workload;
  if (shortage === 'every-sequence') {
    return `The weights fit, but ${short(-free)} GiB are missing${where} for the KV cache of a single sequence of ${grouped.format(contextLength)} tokens${allHeld(result.memory)}`;
  }
  if (free < 0) {
    const { part, bytes } = partsBySize(rank)[0]!;
    return `It does not fit: ${short(-free)} GiB too much${where}, mostly ${memoryPartNames[part]} (${short(bytes / GIB)} GiB)`;
  }
  if (shortage === 'some-sequences') {
    const { held, wanted } = kvSequences!;
    return `It fits, but the KV cache holds ${grouped.format(held)} of ${grouped.format(wanted)} sequences of ${grouped.format(contextLength)} tokens per rank at a time${allHeld(result.memory)}`;
  }
  return `It fits, with ${short(free)} GiB to spare${where ? ' on the fullest rank' : ''}`;
}

/** The context with which the cache has all sequences that are asked for: ` (all 128 at up to 9,472 tokens each)`. */
function allHeld({ kvSequences, largest }: MemoryResult): string {
  const tokens = largest.contextLength;
  if (!kvSequences || !tokens) return '';
  const { wanted } = kvSequences;
  const who = wanted === 1 ? 'it has room' : `all ${grouped.format(wanted)}`;
  return ` (${who} at up to ${grouped.format(tokens)} tokens${wanted === 1 ? '' : ' each'})`;
}

function paceClause(result: SimulationResult): string {
  if (result.scenario.layout.ep === 1) return '; with EP 1 nothing is dispatched';
  const exchanged = result.step.parts.find((part) => part.name === 'alltoall')?.seconds ?? 0;
  const share = exchanged / result.step.seconds;
  const bound = { nic: 'the NIC', nvlink: 'NVLink', sm: 'the SMs that copy', latency: 'latency' }[
    result.time.dispatch.boundBy
  ];
  const skew = result.traffic.load.maxOverMean;
  const joint = result.memory.shortage === 'none' ? ', but' : ', and';
  if (share >= NOTABLE_ALLTOALL_SHARE) {
    return `${joint} ${Math.round(share * 100)}% of the step is dispatch and combine, bound by ${bound}`;
  }
  if (skew >= NOTABLE_SKEW) {
    return `${joint} the fullest rank gets ${skew.toFixed(2)}× the mean load and the others wait for it`;
  }
  return `; dispatch and combine take ${Math.round(share * 100)}% of the step`;
}

/** Three significant digits, never in exponent form. */
function short(value: number): string {
  return value >= 100 ? grouped.format(Math.round(value)) : value.toPrecision(value >= 10 ? 3 : 2);
}
