import { beforeEach, describe, expect, it } from 'vitest';
import { planOf, showOf, variantOf, variantsOf } from './fixture';
import { onStage, panel } from './harness';
import type { ThemeName } from './themes';

onStage();

/** What a walk by Tab stands on. */
interface Stop {
  readonly what: string;
  readonly name: string;
  /** Width of the ring about it, CSS pixels; 0 where there is none. */
  readonly ring: number;
  /** Whether the row of tabs or the window's edge covers it. */
  readonly isCovered: boolean;
}

const changes = [{ name: 'layout.ep', value: 32 }];
const MOST_STOPS = 200;

/** All stops of the page from its start, until Tab leaves it. */
async function walk(): Promise<Stop[]> {
  const stops: Stop[] = [];
  await panel.page.evaluate(() => {
    window.scrollTo(0, 0);
    const main = document.querySelector('main')!;
    main.tabIndex = -1;
    main.focus();
    main.removeAttribute('tabindex');
  });
  for (let i = 0; i < MOST_STOPS; i++) {
    await panel.page.keyboard.press('Tab');
    const stop = await panel.page.evaluate((): Stop | null => {
      const at = document.activeElement as HTMLElement | null;
      if (!at || at === document.body) return null;
      const style = getComputedStyle(at);
      const labels = [...((at as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
      const name = at.getAttribute('aria-label') ?? [...labels, at.textContent].join(' ').trim();
      const box = at.getBoundingClientRect();
      const tabs = document.querySelector('.tabs')!;
      const below = at.closest('.tabs') || at.closest('header') ? 0 : tabs.getBoundingClientRect().bottom;
      return {
        what: `${at.tagName.toLowerCase()}.${at.className} “${name.slice(0, 40)}”`,
        name,
        ring: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
        isCovered: box.bottom <= below || box.top >= window.innerHeight,
      };
    });
    if (!stop) return stops;
    stops.push(stop);
  }
  throw new Error('Tab never leaves the page.');
}

const themeNames: readonly ThemeName[] = ['light', 'dark', 'hc-dark', 'hc-light'];

describe('a walk by keyboard', () => {
  it.each([800, 320])(
    'reaches all of every view, each with its name and a ring in sight, at %i pixels',
    async (width) => {
      await panel.page.setViewportSize({ width, height: 600 });
      await panel.show(showOf({ changes }));
      for (const view of await panel.views()) {
        await panel.tab(view);
        if (view === 'Plan')
          await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(32) });
        if (view === 'What if')
          await panel.send({ type: 'variants', compared: variantsOf({}, [variantOf({}, 'half', changes)]) });
        const stops = await walk();
        const words = stops.map(({ what }) => what);
        expect(words.length, view).toBeGreaterThan(12);
        expect(
          stops.filter(({ name, ring, isCovered }) => name === '' || ring < 1 || isCovered),
          view,
        ).toEqual([]);
        // One stop for the tabs, whatever stands before and behind them.
        expect(words.filter((what) => what.includes('.tab ')).length, `${view}: ${words}`).toBe(1);
      }
    },
  );
});

describe('the keyboard', () => {
  beforeEach(async () => {
    await panel.page.setViewportSize({ width: 800, height: 600 });
    await panel.show(showOf({ changes }));
  });

  it('has a ring that stands out in every theme', async () => {
    await panel.page.getByRole('button', { name: 'Copy' }).focus();
    await panel.page.keyboard.press('Shift+Tab');
    for (const theme of themeNames) {
      await panel.setTheme(theme);
      const { ring, ground, width } = await panel.page.evaluate(() => {
        const style = getComputedStyle(document.activeElement!);
        const ground = getComputedStyle(document.querySelector('.panel')!).backgroundColor;
        return { ring: style.outlineColor, ground, width: Number.parseFloat(style.outlineWidth) };
      });
      expect(contrast(ring, ground), theme).toBeGreaterThanOrEqual(3);
      expect(width, theme).toBeGreaterThanOrEqual(theme.startsWith('hc') ? 2 : 1);
    }
  });

  it('is heard: what a change comes to, and no percentage of a search', async () => {
    const live = () => panel.page.locator('.view-head h2').getAttribute('aria-live');
    await panel.tab('What if');
    expect(await live()).toBe('polite');
    await panel.tab('Plan');
    await panel.send({ type: 'plan', state: 'searching', fraction: 0.5 });
    await panel.page.getByText('Searching, 50%').first().waitFor();
    expect(await live()).toBe('off');
    await panel.send({ type: 'plan', state: 'done', fraction: 1, report: planOf(32) });
    await panel.page.locator('.plan-best').waitFor();
    expect(await live()).toBe('polite');
  });

  it('closes a menu with Escape, and is back where it was opened', async () => {
    const copy = panel.page.getByRole('button', { name: 'Copy' });
    await copy.focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('menuitem', { name: 'CSV' }).waitFor();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Escape');
    expect(await panel.page.getByRole('menuitem').count()).toBe(0);
    expect(await copy.evaluate((button) => button === document.activeElement)).toBe(true);
  });
});

/** Of two colours as computed styles have them (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const [a, b] = [light(one), light(other)];
  return Math.max(a, b) / Math.min(a, b);
}
