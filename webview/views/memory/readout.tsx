import { useMemo } from 'preact/hooks';
import type { RankMemory, SimulationResult } from '../../../src/sim/result';
import { gib } from '../../format';
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
