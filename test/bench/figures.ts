import { bench } from 'vitest';

const MILLION = 1e6;

/** What a figure is read against, and what its time is to be turned into. */
interface Figure {
  readonly targetMilliseconds?: number;
  /** Assignments that one run draws; printed in millions a second, with the target of the same unit. */
  readonly assignments?: number;
  readonly targetMillionsPerSecond?: number;
  /** Configurations that one run works out; printed as so many a second, with the target of the same unit. */
  readonly configurations?: number;
  readonly targetPerSecond?: number;
}

/**
 * A bench whose median is printed beside its target, with the mean, the best and the first run; the mean of CPU time, which a
 * busy machine does not lengthen but to which the compiler and the garbage collector add theirs; millions of assignments a
 * second where it draws any, configurations a second where it works out any; and the most memory that was taken so far.
 */
export function benchFigure(
  name: string,
  run: () => void | Promise<void>,
  { targetMilliseconds, assignments, targetMillionsPerSecond, configurations, targetPerSecond }: Figure,
  options: Parameters<typeof bench>[2] & object = {},
): void {
  const times: number[] = [];
  let first: number | null = null;
  let cpuMilliseconds = 0;
  const timed = async () => {
    const before = process.cpuUsage();
    const start = performance.now();
    await run();
    const milliseconds = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    cpuMilliseconds += (user + system) / 1000;
    first ??= milliseconds;
    times.push(milliseconds);
  };
  const print = () => {
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1]!;
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const parts = [
      `${median.toFixed(1)} ms${ofTarget(targetMilliseconds, 'at most', 'ms')}`,
      `mean ${mean.toFixed(1)}, best ${times[0]!.toFixed(1)}, first run, with nothing compiled yet, ${first!.toFixed(0)}`,
      `mean of CPU time ${(cpuMilliseconds / times.length).toFixed(1)}`,
    ];
    if (assignments !== undefined) {
      const rate = assignments / MILLION / (median / 1000);
      parts.push(`${rate.toFixed(1)} M assignments/s${ofTarget(targetMillionsPerSecond, 'at least', 'M/s')}`);
    }
    if (configurations !== undefined) {
      const rate = configurations / (median / 1000);
      parts.push(`${rate.toFixed(0)} configurations/s${ofTarget(targetPerSecond, 'at least', '/s')}`);
    }
    parts.push(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
    console.log(`${name}: ${parts.join(', ')}`);
  };
  bench(name, timed, {
    ...options,
    setup: () => {
      times.length = 0;
      cpuMilliseconds = 0;
    },
    teardown: (_task, mode) => {
      if (mode === 'run') print();
    },
  });
}

const ofTarget = (target: number | undefined, bound: string, unit: string): string =>
  target === undefined ? '' : ` (target: ${bound} ${target} ${unit})`;
