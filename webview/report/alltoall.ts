import type { PanelSide } from '../../src/panel/protocol';
import type { Table } from '../export/table';
import { bytes, timeText } from '../format';
import { headingOf, meansOf, stepFacts } from '../views/alltoall/facts';
import { text as alltoall } from '../views/alltoall/strings';
import { escaped } from './escaped';
import { paragraph, sectionHtml, tableHtml } from './html';
import { text as t } from './strings';

/** The five steps of an exchange in words, with their figures; nothing moves on paper. */
export function alltoallSection({ result, detail }: PanelSide): string {
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
  return sectionHtml('alltoall', alltoall.title, headingOf(result, means), steps);
}
