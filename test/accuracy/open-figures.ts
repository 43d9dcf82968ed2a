import {
  BIASED_TRAINING_STEP,
  type CaseError,
  SERVING_CASES,
  TRAINING_STEP,
} from '../../src/sim/compute/errors';
import { simulate } from '../../src/sim/simulate';
import { servedBlind } from './blind/served';
import { type BlindTraining, blindTraining } from './blind/training-rows';
import type { OpenFigure } from './intervals';
import { scenarioOfSetting } from './measured';
import { measuredTimes, withoutModel } from './serving-fit';
import { trainingWithoutModel } from './tables/training';
import { wideRuns } from './tables/wide-serving';
import { type TrainingRecipe, trainingRecipes } from './training-recipes';

type Interval = CaseError['interval'] | undefined;
interface Judged extends OpenFigure {
  readonly interval: Interval;
}

/** Those of the fit's own papers, under constants fitted without their model. */
const papers = (): Judged[] =>
  trainingWithoutModel().map(({ row: { row, result }, prediction }) => {
    const publication = row.source.slice(0, 'arXiv 2504.14960'.length);
    return {
      publication,
      edition: publication,
      model: row.model,
      timeRatio: 1 + prediction.error,
      interval: result.step.basis.interval,
    };
  });

const published = (
  run: BlindTraining | TrainingRecipe,
  publication: string,
  edition = publication,
): Judged => {
  const scenario = scenarioOfSetting(run);
  const { tokensPerSecondPerGpu, basis } = simulate(scenario).step;
  return {
    publication,
    edition,
    model: scenario.model.name,
    timeRatio: tokensPerSecondPerGpu / run.tokensPerSecondPerGpu,
    interval: basis.interval,
  };
};

/** Releases of Megatron-Bridge are editions of one publication. */
function blindStep(run: BlindTraining): Judged {
  const [publication] = run.source.split('@');
  return published(run, publication!, run.name.split(':')[0]);
}

const steps = (): Judged[] => [
  ...papers(),
  ...trainingRecipes.map((run) => published(run, 'NVIDIA-NeMo/Megatron-Bridge', '25.11')),
  ...blindTraining.map(blindStep),
];

type Times = 'tpot' | 'ttft';

const inferenceX = (figure: Times): Judged[] =>
  withoutModel().map(({ run, predicted }) => ({
    publication: 'InferenceX',
    edition: 'InferenceX',
    model: run.row[0],
    timeRatio: measuredTimes(run)[figure] / predicted[figure],
    interval: run.result.step.basis.interval,
  }));

const cookbooks = (figure: Times): Judged[] =>
  servedBlind.flatMap(({ row, step }) => {
    const measured = figure === 'tpot' ? row[12] : row[11];
    const predicted = figure === 'tpot' ? step.tpotMilliseconds! : step.ttftMilliseconds!;
    if (measured === null) return [];
    return [
      {
        publication: row[0],
        edition: row[0],
        model: row[1],
        timeRatio: measured / predicted,
        interval: step.basis.interval,
      },
    ];
  });

const wide = (): Judged[] =>
  wideRuns.map(({ publication, setting, tokensPerSecondPerGpu }) => {
    const { step } = simulate(scenarioOfSetting(setting));
    return {
      publication,
      edition: publication,
      model: 'DeepSeek-V3',
      timeRatio: step.tokensPerSecondPerGpu / tokensPerSecondPerGpu,
      interval: step.basis.interval,
    };
  });

/** A case whose error the product states, with the open figures that show it. */
export interface ShownCase {
  readonly name: string;
  readonly stated: CaseError;
  readonly figures: readonly OpenFigure[];
}

const pick = (figures: readonly Judged[], ...intervals: readonly Interval[]): readonly OpenFigure[] =>
  figures.filter(({ interval }) => interval !== undefined && intervals.includes(interval));

function servingCases(): ShownCase[] {
  const names = ['One node of H100, H200, B200, B300', 'DeepSeek-V3 over many nodes', 'MI300X'];
  return SERVING_CASES.flatMap(({ reach, tpot, ttft }, index) => {
    const of = (figure: Times) => [...inferenceX(figure), ...cookbooks(figure)];
    if (reach === 'many-nodes') {
      return [
        {
          name: `${names[index]}, throughput`,
          stated: tpot,
          figures: pick(wide(), tpot.interval, ttft.interval),
        },
      ];
    }
    return [
      { name: `${names[index]}, TPOT`, stated: tpot, figures: pick(of('tpot'), tpot.interval) },
      { name: `${names[index]}, TTFT`, stated: ttft, figures: pick(of('ttft'), tpot.interval) },
    ];
  });
}

/** Of gpt-oss there are two publications; releases of one differ as much as those. */
const byEdition = (figures: readonly OpenFigure[]): readonly OpenFigure[] =>
  figures.map((figure) => ({ ...figure, publication: figure.edition }));

function trainingCases(): readonly ShownCase[] {
  const all = steps();
  return [
    {
      name: 'Training on H100, H800, B200, B300, GB200, GB300',
      stated: TRAINING_STEP,
      figures: pick(all, TRAINING_STEP.interval),
    },
    {
      name: 'Training of gpt-oss, releases as publications',
      stated: BIASED_TRAINING_STEP,
      figures: byEdition(pick(all, BIASED_TRAINING_STEP.interval)),
    },
  ];
}

let shown: readonly ShownCase[] | undefined;

/** All cases; collected once. */
export function shownCases(): readonly ShownCase[] {
  shown ??= [...trainingCases(), ...servingCases()];
  return shown;
}
