import type { PanelSide } from '../../src/panel/protocol';
import type { Table } from '../export/table';
import { count, percent } from '../format';
import { text as shared } from '../strings';
import { headingOf } from '../views/time/model';
import { text as time } from '../views/time/strings';
import { partsTable } from '../views/time/tables';
import { sectionHtml, tableHtml } from './html';
import { stepPicture } from './pictures';
import { text as t } from './strings';

/** What one step is made of, and how busy the links are. */
export function timeSection({ result }: PanelSide): string {
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
  return sectionHtml('time', time.title, headingOf(result), [
    stepPicture(result),
    tableHtml(partsTable(result)),
    tableHtml(links),
  ]);
}
