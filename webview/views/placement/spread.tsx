import type { ComponentChildren } from 'preact';
import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { SimulationResult } from '../../../src/sim/result';
import { count, gibCapacity, gibShort, percent, significant } from '../../format';
import { deviceName } from '../../strings';
import { text } from './strings';

const t = text.spread;

type Share = PlacementDetail['weights']['oneGpu'];
type Part = keyof Share;

const PARTS: readonly { readonly part: Part; readonly colour: string }[] = [
  { part: 'attentionAndEmbeddings', colour: 'var(--n3)' },
  { part: 'otherDense', colour: 'var(--n2)' },
  { part: 'routedExperts', colour: 'var(--blue)' },
  { part: 'gathered', colour: 'var(--purple)' },
];

const sum = (share: Share) => PARTS.reduce((total, { part }) => total + share[part], 0);

/** A share of the whole, with a decimal where it is small. */
const shareText = (fraction: number) =>
  percent(fraction, fraction < 0.1 || (fraction > 0.99 && fraction < 1) ? 1 : 0);

interface Row {
  readonly name: string;
  readonly share: Share;
  readonly remark: string;
}

function rowsOf({ scenario, memory }: SimulationResult, { weights }: PlacementDetail): Row[] {
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

interface Props {
  readonly result: SimulationResult;
  readonly detail: PlacementDetail;
  readonly onMemory: () => void;
}

/** The weights on one GPU, with the experts spread, and in this job, on one linear scale against one GPU's memory. */
export function Spread({ result, detail, onMemory }: Props) {
  const { scenario, memory } = result;
  const { mtpModules } = detail.weights;
  const { capacity } = memory.perRank[0]!;
  const rows = rowsOf(result, detail);
  const longest = Math.max(capacity, ...rows.map(({ share }) => sum(share)));
  const format = (scenario.workload.mode === 'train' ? 'bf16' : scenario.model.weightDtype).toUpperCase();
  const device = deviceName(scenario.cluster.accelerator);
  const shown = PARTS.filter(({ part }) => rows.some(({ share }) => share[part] > 0));
  return (
    <section class="sub spread">
      <h3>{mtpModules > 0 ? t.headingMtp(format, device, mtpModules) : t.heading(format, device)}</h3>
      <div class="spread-rows">
        {rows.map((row, index) => (
          <SpreadRow
            key={row.name}
            row={row}
            longest={longest}
            capacity={capacity}
            action={
              index === rows.length - 1 ? (
                <button type="button" class="link" onClick={onMemory}>
                  {t.memory}
                </button>
              ) : null
            }
          />
        ))}
      </div>
      <div class="legend">
        {shown.map(({ part, colour }) => (
          <span key={part}>
            <i style={{ background: colour }} />
            {t.parts[part]}
          </span>
        ))}
        <span>
          <i class="limit" />
          {t.capacity(gibCapacity(capacity))}
        </span>
        <span class="end">{t.unit}</span>
      </div>
    </section>
  );
}

interface RowProps {
  readonly row: Row;
  readonly longest: number;
  readonly capacity: number;
  readonly action: ComponentChildren;
}

const SCALE = 1000;

function SpreadRow({ row, longest, capacity, action }: RowProps) {
  const x = (value: number) => (value / longest) * SCALE;
  let before = 0;
  const amount = gibShort(sum(row.share));
  return (
    <div class="spread-row">
      <span class="name">{row.name}</span>
      <span class="amount">{t.amount(amount)}</span>
      <svg
        viewBox={`0 0 ${SCALE} 24`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.picture(row.name, amount)}
      >
        {PARTS.map(({ part, colour }) => {
          const value = row.share[part];
          const from = before;
          before += value;
          return value > 0 ? (
            <rect key={part} x={x(from)} y="6" width={Math.max(1, x(value))} height="12" fill={colour} />
          ) : null;
        })}
        <line class="limit" x1={x(capacity)} x2={x(capacity)} y1="0" y2="24" />
      </svg>
      <span class="remark">
        {row.remark} {action}
      </span>
    </div>
  );
}
