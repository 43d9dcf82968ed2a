import { webviewFrame } from '../../host/open.mjs';

// From the click on the panel's button to content that is painted, with what the time goes to.

const panelRoot = '#root[data-extension="moe-scope"]';
const openButton = '.editor-actions a[aria-label*="Open Panel"]';

/**
 * Has every frame of the page note what happens to a panel in it, by the one clock of all frames.
 * @param {import('playwright-core').Page} page before a panel is opened
 */
export async function watchOpenings(page) {
  await page.context().addInitScript(watchFrame);
  await page.evaluate((button) => {
    const note = ({ target }) => {
      if (target.closest?.(button)) window.askedAt = performance.timeOrigin + performance.now();
    };
    window.addEventListener('click', note, { capture: true });
  }, openButton);
}

/** Runs in each frame before its document. VS Code writes the webview's page into the frame later, and drops listeners. */
function watchFrame() {
  if (window.marks || !window.frameElement || !parent.location.pathname.endsWith('/pre/index.html')) return;
  const now = () => performance.timeOrigin + performance.now();
  const marks = { frame: performance.timeOrigin };
  // What is posted within a frame comes once that frame is painted.
  const painted = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      requestAnimationFrame(() => port2.postMessage(null));
    });
  Object.assign(window, { marks, painted, violations: [], lastShow: undefined });
  const listen = EventTarget.prototype.addEventListener;
  const start = () => {
    marks.script = now();
    listen.call(window, 'message', ({ data }) => {
      if (data?.type !== 'show') return;
      marks.result ??= now();
      window.lastShow = data;
    });
    listen.call(document, 'securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective} ${blockedURI}`),
    );
    requestAnimationFrame(look);
  };
  // The panel's script begins by listening to messages.
  window.addEventListener = function (type, ...rest) {
    if (type === 'message' && marks.script === undefined) start();
    return listen.call(this, type, ...rest);
  };
  const isSeen = (frame) => getComputedStyle(frame).visibility !== 'hidden';
  const look = () => {
    const hasContent = document.querySelector('main.panel [role="tabpanel"] h2') !== null;
    if (!hasContent || !isSeen(window.frameElement) || !isSeen(parent.frameElement))
      return requestAnimationFrame(look);
    return painted().then((time) => {
      marks.painted = performance.timeOrigin + time;
    });
  };
}

/**
 * Opens the panel of the active file by the button of its editor.
 * @param {import('playwright-core').Page} page
 * @returns the panel's frame, and milliseconds from the click: `frame` (VS Code has made the webview's frame), `script` (the
 *   panel's script begins), `result` (the figures are there), `painted`
 */
export async function openPanel(page) {
  await page.locator(openButton).first().click();
  const frame = await webviewFrame(page, panelRoot);
  await frame.waitForFunction(() => window.marks?.painted !== undefined);
  const askedAt = await page.evaluate(() => window.askedAt);
  const marks = Object.entries(await frame.evaluate(() => window.marks));
  return { frame, times: Object.fromEntries(marks.map(([name, time]) => [name, time - askedAt])) };
}

/** Closes the panel; what has broken its content security policy comes back. */
export async function closePanel(page, frame) {
  const violations = await frame.evaluate(() => window.violations);
  const tab = page.locator('.tab', { hasText: 'MoE Scope' }).first();
  await tab.click({ button: 'middle' });
  await tab.waitFor({ state: 'detached' });
  return violations;
}
