import { figuresOfScenario } from '../../src/plan/search/evaluate';
import { spearman } from './leave-out';
import { scenarioOfSetting } from './measured';
import { type TrainingRow, trainingRows } from './training-rows';

/** Mappings of one model that were measured on the same GPUs in the same setting. */
export interface MeasuredMappings {
  readonly setting: string;
  readonly rows: readonly TrainingRow[];
}

/** What an order by predicted speed makes of some mappings. */
export interface MappingChoice extends MeasuredMappings {
  /** The mapping that is predicted to be fastest. */
  readonly taken: TrainingRow;
  /** Measured figure of it, and of the best, in the unit of the rows. */
  readonly takenFigure: number;
  readonly bestFigure: number;
  /** Of predicted and measured speed. */
  readonly spearman: number;
}

/** Everything but the layout and what comes with it. */
const settingOf = ({ name, model, unit, source }: TrainingRow): string =>
  `${model}, ${/@(\d+)/.exec(name)?.[1] ?? name} GPUs, ${unit}, ${source.split(',')[0]}`;

/** Two mappings of one model on the same GPUs are needed for an order. */
export function measuredMappings(): readonly MeasuredMappings[] {
  const settings = new Map<string, TrainingRow[]>();
  for (const row of trainingRows)
    settings.set(settingOf(row), [...(settings.get(settingOf(row)) ?? []), row]);
  return [...settings]
    .map(([setting, rows]) => ({ setting, rows }))
    .filter(({ rows }) => rows.length > 1 && rows.every(({ unit }) => unit !== 's/step'));
}

/** @param speedOf what a mapping is predicted to reach, higher is faster */
export function mappingChoice(
  mappings: MeasuredMappings,
  speedOf: (row: TrainingRow) => number,
): MappingChoice {
  const { rows } = mappings;
  const speeds = rows.map(speedOf);
  const measured = rows.map((row) => row.measured);
  const taken = rows[speeds.indexOf(Math.max(...speeds))]!;
  return {
    ...mappings,
    taken,
    takenFigure: taken.measured,
    bestFigure: Math.max(...measured),
    spearman: spearman(speeds, measured),
  };
}

/** Steps per second, as the planner has them. */
export const plannedSpeed = (row: TrainingRow): number =>
  1 / figuresOfScenario(scenarioOfSetting(row)).seconds;
