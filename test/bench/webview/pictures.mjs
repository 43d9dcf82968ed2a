// How long pictures take within the panel's page, where VS Code has no part in it: milliseconds.

/**
 * Gives the page the result that it shows as a new one, again and again; from the message to the matrix painted.
 * @param {import('playwright-core').Frame} frame with the Traffic view in front
 */
export function timeMatrix(frame, times) {
  return frame.evaluate(async (rounds) => {
    const canvas = document.querySelector('canvas.matrix');
    const results = [];
    for (let round = 0; round < rounds; round++) {
      const data = structuredClone(window.lastShow);
      await window.painted();
      // Whoever paints a canvas afresh sets its size.
      const drawn = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve();
        });
        observer.observe(canvas, { attributeFilter: ['width'] });
      });
      const begin = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data }));
      await drawn;
      const script = performance.now() - begin;
      results.push({ script, painted: (await window.painted()) - begin });
    }
    return { ranks: window.lastShow.baseline.result.placement.nodeOfRank.length, results };
  }, times);
}

/**
 * Moves the pointer over the matrix; from the event, as the page gets it, to the new read-out in the page, and painted.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Frame} frame with the Traffic view in front
 */
export async function timeHover(page, frame, times) {
  const matrix = frame.locator('canvas.matrix');
  await matrix.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await matrix.boundingBox();
  await frame.evaluate(() => {
    window.hovers = [];
    let begin = 0;
    const note = ({ target }) => {
      if (target instanceof HTMLCanvasElement) begin = performance.now();
    };
    for (const type of ['pointermove', 'mousemove']) window.addEventListener(type, note, { capture: true });
    const observer = new MutationObserver(async () => {
      if (begin === 0) return;
      const from = begin;
      begin = 0;
      const script = performance.now() - from;
      window.hovers.push({ script, painted: (await window.painted()) - from });
    });
    observer.observe(document.getElementById('cell-readout'), {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  for (let i = 0; i < times; i++) {
    const before = await frame.evaluate(() => window.hovers.length);
    const at = (i + 0.5) / times;
    await page.mouse.move(x + width * at, y + height * ((at * 7) % 1));
    await frame
      .waitForFunction((count) => window.hovers.length > count, before, { timeout: 2000 })
      .catch(() => {});
  }
  return frame.evaluate(() => window.hovers);
}

/**
 * Plays the whole exchange; the time between frames, and what the picture's script takes of each.
 * @param {import('playwright-core').Frame} frame with the All-to-all view in front
 */
export async function timeAnimation(frame) {
  await frame.evaluate(() => {
    const request = window.requestAnimationFrame;
    const frames = [];
    let before = null;
    window.played = frames;
    window.requestAnimationFrame = (callback) =>
      request((now) => {
        const begin = performance.now();
        callback(now);
        if (before !== null) frames.push({ between: now - before, script: performance.now() - begin });
        before = now;
      });
  });
  await frame.getByRole('button', { name: 'Play' }).click();
  await frame.getByRole('button', { name: 'Pause' }).waitFor();
  await frame.getByRole('button', { name: 'Play' }).waitFor({ timeout: 60_000 });
  return frame.evaluate(() => window.played);
}
