import type { SimulationResult } from '../../src/sim/result';
import { gibCapacity, gibShort, percent, significant, timeText } from '../format';
import { text as shared } from '../strings';
import { escaped } from './escaped';

/** The three numbers of the verdict, each with what it rests on. */
export function figures({ memory: held, time: exchange, step, scenario }: SimulationResult): string {
  const fullest = held.perRank[held.fullestRank]!;
  const out = exchange.dispatch.microseconds / 1e6;
  const back = exchange.combine.microseconds / 1e6;
  const rate = `${significant(step.tokensPerSecondPerGpu)} tok/s/GPU`;
  const all: readonly (readonly [string, string, string])[] = [
    [
      shared.figure.memory,
      `${gibShort(fullest.total)} GiB`,
      `${shared.figure.ofCapacity(gibCapacity(fullest.capacity))}, ${shared.rank(fullest.rank)}`,
    ],
    [
      shared.figure.alltoall,
      timeText(out + back),
      `${shared.figure.outAndBack(timeText(out), timeText(back))}; ${shared.basis(exchange.basis)}`,
    ],
    [
      shared.figure.step[scenario.workload.mode],
      timeText(step.seconds),
      `${step.mfu === undefined ? '' : `${shared.figure.mfu(percent(step.mfu, 1))}, `}${rate}; ${shared.basis(step.basis)}`,
    ],
  ];
  const items = all.map(
    ([name, value, context]) =>
      `<div><dt>${escaped(name)}</dt><dd><b>${escaped(value)}</b>${escaped(context)}</dd></div>`,
  );
  return `<dl class="three">${items.join('')}</dl>`;
}
