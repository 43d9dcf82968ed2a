import { buildRamp, css, ink, type ThemeKind } from '../ramp';

/** Steps of the colour scale in a report. */
export const LEVELS = 24;

/** The editor's own default colours, for a page that has no editor around it. */
const COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>> = {
  light: {
    bg: '#fff',
    fg: '#3b3b3b',
    muted: '#616161',
    line: '#d0d0d0',
    n1: '#d8d8d8',
    n2: '#b0b0b0',
    n3: '#8a8a8a',
    blue: '#0063d3',
    green: '#388a34',
    purple: '#652d90',
    yellow: '#bf8803',
    red: '#e51400',
    'blue-soft': '#80b1e9',
    'purple-soft': '#b296c8',
  },
  dark: {
    bg: '#1f1f1f',
    fg: '#cccccc',
    muted: '#a8a8a8',
    line: '#454545',
    n1: '#3b3b3b',
    n2: '#565656',
    n3: '#7d7d7d',
    blue: '#59a4f9',
    green: '#89d185',
    purple: '#b180d7',
    yellow: '#cca700',
    red: '#f14c4c',
    'blue-soft': '#3c628c',
    'purple-soft': '#68507b',
  },
};

const variables = (theme: 'light' | 'dark') =>
  Object.entries(COLOURS[theme])
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

/** `q3` fills with the fourth step of the scale, `i3` is what can be read on it. */
const levels = (kind: ThemeKind) => {
  const ramp = buildRamp(kind);
  const steps = Array.from({ length: LEVELS }, (_, level) => ramp[Math.round((level / (LEVELS - 1)) * 255)]!);
  const fills = steps.map((colour, level) => `.q${level}{fill:${css(colour)}}`);
  const inks = ['#000', '#fff'].map((colour) => {
    const readable = steps.flatMap((step, level) => (ink(step) === colour ? `svg .i${level}` : []));
    return readable.length > 0 ? `${readable.join()}{fill:${colour}}` : '';
  });
  return [...fills, ...inks].join('');
};

/** The one style sheet of a report: no colour that the two themes do not both have, and paper is light. */
export const STYLE = `:root{color-scheme:light dark;${variables('light')}}
${levels('light')}
@media (prefers-color-scheme:dark){:root{${variables('dark')}}
${levels('dark')}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 16px 48px;max-width:1040px;background:var(--bg);color:var(--fg);font:13px/20px system-ui,"Segoe UI",Ubuntu,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:18px;line-height:26px;font-weight:600;margin:4px 0 16px}
h2{font-size:14px;line-height:20px;font-weight:600;margin:0 0 12px;max-width:80ch}
p{margin:0 0 8px;max-width:100ch}
.quiet,caption,figcaption,.view,.run,dt{color:var(--muted)}
.view{margin:0;font-size:12px}
.run b{color:var(--fg)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0;padding:0;list-style:none}
a{color:var(--blue)}
:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
section{margin-top:24px;padding-top:16px;border-top:1px solid var(--line)}
.three{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:12px 24px;margin:0 0 16px}
.three dt,.three dd{margin:0}
.three b{display:block;font-size:22px;line-height:30px;font-weight:600;color:var(--fg)}
h3{font-size:13px;font-weight:600;margin:16px 0 4px}
code{font:12px ui-monospace,Menlo,Consolas,monospace}
.facts{display:flex;flex-wrap:wrap;gap:4px 24px;margin:0 0 8px}
.facts dt,.facts dd{display:inline;margin:0}
.facts dd{margin-left:8px}
figure{margin:0 0 12px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:11px system-ui,"Segoe UI",Ubuntu,sans-serif;font-variant-numeric:tabular-nums;fill:var(--fg)}
svg text.quiet{fill:var(--muted)}
.rule{stroke:var(--line);stroke-width:1}
.outline{fill:none;stroke:var(--line)}
.shared,.front{fill:none;stroke:var(--n3)}
.front{stroke:var(--blue);stroke-width:1.5}
.hollow{fill:none;stroke:var(--fg)}
.chosen{fill:none;stroke:var(--fg);stroke-width:2}
svg .strong{font-weight:600}
svg .small{font-size:10px}
.capacity{stroke:var(--red);stroke-width:2}
svg.narrow{display:none}
.heat{max-width:720px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12px;line-height:16px}
caption{text-align:left;padding-bottom:4px}
th{font-weight:400;text-align:left;color:var(--muted);border-bottom:1px solid var(--n3)}
th,td{padding:3px 8px;vertical-align:top}
td{border-bottom:1px solid var(--line)}
.r{text-align:right;white-space:nowrap}
details{margin:8px 0}
summary{cursor:pointer}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0 0 8px;padding:0;list-style:none;color:var(--muted);font-size:12px}
.legend svg{display:inline-block;width:10px;height:10px;margin-right:6px}
@media screen and (max-width:640px){svg.wide{display:none}svg.narrow{display:block}}
@media print{:root{color-scheme:light;${variables('light')}}
${levels('light')}
body{max-width:none;padding:0}nav{display:none}figure,tr,.family{break-inside:avoid}h2,h3{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;

/** SHA-256 of the style sheet, by which the page's policy lets it in and nothing else; a test computes it anew. */
export const STYLE_HASH = 'sha256-aBLSjGk+DisJs16fjWdKzVUSHeRaZ0ogA/PKt+uTpwQ=';
