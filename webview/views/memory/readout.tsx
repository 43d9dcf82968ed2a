import { useMemo } from 'preact/hooks';
import type { RankMemory, SimulationResult } from '../../../src/sim/result';
import { fixed, GIB, gib, signed } from '../../format';
import { type MemoryPart, meanMemory, PART_COLOURS } from '../../model/memory';
import { text } from '../../strings';
import { text as t } from './strings';

interface ReadoutProps {
  readonly rank: RankMemory;
  readonly result: SimulationResult;
  readonly parts: readonly MemoryPart[];
}

/** The legend, which is also the table of the rank under the cursor. */
export function MemoryReadout({ rank, result, parts }: ReadoutProps) {
  const mean = useMemo(() => meanMemory(result.memory), [result]);
  const over = rank.total > rank.capacity;
  const free = (total: number) => gib(Math.abs(rank.capacity - total), 2);
  return (
    <div aria-live="polite">
      <table class="memory-readout">
        <caption class="vh">{t.readout}</caption>
        <thead>
          <tr>
            <th scope="col">{t.unit}</th>
            <th scope="col" class="r">
              {text.rank(rank.rank)}
            </th>
            <th scope="col" class="r">
              {t.mean}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...parts].reverse().map((part) => (
            <tr key={part}>
              <th scope="row">
                <i class="swatch" style={{ background: PART_COLOURS[part] }} />
                {t.parts[part]}
              </th>
              <td class="r">{gib(rank[part], 2)}</td>
              <td class="r quiet">{gib(mean[part], 2)}</td>
            </tr>
          ))}
          <tr class="total">
            <th scope="row">{t.total}</th>
            <td class="r">{gib(rank.total, 2)}</td>
            <td class="r quiet">{gib(mean.total, 2)}</td>
          </tr>
          <tr>
            <th scope="row">{over ? t.over : t.free}</th>
            <td class="r">{free(rank.total)}</td>
            <td class="r quiet">{over && mean.total <= rank.capacity ? '\u2013' : free(mean.total)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface ChangeProps {
  /** The rank under the cursor in both layouts, or the fullest where there is none of that number. */
  readonly before: RankMemory;
  readonly after: RankMemory;
  readonly parts: readonly MemoryPart[];
}

/** The legend of both pictures, which is also the table of what changes. */
export function ChangeReadout({ before, after, parts }: ChangeProps) {
  const free = ({ capacity, total }: RankMemory) => capacity - total;
  const amount = (value: number) => fixed(value / GIB, 2);
  const rows: readonly (readonly [string, string | null, number, number])[] = [
    ...[...parts]
      .reverse()
      .map((part) => [t.parts[part], PART_COLOURS[part], before[part], after[part]] as const),
    [t.total, null, before.total, after.total],
    [t.free, null, free(before), free(after)],
  ];
  return (
    <div class="changes" aria-live="polite">
      <table class="memory-readout">
        <caption class="vh">{t.changes}</caption>
        <thead>
          <tr>
            <th scope="col">{t.unit}</th>
            <th scope="col" class="r">
              {text.sides.of(text.sides.baseline, text.rank(before.rank))}
            </th>
            <th scope="col" class="r">
              {text.sides.of(text.sides.variant, text.rank(after.rank))}
            </th>
            <th scope="col" class="r">
              {t.change}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, colour, was, is]) => (
            <tr key={name} class={name === t.total ? 'total' : ''}>
              <th scope="row">
                {colour !== null && <i class="swatch" style={{ background: colour }} />}
                {name}
              </th>
              <td class="r">{amount(was)}</td>
              <td class="r">{amount(is)}</td>
              <td class="r">{signed((is - was) / GIB, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
