import { blindNetworkTables } from '../tables/blind-network';
import { blindStepTables } from '../tables/blind-steps';
import { deepEpHighThroughputTables } from '../tables/deepep-high-throughput';
import { deepEpLowLatencyTables } from '../tables/deepep-low-latency';
import { eplbTables } from '../tables/eplb';
import { hybridEpTables } from '../tables/hybrid-ep';
import { leftOutTables } from '../tables/left-out';
import { memoryTables } from '../tables/memory';
import { moriTables } from '../tables/mori';
import { ncclTables } from '../tables/nccl';
import { oneSidedTables } from '../tables/one-sided';
import { parameterTables } from '../tables/parameters';
import { plannerTables } from '../tables/planner';
import { servingTables } from '../tables/serving';
import { skewTables } from '../tables/skew';
import { trainingTables } from '../tables/training';
import { transferTables } from '../tables/transfer';
import { weightTables } from '../tables/weights';
import { wideServingTables } from '../tables/wide-serving';
import type { AccuracyTable } from './table';

/** Everything that docs/accuracy.md compares, in its order. */
export const accuracyTables: readonly AccuracyTable[] = [
  ...eplbTables(),
  ...parameterTables(),
  ...weightTables(),
  ...memoryTables(),
  ...deepEpLowLatencyTables(),
  ...deepEpHighThroughputTables(),
  ...ncclTables(),
  ...oneSidedTables(),
  ...hybridEpTables(),
  ...moriTables(),
  ...skewTables(),
  ...leftOutTables(),
  ...transferTables(),
  ...trainingTables(),
  ...plannerTables(),
  ...servingTables(),
  ...wideServingTables(),
  ...blindNetworkTables(),
  ...blindStepTables(),
];
