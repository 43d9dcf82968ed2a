import type { Objective } from '../../../src/plan/search/objective';
import { count, plural } from '../../format';

export const text = {
  title: 'Plan',
  start: 'Which layout is best? Every legal one is simulated and compared.',
  searching: (percent: number) => `Searching, ${percent}% done.`,
  stopped: 'The search was stopped; these are the best until then.',
  stoppedEarly: 'The search was stopped before it found a layout.',
  fits: (fitting: number, legal: number) =>
    `${count(fitting)} of ${count(legal)} legal configurations keep to the limits.`,
  best: (step: string) => `The best takes ${step} a step.`,
  better: (step: string, percent: string) => `The best takes ${step} a step, ${percent} less than yours.`,
  yours: 'Yours is the best.',
  none: (reason: string) => `No legal layout keeps to the limits.${reason === '' ? '' : ` ${reason}.`}`,
  form: 'What to search for',
  gpus: 'GPUs',
  gpusHint: 'A number, several with commas, or from-to in whole nodes',
  gpusWrong: 'GPUs are a number, several with commas, or from-to, as in 64-512.',
  objective: 'Best is',
  objectives: {
    step: 'Shortest step',
    tokens: 'Most tokens/s/GPU',
    memory: 'Most free memory',
  } satisfies Partial<Record<Objective, string>>,
  margin: 'Memory kept free, GiB',
  tpot: 'TPOT at most, ms',
  ttft: 'TTFT at most, ms',
  search: 'Search',
  stop: 'Stop',
  speed: 'Tokens/s/GPU',
  free: 'Free memory, GiB',
  pareto: 'Pareto front',
  now: 'yours',
  picture: (points: number) =>
    `${plural(points, 'layout', 'layouts')} that none exceeds in both throughput and free memory`,
  legend:
    'Line: layouts that none exceeds in both. Dots below it: others of the best. Ring: the best. Square: yours.',
  table: 'Best layouts',
  columns: {
    place: '#',
    gpus: 'GPUs',
    batch: 'Batch',
    recompute: 'Recompute',
    backend: 'Backend',
    step: 'Step',
    speed: 'tok/s/GPU',
    free: 'Free GiB',
  },
  place: (place: number | null) => (place === null ? 'yours' : `${place}, yours`),
  lacking: (what: string) => `yours, ${what}`,
  full: 'does not fit',
  placed: (backend: string, placement: string, redundant: number) =>
    redundant === 0
      ? `${backend}, experts ${placement}`
      : `${backend}, experts ${placement}, ${count(redundant)} redundant`,
  common: (values: readonly string[]) => `All of them: ${values.join(', ')}.`,
  same: (title: string, value: string) => `${title} ${value}`,
  opens: 'A number opens that layout as a what-if.',
  compareWith: (place: number) => `Layout ${place} as a what-if`,
  why: 'Where the best differs most from yours',
  part: (name: string, from: string, to: string) => `${name}: ${from} \u2192 ${to}`,
  freeing: 'Each of these alone is enough',
  instead: (label: string, value: string, from: string) => `${label} ${value} instead of ${from}`,
  left: (shown: number, all: number) =>
    shown === all ? 'Left out, by reason' : `Left out, the ${shown} most frequent of ${all} reasons`,
  leftOut: (reason: string, out: number) => `${reason} (${plural(out, 'configuration', 'configurations')})`,
  searched: (searched: number, seconds: string) => `${count(searched)} configurations in ${seconds} s.`,
};
