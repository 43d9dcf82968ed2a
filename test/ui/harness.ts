import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { FromWebview, PanelState, ToWebview } from '../../src/panel/protocol';
import { type ThemeName, themes } from './themes';

const root = fileURLToPath(new URL('../../', import.meta.url));
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The page that the extension's host makes, with the host's side of the API and of the theme faked by one nonced script. */
function pageHtml(theme: ThemeName, kept: Partial<PanelState> | null): string {
  const { classes, variables } = themes[theme];
  const host = `
    window.posted = [];
    window.violations = [];
    window.errors = [];
    let kept = ${JSON.stringify(kept)};
    document.addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
    window.addEventListener('error', (event) => window.errors.push(event.message));
    window.addEventListener('unhandledrejection', (event) => window.errors.push(String(event.reason)));
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.posted.push(message),
      getState: () => kept ?? undefined,
      setState: (state) => { kept = state; },
    });
    window.keptState = () => kept;
    window.setTheme = ({ classes, variables }) => {
      const style = document.documentElement.style;
      style.cssText = '';
      for (const [name, value] of Object.entries(variables)) style.setProperty(name, value);
      document.body.className = classes;
    };
    window.setTheme(${JSON.stringify({ classes, variables })});
  `;
  const policy =
    "default-src 'none'; script-src 'nonce-panel'; style-src 'self'; font-src 'self'; img-src 'self' data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/panel.css">
<title>MoE Scope</title>
</head>
<body>
<div id="root"></div>
<script nonce="panel">${host}</script>
<script nonce="panel" src="/panel.js"></script>
</body>
</html>`;
}

/** The panel's bundle as it ships; its bytes are what the size budget counts. */
export async function bundle(): Promise<{ script: string; style: string }> {
  const common = { bundle: true, minify: true, write: false, target: 'es2022', absWorkingDir: root } as const;
  const [script, style] = await Promise.all([
    build({
      ...common,
      entryPoints: ['webview/main.tsx'],
      format: 'iife',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    }),
    build({ ...common, entryPoints: ['webview/panel.css'] }),
  ]);
  return { script: script.outputFiles[0]!.text, style: style.outputFiles[0]!.text };
}

/** Keeps a picture beside the screenshots, for a person to look at. */
export async function saveScreenshot(name: string, png: Uint8Array): Promise<void> {
  const folder = join(root, 'test/ui/screenshots');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.png`), png);
}

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  readonly kept?: Partial<PanelState>;
  /** What the host says before the page listens, which VS Code hands over once it is loaded. JSON only. */
  readonly early?: ToWebview;
}

/** One browser and one server for a test file. */
export class Stage {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly pages: Map<string, string>,
  ) {}

  static async start(): Promise<Stage> {
    const { script, style } = await bundle();
    const pages = new Map<string, string>();
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      const [type, body] =
        path === '/panel.js'
          ? ['text/javascript', script]
          : path === '/panel.css'
            ? ['text/css', style]
            : ['text/html', pages.get(path) ?? ''];
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
    });
    return new Stage(server, browser, pages);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((done) => this.server.close(done));
  }

  /** A fresh panel, loaded and waiting for its first message. */
  async open(options: OpenOptions = {}): Promise<Panel> {
    const { theme = 'light', width = 900, height = 900, scale = 1, kept = null, early } = options;
    const context = await this.browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const path = `/${this.pages.size}.html`;
    this.pages.set(path, pageHtml(theme, kept));
    if (early)
      await page.addInitScript(
        (data) => window.addEventListener('load', () => window.postMessage(data, '*')),
        early,
      );
    await page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`);
    await page.waitForFunction(() => (window as unknown as HostWindow).posted.length > 0);
    return new Panel(page);
  }
}

interface HostWindow {
  posted: FromWebview[];
  violations: string[];
  errors: string[];
  keptState(): PanelState | null;
  setTheme(set: unknown): void;
}

/** A panel in its page, seen from the host. */
export class Panel {
  constructor(readonly page: Page) {}

  /** Delivers a message as the host does: structured clone, typed arrays included. */
  async send(message: ToWebview): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), message);
  }

  /** Sends a result and waits until it is on screen. */
  async show(message: Extract<ToWebview, { type: 'show' }>): Promise<void> {
    await this.send(message);
    await this.page.locator('[role=tabpanel]').waitFor();
  }

  async tab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.page.locator(`[role=tab][aria-selected=true]`, { hasText: name }).first().waitFor();
  }

  /** Titles of all views, in the order of their tabs. */
  views(): Promise<string[]> {
    return this.page
      .getByRole('tab')
      .evaluateAll((tabs) => tabs.map((tab) => tab.querySelector('.long')?.textContent ?? ''));
  }

  posted(): Promise<FromWebview[]> {
    return this.page.evaluate(() => (window as unknown as HostWindow).posted);
  }

  async lastPosted(): Promise<FromWebview | undefined> {
    return (await this.posted()).at(-1);
  }

  kept(): Promise<PanelState | null> {
    return this.page.evaluate(() => (window as unknown as HostWindow).keptState());
  }

  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate((set) => (window as unknown as HostWindow).setTheme(set), themes[theme]);
  }

  /** Refused loads and scripts' errors; both must stay empty. */
  troubles(): Promise<string[]> {
    return this.page.evaluate(() => {
      const host = window as unknown as HostWindow;
      return [...host.violations, ...host.errors];
    });
  }

  /** Accessibility rules that the page breaks, with what breaks them. */
  async axe(): Promise<string[]> {
    // Injected through the debugger, which the page's policy does not concern.
    await this.page.evaluate(readFileSync(axePath, 'utf8'));
    return this.page.evaluate(async () => {
      const axe = (window as unknown as { axe: typeof import('axe-core') }).axe;
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations.map(
        (violation) =>
          `${violation.id}: ${violation.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`,
      );
    });
  }

  async screenshot(name: string): Promise<void> {
    const { width } = this.page.viewportSize()!;
    await this.page.setViewportSize({ width, height: 300 });
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.setViewportSize({ width, height: Math.max(300, height) });
    await saveScreenshot(name, await this.page.screenshot());
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** The stage of a test file that calls `onStage`, and the panel of the test that runs. */
export let stage: Stage;
export let panel: Panel;

/** Gives a test file a stage, and each of its tests a fresh panel that must leave no troubles behind. */
export function onStage(): void {
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    panel = await stage.open();
  });
  afterEach(async () => {
    expect(await panel.troubles()).toEqual([]);
    await panel.close();
  });
}
