import { accelerator } from '../../src/catalog/accelerators';
import {
  type CaseError,
  OTHER_SERVED_MODEL,
  OTHER_SERVING_SETTING,
  OTHER_TRAINED_MODEL,
  OTHER_TRAINING_ACCELERATOR,
  SERVING_CASES,
} from '../../src/sim/compute/errors';
import { trainStep } from '../../src/sim/compute/train-step';
import type { SimulationResult } from '../../src/sim/result';
import { simulate } from '../../src/sim/simulate';
import { servedBlind } from './blind/served';
import { blindTraining } from './blind/training-rows';
import { type Levels, modelOf, type OpenFigure, typicalError } from './intervals';
import { scenarioOfSetting } from './measured';
import {
  fitServing,
  measuredTimes,
  predictedTimes,
  type ServedTimes,
  type ServingRun,
  servingRuns,
} from './serving-fit';
import { fitTraining, speedError, type TrainingRun, trainingRuns } from './tables/training';
import { trainingRecipes } from './training-recipes';

/** A figure of a kind, by constants that were fitted without all rows of that kind. */
export interface KindFigure extends OpenFigure {
  readonly kind: string;
}

/** What is stated of a kind of which nothing was published, with the figures of the others that show it. */
export interface WiderCase {
  readonly name: string;
  readonly stated: CaseError;
  readonly figures: readonly KindFigure[];
  /** What the figures show beside the interval: half of those of steps are closer, and phases are off by it in the mean. */
  readonly error: number;
}

type KindOf = (scenario: SimulationResult['scenario']) => string;

const acceleratorOf: KindOf = ({ cluster }) => accelerator(cluster.accelerator).name;

/** What of a model was counted by parts of the simulator that others do not have. */
const familyOf: KindOf = ({ model }) => {
  const parts = [
    model.linear?.kind,
    model.indexer === null ? undefined : 'sparse attention',
    model.moeLatentSize === null ? undefined : 'experts in a latent',
    model.mla === null ? undefined : 'MLA',
    model.expertBias ? 'experts with biases' : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : 'grouped-query attention';
};

type Source = Pick<OpenFigure, 'publication' | 'model'>;

interface Served extends Source {
  readonly result: SimulationResult;
  readonly measured: { readonly tpot: number; readonly ttft: number | null };
  /** The run, where constants were fitted on it. */
  readonly fitted?: ServingRun;
}

const served = (): readonly Served[] => [
  ...servingRuns.map((run) => ({
    publication: 'InferenceX',
    model: run.row[0],
    result: run.result,
    measured: measuredTimes(run),
    fitted: run,
  })),
  ...servedBlind.map(({ row, result }) => ({
    publication: row[0],
    model: row[1],
    result,
    measured: { tpot: row[12], ttft: row[11] },
  })),
];

/** Rows that are no kind's but one's are predicted by the constants as they are. */
function byKind<Row extends { readonly result: SimulationResult }, Fitted, Constants>(
  rows: readonly (Row & { readonly fitted?: Fitted })[],
  kindOf: KindOf,
  fitOn: (runs: readonly Fitted[]) => Constants,
): readonly { readonly row: Row; readonly kind: string; readonly constants: Constants | undefined }[] {
  const kinds = new Set(rows.map(({ result }) => kindOf(result.scenario)));
  return [...kinds].flatMap((kind) => {
    const isOf = ({ result }: Row): boolean => kindOf(result.scenario) === kind;
    const fittedOn = (some: readonly (Row & { readonly fitted?: Fitted })[]): readonly Fitted[] =>
      some.flatMap(({ fitted }) => (fitted === undefined ? [] : [fitted]));
    const own = rows.filter(isOf);
    const isSeen = fittedOn(own).length > 0;
    const constants = isSeen ? fitOn(fittedOn(rows.filter((row) => !isOf(row)))) : undefined;
    return own.map((row) => ({ row, kind, constants }));
  });
}

function servedByKind(
  figure: keyof ServedTimes,
  kindOf: KindOf,
  counts: (row: Served) => boolean = () => true,
): KindFigure[] {
  return byKind(served().filter(counts), kindOf, fitServing).flatMap(({ row, kind, constants }) => {
    const measured = row.measured[figure];
    if (measured === null) return [];
    const timeRatio = measured / predictedTimes(row, constants)[figure];
    return [{ ...sourceOf(row), kind, timeRatio }];
  });
}

const sourceOf = ({ publication, model }: Source) => ({ publication, edition: publication, model });

/** Where models are compared: on the accelerators on which constants were fitted, so that it is models that differ. */
const onFitted = ({ result: { scenario } }: Served): boolean =>
  SERVING_CASES[0]!.runs.some(({ on }) => on.has(scenario.cluster.accelerator));

interface Trained extends Source {
  readonly result: SimulationResult;
  /** Measured over predicted time by some constants. */
  readonly timeRatio: (constants: Parameters<typeof trainStep>[3]) => number;
  readonly fitted?: TrainingRun;
}

const trained = (): readonly Trained[] => [
  ...trainingRuns.map((run) => ({
    publication: run.row.source.slice(0, 'arXiv 2504.14960'.length),
    model: run.row.model,
    result: run.result,
    timeRatio: (constants: Parameters<typeof trainStep>[3]) => 1 + speedError(run, constants),
    fitted: run,
  })),
  ...[
    ...trainingRecipes.map((run) => ({ ...run, publication: 'NVIDIA-NeMo/Megatron-Bridge' })),
    ...blindTraining.map((run) => ({ ...run, publication: run.source.split('@')[0]! })),
  ].map((run) => {
    const result = simulate(scenarioOfSetting(run));
    const { scenario, traffic, time } = result;
    return {
      publication: run.publication,
      model: scenario.model.name,
      result,
      timeRatio: (constants: Parameters<typeof trainStep>[3]) =>
        trainStep(scenario, traffic, time, constants).tokensPerSecondPerGpu / run.tokensPerSecondPerGpu,
    };
  }),
];

const trainedByKind = (kindOf: KindOf): KindFigure[] =>
  byKind(trained(), kindOf, fitTraining).map(({ row, kind, constants }) => ({
    ...sourceOf(row),
    kind,
    timeRatio: row.timeRatio(constants),
  }));

/** Kinds, and models of publications in them. */
export const KINDS: Levels<KindFigure> = [({ kind }) => kind, modelOf];

const step = (name: string, stated: CaseError, figures: readonly KindFigure[]): WiderCase => ({
  name,
  stated,
  figures,
  error: typicalError(figures),
});

let steps: readonly WiderCase[] | undefined;

/** What is stated of steps whose setting nobody published; collected once. */
export function widerSteps(): readonly WiderCase[] {
  steps ??= [
    step('Training on another accelerator', OTHER_TRAINING_ACCELERATOR, trainedByKind(acceleratorOf)),
    step('Training of a model with other parts', OTHER_TRAINED_MODEL, trainedByKind(familyOf)),
    ...(['tpot', 'ttft'] as const).flatMap((figure) => [
      step(
        `Serving in another setting, ${figure.toUpperCase()}`,
        OTHER_SERVING_SETTING[figure],
        servedByKind(figure, acceleratorOf),
      ),
      step(
        `Serving of a model with other parts, ${figure.toUpperCase()}`,
        OTHER_SERVED_MODEL[figure],
        servedByKind(figure, familyOf, onFitted),
      ),
    ]),
  ];
  return steps;
}
