import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { SimulationResult } from '../../../src/sim/result';
import { count, gibShort, percent, significant } from '../../format';
import { deviceName } from '../../strings';
import { text } from './strings';

const t = text.spread;

type Share = PlacementDetail['weights']['oneGpu'];
type Part = keyof Share;

export const PARTS: readonly { readonly part: Part; readonly colour: string }[] = [
  { part: 'attentionAndEmbeddings', colour: 'var(--n3)' },
  { part: 'otherDense', colour: 'var(--n2)' },
  { part: 'routedExperts', colour: 'var(--blue)' },
  { part: 'gathered', colour: 'var(--purple)' },
];

/** Bytes of all parts. */
export const sum = (share: Share) => PARTS.reduce((total, { part }) => total + share[part], 0);

/** A share of the whole, with a decimal where it is small. */
const shareText = (fraction: number) =>
  percent(fraction, fraction < 0.1 || (fraction > 0.99 && fraction < 1) ? 1 : 0);

/** The weights of one way to hold them, with what that means. */
export interface Row {
  readonly name: string;
  readonly share: Share;
  readonly remark: string;
}

/** One GPU with everything, the experts spread, and this job. */
export function rowsOf({ scenario, memory }: SimulationResult, { weights }: PlacementDetail): Row[] {
  const { layout, cluster, workload } = scenario;
  const device = deviceName(cluster.accelerator);
  const { capacity } = memory.perRank[0]!;
  const of = (share: Share) => {
    const ratio = sum(share) / capacity;
    return ratio >= 10 ? `${significant(ratio * 100)}%` : shareText(ratio);
  };
  const whole = weights.oneGpu;
  const parts = [
    shareText(whole.attentionAndEmbeddings / sum(whole)),
    shareText(whole.routedExperts / sum(whole)),
  ] as const;
  const fits = (share: Share) => sum(share) <= capacity;
  const left = gibShort(capacity - sum(weights.job));
  const isTraining = workload.mode === 'train';
  const isSharded = isTraining && workload.sharding === 'parameters';
  const factors = [
    ...(['ep', 'etp', 'tp', 'pp'] as const)
      .filter((axis) => layout[axis] > 1)
      .map((axis) => text.world.factor(text.world.axis[axis], count(layout[axis]))),
    ...(isSharded ? [t.sharded] : []),
  ].join(', ');
  const spread = weights.expertParallel;
  return [
    {
      name: t.oneGpu,
      share: whole,
      remark: (fits(whole) ? t.fits : t.doesNotFit)(of(whole), device, ...parts),
    },
    ...(spread
      ? [
          {
            name: text.world.factor(text.world.axis.ep, count(layout.ep)),
            share: spread,
            remark: (fits(spread) ? t.weightsFit : t.weightsDoNotFit)(of(spread), device),
          },
        ]
      : []),
    {
      name: factors ? t.job(factors) : t.jobAlone,
      share: weights.job,
      remark: !fits(weights.job)
        ? t.weightsDoNotFit(of(weights.job), device)
        : (isTraining ? t.leavesForTraining : t.leavesForServing)(of(weights.job), device, left),
    },
  ];
}
