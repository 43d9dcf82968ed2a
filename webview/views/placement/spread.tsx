import type { ComponentChildren } from 'preact';
import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { SimulationResult } from '../../../src/sim/result';
import { gibCapacity, gibShort } from '../../format';
import { deviceName } from '../../strings';
import { PARTS, type Row, rowsOf, sum } from './spread-rows';
import { text } from './strings';

const t = text.spread;

interface Props {
  readonly result: SimulationResult;
  readonly detail: PlacementDetail;
  /** Bytes that the whole width stands for. */
  readonly longest: number;
  readonly onMemory: () => void;
}

/** The most bytes that a bar of a layout stands for, or one GPU's memory where that is more. */
export function longestShare(result: SimulationResult, detail: PlacementDetail): number {
  const { capacity } = result.memory.perRank[0]!;
  return Math.max(capacity, ...rowsOf(result, detail).map(({ share }) => sum(share)));
}

/** The weights on one GPU, with the experts spread, and in this job, on one linear scale against one GPU's memory. */
export function Spread({ result, detail, longest, onMemory }: Props) {
  const { scenario, memory } = result;
  const { mtpModules } = detail.weights;
  const { capacity } = memory.perRank[0]!;
  const rows = rowsOf(result, detail);
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
