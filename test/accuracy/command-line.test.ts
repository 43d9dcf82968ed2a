import { expect, it } from 'vitest';
import { parseCall } from '../../src/cli/args';
import { commands } from '../../src/cli/commands';
import { simulate } from '../../src/sim/simulate';
import { commandOf, type Setting, scenarioOfSetting } from './measured';
import { servingRows, servingSetting } from './serving-rows';
import { trainingRows } from './training-rows';

/** What the command line prints for a measured run. */
function printed(setting: Setting) {
  const call = parseCall([...commandOf(setting), '--format', 'json', '--matrix', 'none']);
  return JSON.parse(commands.simulate!(call).output).step;
}

it.each(trainingRows.filter((_, index) => index % 5 === 0))(
  '$name: the figure of the accuracy table',
  (row) => {
    const { step } = simulate(scenarioOfSetting(row));
    const { mfu, seconds, modelTFlopsPerGpu, interval, assumptions } = printed(row);
    expect({ mfu, seconds, modelTFlopsPerGpu }).toEqual({
      mfu: step.mfu,
      seconds: step.seconds,
      modelTFlopsPerGpu: step.modelTFlopsPerGpu,
    });
    expect(interval).toBeDefined();
    expect(interval).toEqual(step.basis.interval);
    const assumed = (assumptions as { name: string }[]).map(({ name }) => name);
    expect(assumed).toContain('communication.combineDtype');
    expect(assumed).not.toContain('layout.tp');
    expect(assumed).not.toContain('workload.outputLength');
  },
);

it.each(servingRows.filter((_, index) => index % 25 === 0).map((row) => servingSetting(row)))(
  '$preset, $set: the figures of the accuracy table',
  (setting) => {
    const { step } = simulate(scenarioOfSetting(setting));
    const { tpotMilliseconds, ttftMilliseconds } = printed(setting);
    expect(tpotMilliseconds).toBe(step.tpotMilliseconds);
    expect(ttftMilliseconds).toBe(step.ttftMilliseconds);
  },
);
