import type { Knob } from '../../../src/panel/protocol';
import type { DeltaRow } from '../../../src/plan/whatif';

export const text = {
  title: 'What if',
  start: 'Change one knob: every number beside it is recomputed.',
  startDetail: (step: string) => `One step takes ${step} now, made of:`,
  waiting: 'The variant is being simulated.',
  apply: (file: string) => `Write to ${file}\u2026`,
  save: 'Save as scenario',
  was: (value: string) => `was ${value}`,
  knobs: 'What to change',
  other: 'Another field',
  otherValue: 'Another value\u2026',
  groups: {
    layout: 'Parallel sizes',
    cluster: 'Machines',
    communication: 'Communication',
    placement: 'Placement',
    routing: 'Routing',
    workload: 'Workload',
    model: 'Model',
  } satisfies Record<Knob['group'], string>,
  errors: 'What the framework refuses',
  choose: 'Choose\u2026',
  range: (least: string, most: string, unit: string) =>
    unit === '' ? `A number from ${least} to ${most}.` : `A number from ${least} to ${most}, in ${unit}.`,
  wholeRange: (least: string, most: string) => `A whole number from ${least} to ${most}.`,
  stays: (label: string, value: string) => `${label} stays ${value}, which follows from other inputs`,
  baseline: 'Baseline',
  variant: 'Variant',
  back: 'Back to baseline',
  better: 'better',
  worse: 'worse',
  drops: (changes: string, time: string, relative: string) =>
    `${changes}: the step drops ${time} (${relative}).`,
  grows: (changes: string, time: string, relative: string) =>
    `${changes}: the step grows ${time} (${relative}).`,
  same: (changes: string) => `${changes}: the step stays the same.`,
  stillFits: (rank: number, free: string) => `Rank ${rank} still fits, ${free} GiB free.`,
  nowFits: (rank: number, free: string) => `Rank ${rank} now fits, ${free} GiB free.`,
  doesNotFit: (rank: number, total: string) => `Rank ${rank} needs ${total} GiB and does not fit any more.`,
  stillDoesNotFit: (rank: number, total: string) => `Rank ${rank} still does not fit: ${total} GiB.`,
  change: (label: string, from: string, to: string) => `${label} ${from} \u2192 ${to}`,
  section: {
    fit: 'Fit',
    step: 'Step',
    network: 'Network, per MoE layer',
    traffic: 'Traffic, per MoE layer',
  } satisfies Record<DeltaRow['section'], string>,
  columns: {
    metric: 'Figure',
    unit: 'Unit',
    baseline: 'Baseline',
    variant: 'Variant',
    change: 'Change',
    direction: 'less \u2190 \u2192 more',
    percent: '%',
  },
  table: 'Baseline and variant',
  picture: (baseline: string, variant: string | null) =>
    variant === null ? `Step time ${baseline}` : `Step time: baseline ${baseline}, variant ${variant}`,
};
