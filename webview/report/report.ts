import type { Chip, PanelFinding, PanelSide } from '../../src/panel/protocol';
import type { DeltaRow } from '../../src/plan/whatif';
import type { Plan } from '../../src/worker/plan';
import type { Table } from '../export/table';
import { count, significant } from '../format';
import { partsOf } from '../model/memory';
import { text as alltoall } from '../views/alltoall/strings';
import { text as communication } from '../views/communication/strings';
import { headingOf as memoryHeading } from '../views/memory/heading';
import { text as memory } from '../views/memory/strings';
import { tableOf as memoryTable } from '../views/memory/table';
import { text as placement } from '../views/placement/strings';
import { text as planText } from '../views/plan/strings';
import { text as time } from '../views/time/strings';
import { text as traffic } from '../views/traffic/strings';
import { alltoallSection } from './alltoall';
import { communicationSection } from './communication';
import { escaped } from './escaped';
import { figures } from './figures';
import { sectionHtml, tableHtml } from './html';
import { memoryPicture } from './pictures';
import { placementSection } from './placement';
import { planSection } from './plan';
import { text as t } from './strings';
import { STYLE, STYLE_HASH } from './style';
import { timeSection } from './time';
import { trafficSection } from './traffic';

/** What a report is made of: what the panel shows, however it was come by. */
export interface Report {
  /** Display name of the job's file, or of the preset. */
  readonly fileName: string;
  readonly side: PanelSide;
  readonly findings: readonly PanelFinding[];
  /** Figures of a what-if beside the baseline, with the sentence about it. */
  readonly whatIf?: { readonly sentence: string; readonly delta: readonly DeltaRow[] } | null;
  /** What a search of the layouts has found. */
  readonly plan?: Plan | null;
}

function inputsTable(chips: readonly Chip[]): Table {
  const { input, value, origin, detail } = t.inputColumns;
  return {
    caption: t.inputsTable,
    columns: [{ title: input }, { title: value }, { title: origin }, { title: detail }],
    rows: chips.map((chip) => [chip.label, chip.value, chip.origin, chip.detail]),
  };
}

function findingsTable(findings: readonly PanelFinding[], caption: string): Table {
  const { severity, rule, message, origin } = t.findingColumns;
  return {
    caption,
    columns: [{ title: severity }, { title: rule }, { title: message }, { title: origin }],
    rows: findings.map((finding) => [
      t.severity[finding.severity],
      finding.rule,
      finding.message,
      finding.origin,
    ]),
  };
}

function basisSection({ result: { traffic, time, step, memory } }: PanelSide): string {
  const ofSteps = [step.basis.note, step.ttftBasis?.note ?? ''];
  const notes = [...new Set([traffic.note, time.basis.note, ...ofSteps, ...memory.notes])];
  const items = notes.filter((note) => note !== '').map((note) => `<li>${escaped(note)}</li>`);
  return sectionHtml('basis', t.basis, t.basisHead, [`<ul>${items.join('\n')}</ul>`]);
}

/** Whole numbers are counts and stay exact. */
const figureOf = (value: number) => (Number.isInteger(value) ? count(value) : significant(value));

function whatIfSection({ sentence, delta }: NonNullable<Report['whatIf']>): string {
  const { figure, baseline, variant, unit } = t.whatIfColumns;
  const table: Table = {
    caption: t.whatIfTable,
    columns: [
      { title: figure },
      { title: baseline, format: figureOf },
      { title: variant, format: figureOf },
      { title: unit },
    ],
    rows: delta.map((row) => [row.label, row.baseline, row.variant, row.unit]),
  };
  return sectionHtml('whatif', t.whatIf, sentence, [tableHtml(table)]);
}

/**
 * The whole panel as one file: no network, no script, no date. The same job gives the same bytes.
 *
 * @returns HTML, UTF-8
 */
export function reportHtml({ fileName, side, findings, whatIf, plan }: Report): string {
  const { result } = side;
  const assumed = side.chips.filter(({ origin }) => origin === 'assumed').length;
  const sections: readonly (readonly [string, string, string])[] = [
    ...(findings.length > 0
      ? ([
          [
            'findings',
            t.findings,
            sectionHtml('findings', t.findings, t.findingsHead(findings.length, fileName), [
              tableHtml(findingsTable(findings, t.findings)),
            ]),
          ],
        ] as const)
      : []),
    ['placement', placement.title, placementSection(side)],
    ...(result.placement.nodeOfRank.length > 1
      ? ([['alltoall', alltoall.title, alltoallSection(side)]] as const)
      : []),
    ['traffic', traffic.title, trafficSection(side)],
    [
      'memory',
      memory.title,
      sectionHtml('memory', memory.title, memoryHeading(result), [
        memoryPicture(result),
        tableHtml(memoryTable(result, partsOf(result.memory))),
      ]),
    ],
    ['communication', communication.title, communicationSection(result)],
    ['time', time.title, timeSection(side)],
    ...(whatIf ? ([['whatif', t.whatIf, whatIfSection(whatIf)]] as const) : []),
    ...(plan ? ([['plan', planText.title, planSection(plan)]] as const) : []),
    [
      'inputs',
      t.inputs,
      sectionHtml('inputs', t.inputs, t.inputsHead(side.chips.length, assumed), [
        tableHtml(inputsTable(side.chips)),
      ]),
    ],
    ['basis', t.basis, basisSection(side)],
  ];
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
  const contents = sections.map(([id, title]) => `<li><a href="#${id}">${escaped(title)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(t.title(side.title, fileName))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="run"><b>${escaped(side.title)}</b> ${escaped(side.subtitle)}, ${escaped(fileName)}</p>
<h1>${escaped(side.sentence)}</h1>
${figures(result)}
<nav aria-label="${t.contents}"><ul>${contents}</ul></nav>
${sections.map(([, , html]) => html).join('\n')}
</main>
</body>
</html>
`;
}
