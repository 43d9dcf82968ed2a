import { describe, expect, it } from 'vitest';
import type { PlacementComparison } from '../../src/plan/placements/compare';
import { runToEnd } from '../../src/sim/simulate';
import { Engine } from '../../src/worker/engine';
import { explorationOf, type Job, planOf, refusalsOf, showOf, variantOf, variantsOf } from './fixture';
import { onStage, type Panel, panel } from './harness';
import type { ThemeName } from './themes';

onStage();

interface Condition {
  readonly view: string;
  readonly job?: Job;
  readonly act?: (panel: Panel) => Promise<unknown>;
  /** What a person reads. */
  readonly says: string;
}

const themeNames: readonly ThemeName[] = ['light', 'hc-dark'];
const changes = [{ name: 'layout.ep', value: 32 }];
const impossible: Job = { values: { 'layout.ep': 48, 'layout.worldSize': 768 } };
const SERVE = 'vllm serve mistralai/Mixtral-8x22B-v0.1 --data-parallel-size 8 --enable-expert-parallel\n';

/** What other placements of a job with so many ranks make of it. */
function comparisonOf(command: string): PlacementComparison {
  const engine = new Engine();
  engine.setDocument('serve.sh', command);
  const { job } = engine.analyse('serve.sh', {}, []).jobs[0]!;
  const overrides = { 'cluster.accelerator': 'h200-sxm' };
  return runToEnd(engine.placements(job, { settings: {}, overrides })).comparison!;
}

const alone: Job = { values: { 'layout.ep': 1 } };
const searching = (at: Panel, rest: object) =>
  at.send({ type: 'plan', state: 'searching', fraction: 0.37, ...rest });
const showWhatIf = (rest: object) => (at: Panel) =>
  at.show({ ...showOf({ changes }), view: 'whatif', ...rest });

/** What a view says while it has no figures, or not all, by what it is called in pictures. */
const conditions: Readonly<Record<string, Condition>> = {
  'plan-before': { view: 'Plan', says: 'Search' },
  'plan-searching': { view: 'Plan', act: (at) => searching(at, {}), says: '37%' },
  'plan-searching-found': {
    view: 'Plan',
    act: (at) => searching(at, { report: planOf(64) }),
    says: 'Left out',
  },
  'plan-stopped': {
    view: 'Plan',
    act: (at) => at.send({ type: 'plan', state: 'stopped', fraction: 0.4 }),
    says: 'stopped',
  },
  'plan-nothing': {
    view: 'Plan',
    act: (at) => at.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(8) }),
    says: 'No legal layout keeps to the limits',
  },
  'placements-nothing': {
    view: 'Placement',
    job: alone,
    act: (at) =>
      at.send({
        type: 'placements',
        state: 'done',
        fraction: 1,
        comparison: comparisonOf('vllm serve mistralai/Mixtral-8x7B-v0.1 --tensor-parallel-size 2\n'),
      }),
    says: 'nothing to place',
  },
  'placements-refused': {
    view: 'Placement',
    act: (at) =>
      at.send({
        type: 'placements',
        state: 'done',
        fraction: 1,
        comparison: {
          ...comparisonOf(SERVE),
          refused: [{ redundantExperts: 4, reason: '12 physical experts do not divide over 8 ranks.' }],
        },
      }),
    says: 'Not with 4 redundant experts',
  },
  'whatif-before': { view: 'What if', says: 'Change one knob' },
  'whatif-waiting': {
    view: 'What if',
    act: (at) => at.page.getByLabel('EP', { exact: true }).selectOption('32'),
    says: 'being simulated',
  },
  'whatif-refused': {
    view: 'What if',
    act: (at) =>
      at.show({
        ...showOf(),
        view: 'whatif',
        refusal: 'This layout cannot be simulated. 256 experts do not divide over 48 ranks.',
        refusals: refusalsOf(impossible),
      }),
    says: 'cannot be simulated',
  },
  'whatif-framework-refuses': {
    view: 'What if',
    act: showWhatIf({
      whatIf: {
        ...showOf({ changes }).whatIf!,
        errors: [{ rule: 'MG003', message: 'Experts (256) must be divisible by EP (48).' }],
      },
    }),
    says: 'MG003',
  },
  'whatif-ended': {
    view: 'What if',
    act: (at) => at.show({ ...showOf(), view: 'whatif', ended: 'EP 64' }),
    says: 'EP 64',
  },
  'variants-impossible': {
    view: 'What if',
    act: (at) =>
      at.send({
        type: 'variants',
        compared: variantsOf({}, [
          variantOf({}, 'Too many', [{ name: 'layout.ep', value: 48 }]),
          variantOf({}, 'As it is', [], { isBaseline: true }),
        ]),
      }),
    says: 'Too many',
  },
  exploring: {
    view: 'What if',
    act: async (at) => {
      await at.page.getByRole('button', { name: 'Try every field' }).click();
      await at.send({ type: 'exploring', fraction: 0.6 });
    },
    says: 'Stop',
  },
  'explored-nothing': {
    view: 'What if',
    act: async (at) => {
      const { present } = explorationOf({}, []);
      await at.send({ type: 'explored', exploration: { present, sensitivities: [], sweep: null } });
    },
    says: 'No other value is legal.',
  },
  'growth-coming': { view: 'Communication', says: 'Counting other sizes' },
  'alone-alltoall': { view: 'All-to-all', job: alone, says: 'EP' },
  'alone-traffic': { view: 'Traffic', job: alone, says: 'EP' },
  'alone-communication': { view: 'Communication', job: alone, says: 'EP' },
  'alone-placement': { view: 'Placement', job: alone, says: 'EP' },
  'working-on-it': {
    view: 'Memory',
    act: (at) => at.send({ type: 'busy', message: 'Simulating, 40%', fraction: 0.4 }),
    says: 'Simulating, 40%',
  },
  'plan-table-before': {
    view: 'Plan',
    act: (at) => at.page.getByRole('button', { name: 'Table' }).click(),
    says: 'Nothing to list yet.',
  },
};

describe('a view without figures, or not with all of them', () => {
  it.each(Object.entries(conditions))(
    'is legible, and says so: %s',
    async (name, { view, job, act, says }) => {
      await panel.page.setViewportSize({ width: 480, height: 700 });
      await panel.show(showOf(job));
      await panel.tab(view);
      await act?.(panel);
      await panel.page.getByText(says).filter({ visible: true }).first().waitFor();
      for (const theme of themeNames) {
        await panel.setTheme(theme);
        expect(await panel.axe(), theme).toEqual([]);
        await panel.screenshot(`condition-${name}-${theme}`);
      }
    },
  );
});
