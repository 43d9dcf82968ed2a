import type { Chip, PanelFinding, PanelSide } from '../../src/panel/protocol';
import type { DeltaRow } from '../../src/plan/whatif';
import type { SimulationResult } from '../../src/sim/result';
import type { Plan } from '../../src/worker/plan';
import type { Table } from '../export/table';
import { bytes, count, gibCapacity, gibShort, percent, significant, timeText } from '../format';
import { partsOf } from '../model/memory';
import { hotPairs } from '../model/pairs';
import { nodeIds, toHeat } from '../model/traffic';
import { text as shared } from '../strings';
import { headingOf as alltoallHeading, meansOf, stepFacts } from '../views/alltoall/facts';
import { text as alltoall } from '../views/alltoall/strings';
import { text as communication } from '../views/communication/strings';
import { headingOf as memoryHeading } from '../views/memory/heading';
import { text as memory } from '../views/memory/strings';
import { tableOf as memoryTable } from '../views/memory/table';
import { text as placement } from '../views/placement/strings';
import { text as planText } from '../views/plan/strings';
import { headingOf as timeHeading } from '../views/time/model';
import { text as time } from '../views/time/strings';
import { partsTable } from '../views/time/tables';
import { headingOfRanks } from '../views/traffic/heading';
import { text as traffic } from '../views/traffic/strings';
import { nodeTable } from '../views/traffic/tables';
import { communicationSection } from './communication';
import { escaped, paragraph, sectionHtml, tableHtml } from './html';
import { heatPicture, memoryPicture, stepPicture } from './pictures';
import { placementSection } from './placement';
import { planSection } from './plan';
import { text as t } from './strings';
import { STYLE, STYLE_HASH } from './style';

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

const MOST_PAIRS = 12;

function figures({ memory: held, time: exchange, step, scenario }: SimulationResult): string {
  const fullest = held.perRank[held.fullestRank]!;
  const out = exchange.dispatch.microseconds / 1e6;
  const back = exchange.combine.microseconds / 1e6;
  const rate = `${significant(step.tokensPerSecondPerGpu)} tok/s/GPU`;
  const all: readonly (readonly [string, string, string])[] = [
    [
      shared.figure.memory,
      `${gibShort(fullest.total)} GiB`,
      `${shared.figure.ofCapacity(gibCapacity(fullest.capacity))}, ${shared.rank(fullest.rank)}`,
    ],
    [
      shared.figure.alltoall,
      timeText(out + back),
      `${shared.figure.outAndBack(timeText(out), timeText(back))}; ${shared.basis(exchange.basis)}`,
    ],
    [
      shared.figure.step[scenario.workload.mode],
      timeText(step.seconds),
      `${step.mfu === undefined ? '' : `${shared.figure.mfu(percent(step.mfu, 1))}, `}${rate}; ${shared.basis(step.basis)}`,
    ],
  ];
  const items = all.map(
    ([name, value, context]) =>
      `<div><dt>${escaped(name)}</dt><dd><b>${escaped(value)}</b>${escaped(context)}</dd></div>`,
  );
  return `<dl class="three">${items.join('')}</dl>`;
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

/** The five steps of an exchange in words, with their figures; nothing moves on paper. */
function alltoallSection({ result, detail }: PanelSide): string {
  const means = meansOf(result, detail);
  const steps = alltoall.steps.map((name, step) => {
    const { text, pairs, hops } = stepFacts(result, means, step);
    const figures = pairs.map(
      ([what, value]) => `<div><dt>${escaped(what)}</dt><dd>${escaped(value)}</dd></div>`,
    );
    const rows: Table | null = hops && {
      caption: hops.caption,
      columns: [
        { title: t.hopColumns.hop },
        { title: t.hopColumns.bytes, format: (value) => bytes(value) },
        { title: t.hopColumns.time, format: (value) => timeText(value) },
      ],
      rows: hops.rows.map((row) => [row.name, row.bytes ?? '', row.seconds ?? '']),
    };
    return `<h3>${step + 1}. ${escaped(name)}</h3>
${paragraph(text)}
${figures.length > 0 ? `<dl class="facts">${figures.join('')}</dl>` : ''}
${rows ? tableHtml(rows) : ''}`;
  });
  return sectionHtml('alltoall', alltoall.title, alltoallHeading(result, means), steps);
}

function trafficSection({ result }: PanelSide): string {
  const { rows, nodeRows, dispatch } = result.traffic;
  if (rows.size <= 1)
    return sectionHtml('traffic', traffic.title, traffic.nothing, [paragraph(traffic.nothingDetail)]);
  const heat = toHeat(rows, 'dispatch');
  const ids = nodeIds(result.placement);
  const { pair, copies, bytes: amount } = t.pairColumns;
  const pairs: Table = {
    caption: t.pairs,
    columns: [
      { title: pair },
      { title: copies, format: count },
      { title: amount, format: (value) => bytes(value) },
    ],
    rows: hotPairs(heat, MOST_PAIRS).map((one) => [
      traffic.pair(one.from, one.to, 'ranks'),
      one.copies,
      one.copies * dispatch.rowBytes,
    ]),
  };
  const scaleUp = shared.link.scaleUp(result.scenario.cluster.accelerator);
  return sectionHtml('traffic', traffic.title, headingOfRanks(result, heat, 'dispatch'), [
    heatPicture(heat, t.rank, null),
    tableHtml(pairs),
    ids.length > 1
      ? tableHtml(nodeTable(toHeat(nodeRows, 'dispatch'), result.placement, ids, dispatch.rowBytes, scaleUp))
      : null,
  ]);
}

function timeSection({ result }: PanelSide): string {
  const { accelerator } = result.scenario.cluster;
  const { link, rated, busy, carries } = t.linkColumns;
  const links: Table = {
    caption: time.linksHead,
    columns: [
      { title: link },
      { title: rated },
      { title: busy, format: (share) => percent(share, 1) },
      { title: carries, format: (sent) => count(sent / 1e6) },
    ],
    rows: result.links.map((use) => [
      use.link === 'scale-up' ? shared.link.scaleUp(accelerator) : shared.link.nic,
      time.rated(use),
      use.busyShare,
      use.bytes.reduce((sum, part) => sum + part.bytes, 0),
    ]),
  };
  return sectionHtml('time', time.title, timeHeading(result), [
    stepPicture(result),
    tableHtml(partsTable(result)),
    tableHtml(links),
  ]);
}

function basisSection({ result }: PanelSide): string {
  const notes = [
    ...new Set([result.traffic.note, result.time.basis.note, result.step.basis.note, ...result.memory.notes]),
  ];
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
