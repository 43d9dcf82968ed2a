import type { BackendId, Scenario } from '../scenario/scenario';
import { shardsOf } from '../sim/memory/states';

type When = (scenario: Scenario) => boolean;

const serves: When = ({ workload }) => workload.mode !== 'train';
const trains: When = ({ workload }) => workload.mode === 'train';
const dropsTokens: When = ({ routing }) => routing.capacityFactor !== null;
const hasAdapters: When = (scenario) => trains(scenario) && scenario.workload.adapterRank > 0;
const shards =
  (part: 'gradients' | 'weights'): When =>
  (scenario) =>
    trains(scenario) && shardsOf(scenario.workload)[part];
const recomputesFully: When = (scenario) => trains(scenario) && scenario.workload.recompute === 'full';

/** Kernels whose SMs one chooses. */
const copiesByAskedSms: ReadonlySet<BackendId> = new Set(['deepep-high-throughput', 'hybrid-ep']);

/** Fields that decide nothing in some jobs, and in which they do; all others always count. */
const counts: Readonly<Record<string, When>> = {
  'model.weightDtype': serves,
  'workload.inputLength': serves,
  'workload.outputLength': serves,
  'workload.contextLength': serves,
  'workload.concurrency': serves,
  'workload.receiveInterval': (scenario) => serves(scenario) && scenario.workload.engine === 'sglang',
  'workload.kvCacheDtype': serves,
  'workload.memoryFraction': serves,
  'workload.sequenceLength': trains,
  'workload.microBatchSize': trains,
  'workload.globalBatchSize': trains,
  'workload.recompute': trains,
  'workload.recomputeMethod': recomputesFully,
  'workload.recomputeLayers': recomputesFully,
  'workload.precision': trains,
  'workload.parameterDtype': trains,
  'workload.adapterRank': trains,
  'workload.adapterTargets': hasAdapters,
  'workload.frozenDtype': hasAdapters,
  'workload.gradientDtype': trains,
  'workload.masterDtype': trains,
  'workload.momentDtype': trains,
  'workload.secondMomentDtype': trains,
  'workload.optimizer': trains,
  'workload.sharding': trains,
  'workload.gradientOffload': shards('gradients'),
  'workload.parameterOffload': shards('weights'),
  'routing.sigma': ({ routing }) => routing.distribution === 'lognormal',
  'routing.exponent': ({ routing }) => routing.distribution === 'zipf',
  'routing.dropPolicy': dropsTokens,
  'routing.padToCapacity': dropsTokens,
  'placement.drift': ({ placement }) => placement.strategy === 'eplb',
  'communication.sms': ({ communication }) => copiesByAskedSms.has(communication.backend),
};

/** Whether a field has a say in a scenario's figures: an assumption that decides nothing is not one to worry about. */
export function isUsed(scenario: Scenario, name: string): boolean {
  return counts[name]?.(scenario) ?? true;
}
