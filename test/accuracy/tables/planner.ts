import { type MappingChoice, mappingChoice, measuredMappings, plannedSpeed } from '../plan-choices';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import type { TrainingRow } from '../training-rows';
import { trainingWithoutModel } from './training';

/** Speed by constants that were fitted without the rows of the mapping's model. */
function openSpeed(row: TrainingRow): number {
  const run = trainingWithoutModel().find((one) => one.row.row === row)!;
  return run.prediction.figure;
}

const rowOf = (
  { setting, rows, taken, takenFigure, bestFigure, spearman }: MappingChoice,
  use: AccuracyRow['use'],
): AccuracyRow => ({
  label: `${setting}: of ${rows.length} takes ${taken.name}, rank correlation ${spearman.toFixed(2)}`,
  measured: bestFigure,
  predicted: takenFigure,
  use,
});

/** What following the planner costs among mappings that were measured beside each other. */
export const plannerTables = (): AccuracyTable[] => [
  {
    title: 'Planner: the mapping that it takes',
    unit: 'measured MFU % or TFLOP/s per GPU',
    about:
      'Mappings of one model on the same GPUs and batch (arXiv 2504.14960), put in order by predicted speed. *Predicted* is the measured figure of the mapping that is predicted to be fastest, *measured* that of the fastest one: the error is what following the planner loses. The label has Spearman’s rank correlation of predicted and measured speed over all of them. Fitted: the constants know these very rows. Not fitted: they were fitted on the rows of the other models alone.',
    rows: measuredMappings().flatMap((mappings) => [
      rowOf(mappingChoice(mappings, plannedSpeed), 'fitted'),
      rowOf(mappingChoice(mappings, openSpeed), 'not fitted'),
    ]),
    limits: { max: 0.05 },
    target: { max: 0.05 },
  },
];
