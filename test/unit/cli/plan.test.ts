import { describe, expect, test } from 'vitest';
import { parseCall } from '../../../src/cli/args';
import { commands } from '../../../src/cli/commands';
import { UsageError } from '../../../src/cli/usage';

function run(...argv: string[]) {
  const call = parseCall(['plan', ...argv]);
  return commands[call.command]!(call);
}
const json = (...argv: string[]) => JSON.parse(run(...argv, '--format', 'json').output);

const MIXTRAL = [
  '--preset',
  'mistralai/Mixtral-8x7B-v0.1',
  '--set',
  'workload.mode=train',
  '--set',
  'workload.globalBatchSize=64',
  '--accelerator',
  'h100-sxm',
];

describe('plan', () => {
  const plan = json(...MIXTRAL, '--gpus', '32', '--top', '3');

  test('tells the best layouts, what they cost, and why the others are out', () => {
    expect(plan.gpus).toEqual([32]);
    expect(plan.best).toHaveLength(3);
    const [best] = plan.best;
    const { tp, pp, cp, dp, ep, etp, edp, worldSize } = best.layout;
    expect(worldSize).toBe(32);
    expect([tp * pp * cp * dp, etp * ep * edp * pp]).toEqual([32, 32]);
    expect(best.memory.freeGiB).toBeGreaterThanOrEqual(0);
    expect(plan.best.map((entry: typeof best) => entry.step.seconds)).toEqual(
      plan.best.map((entry: typeof best) => entry.step.seconds).sort((a: number, b: number) => a - b),
    );
    const out = plan.rejected.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
    expect(plan.fitting + out).toBe(plan.searched);
    expect(plan.rejected).toContainEqual({
      reason: 'TP 16: more than the 8 GPUs of one node',
      count: expect.any(Number),
    });
  });

  test('whatif with the changes of the best gives its figures', () => {
    const [best] = plan.best;
    const changes = best.changes.map(
      ({ name, value }: { name: string; value: unknown }) => `${name}=${String(value)}`,
    );
    const call = parseCall([
      'whatif',
      ...MIXTRAL,
      '--change',
      ...changes,
      '--format',
      'json',
      '--matrix',
      'none',
    ]);
    const { variant } = JSON.parse(commands.whatif!(call).output);
    expect(variant.step.seconds).toBe(best.step.seconds);
    expect(variant.scenario.layout).toEqual(best.layout);
  });

  test('on a terminal: the job as it is, the best, and families', () => {
    const { output, exitCode } = run(...MIXTRAL, '--gpus', '32', '--top', '2', '--price', '2');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/configurations: [\d,]+ legal, [\d,]+ of them keep to the limits/);
    expect(output).toContain('now');
    expect(output).toContain('cost/M');
    expect(output).toContain('TP 16: more than the 8 GPUs of one node');
  });

  test('a number of GPUs is that number, also where it fills no nodes', () => {
    expect(json(...MIXTRAL, '--gpus', '12').gpus).toEqual([12]);
  });

  test('the changes of the best are those without which it is another configuration', () => {
    const scenarioWith = (changes: readonly { name: string; value: unknown }[]): string => {
      const set = changes.flatMap(({ name, value }) => ['--set', `${name}=${String(value)}`]);
      const call = parseCall(['simulate', ...MIXTRAL, ...set, '--format', 'json', '--matrix', 'none']);
      return JSON.stringify(JSON.parse(commands.simulate!(call).output).scenario);
    };
    const [{ changes }] = plan.best;
    expect(changes.length).toBeGreaterThan(0);
    const whole = scenarioWith(changes);
    for (const change of changes) {
      const others = changes.filter((other: typeof change) => other !== change);
      expect(scenarioWith(others), change.name).not.toBe(whole);
    }
  });

  test('sizes that follow from others are free, whatever the job says of them', () => {
    const found = json(...MIXTRAL, '--set', 'layout.edp=1', '--gpus', '32', '--top', '3');
    const told = ({ best }: typeof plan) =>
      best.map(({ layout, changes }: (typeof plan)['best'][number]) => ({ layout, changes }));
    expect(told(found)).toEqual(told(plan));
  });

  test('a range of GPUs is every whole node in it', () => {
    expect(json(...MIXTRAL, '--gpus', '10-32').gpus).toEqual([16, 24, 32]);
  });

  test('a layout that is not legal is no reason not to plan', () => {
    const found = json(...MIXTRAL, '--set', 'layout.ep=3', '--gpus', '32');
    expect(found.present).toBeNull();
    expect(found.best.length).toBeGreaterThan(0);
  });

  test('where nothing fits, exit code 2 with what binds and what would free it', () => {
    const { message, exitCode } = run(...MIXTRAL, '--gpus', '8');
    expect(exitCode).toBe(2);
    expect(message).toContain(
      'No legal layout keeps to the limits: Memory: needs more than the 79.6 GiB of a GPU',
    );
    expect(message).toMatch(/GPUs \d+ instead of 8/);
  });

  test('mistakes in the call are said', () => {
    expect(() => run(...MIXTRAL, '--gpus', 'many')).toThrow(UsageError);
    expect(() => run(...MIXTRAL, '--objective', 'beauty')).toThrow(
      '--objective is one of step, tokens, memory, cost',
    );
    expect(() => run(...MIXTRAL, '--tpot=-1')).toThrow('--tpot is a number of at least 0');
    expect(() => parseCall(['simulate', '--objective', 'step'])).toThrow('simulate takes no --objective');
  });
});
