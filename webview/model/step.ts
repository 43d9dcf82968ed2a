import type { StepPart, StepResult } from '../../src/sim/result';

/** How a part of the step is drawn; parts of one colour are one kind of time. */
export const PART_FILLS: Record<StepPart['name'], string> = {
  attention: 'var(--blue)',
  dense: 'var(--blue-soft)',
  experts: 'var(--green)',
  waiting: 'url(#waiting)',
  alltoall: 'var(--purple)',
  tensor: 'var(--purple-soft)',
  bubble: 'var(--n1)',
  sync: 'var(--yellow)',
  other: 'var(--n2)',
};

const PART_ORDER = Object.keys(PART_FILLS) as StepPart['name'][];

/** Below this share of a step a part is thinner than a line. */
const VISIBLE = 0.002;

/** The parts that can be seen in bars of these steps; a legend of the others would point at nothing. */
export function visibleParts(steps: readonly StepResult[]): { name: StepPart['name']; seconds: number[] }[] {
  return partsOfSteps(steps).filter((part) =>
    part.seconds.some((value, index) => value > steps[index]!.seconds * VISIBLE),
  );
}

/** Seconds of each part that any of the steps has, in the drawing order. */
export function partsOfSteps(steps: readonly StepResult[]): { name: StepPart['name']; seconds: number[] }[] {
  const seconds = (step: StepResult, name: StepPart['name']) =>
    step.parts.reduce((sum, part) => (part.name === name ? sum + part.seconds : sum), 0);
  return PART_ORDER.map((name) => ({ name, seconds: steps.map((step) => seconds(step, name)) })).filter(
    (part) => part.seconds.some((value) => value > 0),
  );
}
