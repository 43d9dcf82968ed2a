import { describe, expect, it } from 'vitest';
import type { PlacementComparison } from '../../src/plan/placements/compare';
import { runToEnd } from '../../src/sim/simulate';
import { Engine } from '../../src/worker/engine';
import { explorationOf, growthFor, planOf, showOf, variantOf, variantsOf } from './fixture';
import { onStage, panel } from './harness';

onStage();

const changes = [{ name: 'layout.ep', value: 32 }];
const SERVE =
  'vllm serve mistralai/Mixtral-8x22B-v0.1 --tensor-parallel-size 1 --data-parallel-size 8 --enable-expert-parallel --all2all-backend deepep_low_latency\n';

function comparisonOf(): PlacementComparison {
  const engine = new Engine();
  engine.setDocument('serve.sh', SERVE);
  const { job } = engine.analyse('serve.sh', {}, []).jobs[0]!;
  const overrides = { 'cluster.accelerator': 'h200-sxm' };
  return runToEnd(engine.placements(job, { settings: {}, overrides })).comparison!;
}

/** All that can stand in the views, as it is asked for. */
async function showAll(): Promise<void> {
  const show = showOf({ changes });
  await panel.show(show);
  await panel.send({ type: 'placements', state: 'done', fraction: 1, comparison: comparisonOf() });
  await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(64) });
  await panel.send({ type: 'growth', growth: growthFor() });
  await panel.send({ type: 'variants', compared: variantsOf({}, [variantOf({}, 'EP halved', changes)]) });
  const exploration = explorationOf({}, ['layout.ep', 'communication.backend'], 'layout.ep', 'layout.pp');
  await panel.send({ type: 'explored', exploration });
}

/** Words and figures whose right edge nobody can see, but those of a table that scrolls. */
const cutOff = () =>
  panel.page.evaluate(() => {
    const edge = window.innerWidth;
    const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    const cut: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (node.textContent!.trim() === '' || element.closest('.vh, .scroll:not(:has(> .stacks)), thead'))
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { right, width } = range.getBoundingClientRect();
      if (width > 1 && right > edge + 1) cut.push(`${node.textContent} ends at ${Math.round(right)}`);
    }
    return cut;
  });

describe('a panel of any width', () => {
  it.each([320, 400, 480, 640, 720, 800, 2000])(
    'cuts off no word of any view at %i pixels',
    async (width) => {
      await panel.page.setViewportSize({ width, height: 900 });
      await showAll();
      for (const view of await panel.views()) {
        await panel.tab(view);
        expect(await cutOff(), view).toEqual([]);
      }
    },
  );

  it.each([320, 480, 640, 900])('draws no connector through a label at %i pixels', async (width) => {
    await panel.page.setViewportSize({ width, height: 900 });
    for (const values of [{}, { 'layout.tp': 8, 'layout.etp': 1 }]) {
      await panel.show(showOf({ changes, values }));
      await panel.tab('Communication');
      const crossed = await panel.page.locator('svg.factors').evaluateAll((pictures) =>
        pictures.flatMap((picture) => {
          const lines = [...picture.querySelectorAll<SVGLineElement>('.joint')].map((line) => line.getBBox());
          const labels = [...picture.querySelectorAll<SVGTextElement>('text.halo')];
          return labels.flatMap((label) => {
            const box = label.getBBox();
            const isCrossed = lines.some(
              ({ x, y, height }) =>
                x > box.x && x < box.x + box.width && y < box.y + box.height && y + height > box.y,
            );
            return isCrossed ? [label.textContent] : [];
          });
        }),
      );
      expect(crossed).toEqual([]);
    }
  });

  it('has every tab in sight at 320 pixels', async () => {
    await panel.page.setViewportSize({ width: 320, height: 900 });
    await panel.show(showOf());
    for (const tab of await panel.page.getByRole('tab').all()) {
      const { x, width } = (await tab.boundingBox())!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(320);
    }
  });

  it('names each figure of a table that has no room for its columns', async () => {
    await panel.page.setViewportSize({ width: 320, height: 900 });
    await showAll();
    await panel.tab('Plan');
    const best = panel.page.getByRole('table', { name: 'best' }).or(panel.page.locator('.plan-best'));
    const cell = best.locator('tbody tr').first().locator('td[data-column="EP"]');
    const name = await cell.evaluate((element) => getComputedStyle(element, '::before').content);
    expect(name).toContain('EP');
    // For screen readers it is the same table as on a wide panel.
    expect(await panel.page.getByRole('columnheader', { name: 'EP', exact: true }).count()).toBe(1);
  });

  it.each([320, 480, 900])('explains colours that are there to be seen, at %i pixels', async (width) => {
    await panel.page.setViewportSize({ width, height: 900 });
    await panel.show({ ...showOf({ changes }), view: 'whatif' });
    await panel.page.locator('.legend i.better').waitFor();
    expect(await panel.page.locator('.delta :is(i, rect).better:visible').count()).toBeGreaterThan(0);
  });
});
