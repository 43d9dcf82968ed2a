import { buildRamp, ink, packRamp, type Rgb, type ThemeKind } from './ramp';

/** The theme that the host put on the body. High contrast light also carries the class of high contrast, so it is asked first. */
function themeKind(classes: DOMTokenList): ThemeKind {
  if (classes.contains('vscode-high-contrast-light')) return 'high-contrast-light';
  if (classes.contains('vscode-high-contrast')) return 'high-contrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}

export interface Theme {
  readonly kind: ThemeKind;
  readonly ramp: readonly Rgb[];
  readonly pixels: Uint32Array;
}

/** Reads the page's theme; a new object each time, so that its identity tells when a picture must be painted again. */
export function readTheme(): Theme {
  resolved.clear();
  const kind = themeKind(document.body.classList);
  const ramp = buildRamp(kind);
  return { kind, ramp, pixels: packRamp(ramp) };
}

/** Calls back whenever the host changes the theme: its class on the body or its variables on the root. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}

/** What colour expressions are in the present theme: to ask for one makes the browser compute the styles of the page. */
const resolved = new Map<string, string>();

/** What a CSS colour expression is on this page; a canvas knows no variables. */
export function resolveColour(expression: string): string {
  const known = resolved.get(expression) ?? computedColour(expression);
  resolved.set(expression, known);
  return known;
}

function computedColour(expression: string): string {
  const probe = document.createElement('span');
  probe.style.color = expression;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** Black or white on a fill given as CSS; text on a pattern keeps the page's own colour. */
export function inkOn(fill: string): string {
  if (fill.startsWith('url(')) return 'var(--fg)';
  const colour = resolveColour(fill);
  const channels = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  // A mixed colour is given in fractions: `color(srgb 0.4 0.5 0.6)`.
  const scale = colour.startsWith('color(') ? 255 : 1;
  const [r = 0, g = 0, b = 0] = channels.map((channel) => channel * scale);
  return ink([r, g, b]);
}
