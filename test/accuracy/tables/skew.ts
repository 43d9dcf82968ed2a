import { simulate } from '../../../src/sim/simulate';
import { commandOf, type Setting, scenarioOfSetting } from '../measured';
import type { AccuracyTable } from '../report/table';

/** DeepSeek-R1 while it serves, as skewed as a job without further word. */
const serving: Setting = {
  preset: 'DeepSeek-R1',
  set: { 'layout.ep': 32, 'cluster.accelerator': 'gb200-nvl72' },
};

export function skewTables(): AccuracyTable[] {
  const { mean } = simulate(scenarioOfSetting(serving)).placement.layers;
  return [
    {
      title: 'Skew',
      unit: 'fullest rank over mean',
      about:
        'NVIDIA/TensorRT-LLM tech blog 4, Table 1: DeepSeek-R1 on 32 GB200 without EPLB, mean over its MoE layers. The skew that is assumed for serving was fitted to the spread over experts in the same table, not to this.',
      rows: [
        { label: 'DeepSeek-R1, EP32, linear placement', predicted: mean, measured: 2.564, use: 'not fitted' },
      ],
      limits: { max: 0.09 },
      command: commandOf(serving),
    },
  ];
}
