import { type AcceleratorId, accelerator } from '../../src/catalog/accelerators';
import type { WeightDtype } from '../../src/scenario/scenario';
import {
  BIASED_TRAINING_STEP,
  type CaseError,
  SERVING_CASES,
  TPU_TRAINING_STEP,
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

type Interval = CaseError['interval'];
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

/** What the setting of a served figure is, in one way of dividing them each. */
type Kinds = Readonly<Record<'source' | 'engine' | 'accelerator' | 'format' | 'attention' | 'load', string>>;
export interface ServedFigure extends Judged {
  readonly kinds: Kinds;
}

const ENGINE_NAMES = { vllm: 'vLLM', sglang: 'SGLang', 'tensorrt-llm': 'TensorRT-LLM' } as const;

function kindsOf(
  source: string,
  engine: keyof typeof ENGINE_NAMES,
  on: AcceleratorId,
  weights: WeightDtype,
  concurrency: number,
  ranks: number,
): Kinds {
  const busy = concurrency <= 64 ? '9 to 64 requests' : 'more than 64 requests';
  return {
    source,
    engine: ENGINE_NAMES[engine],
    accelerator: accelerator(on).name,
    format: weights.toUpperCase(),
    attention: ranks > 1 ? 'attention DP' : 'attention TP',
    load: concurrency <= 8 ? '1 to 8 requests' : busy,
  };
}

const inferenceX = (figure: Times): ServedFigure[] =>
  withoutModel().map(({ run, predicted }) => ({
    kinds: kindsOf('InferenceX', run.row[1], run.row[2], run.row[3], run.row[6], run.row[8]),
    publication: 'InferenceX',
    edition: 'InferenceX',
    model: run.row[0],
    timeRatio: measuredTimes(run)[figure] / predicted[figure],
    interval: run.result.step.basis.interval,
  }));

const cookbooks = (figure: Times): ServedFigure[] =>
  servedBlind.flatMap(({ row, step }) => {
    const measured = figure === 'tpot' ? row[12] : row[11];
    const predicted = figure === 'tpot' ? step.tpotMilliseconds! : step.ttftMilliseconds!;
    if (measured === null) return [];
    return [
      {
        kinds: kindsOf('publications that the fit never saw', row[2], row[3], row[4], row[7], row[9]),
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
  figures.filter(({ interval }) => intervals.includes(interval));

/** All that a figure's cases with the reach of one node say, of whatever kind. */
export const servedInNode = (figure: Times): readonly (readonly ServedFigure[])[] =>
  SERVING_CASES.filter(({ reach }) => reach === 'node').map(({ tpot }) =>
    [...inferenceX(figure), ...cookbooks(figure)].filter(({ interval }) => interval === tpot.interval),
  );

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
      name: 'Training on TPU v5p and v6e without expert parallelism',
      stated: TPU_TRAINING_STEP,
      figures: pick(all, TPU_TRAINING_STEP.interval),
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
