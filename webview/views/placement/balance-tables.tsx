import type { ComponentChildren } from 'preact';
import type { PlacementComparison } from '../../../src/plan/placements/compare';
import type { PlacementEntry } from '../../../src/plan/placements/entries';
import type { Change } from '../../../src/plan/whatif';
import { count, fixed, gib, timeText } from '../../format';
import { text } from './strings';

const t = text.balance;
const { columns } = t;

type OnWhatIf = (changes: readonly Change[]) => void;

/** A figure of each placement, as it is read down a column. */
interface Column {
  readonly title: string;
  readonly of: (entry: PlacementEntry) => string;
}

const micros = (value: number): string => timeText(1e-6 * value);

const redundant: Column = {
  title: columns.redundant,
  of: ({ redundantExperts }) => count(redundantExperts),
};

/** What a placement saves and what it costs. */
const worth = (step: PlacementComparison['step']): readonly Column[] => [
  redundant,
  { title: columns.saved, of: ({ savedMicroseconds }) => micros(savedMicroseconds) },
  { title: columns.one(step), of: ({ figures }) => timeText(figures.stepSeconds) },
  { title: columns.spent, of: ({ spentBytes }) => gib(spentBytes) },
  { title: columns.free, of: ({ figures }) => gib(figures.freeBytes) },
];

/** Where the saving comes from. */
const ofLayer: readonly Column[] = [
  redundant,
  { title: columns.load, of: ({ figures }) => fixed(figures.meanOfLayers, 2) },
  { title: columns.nodes, of: ({ figures }) => fixed(figures.remoteNodesPerToken, 2) },
  { title: columns.dispatch, of: ({ figures }) => micros(figures.layer.dispatchMicroseconds) },
  { title: columns.experts, of: ({ figures }) => micros(figures.layer.expertMicroseconds) },
  { title: columns.combine, of: ({ figures }) => micros(figures.layer.combineMicroseconds) },
];

interface Props extends Pick<PlacementComparison, 'entries' | 'step'> {
  readonly onWhatIf: OnWhatIf;
}

/** Placements of a job beside each other: two tables, so that each has room for its columns in a narrow panel too. */
export function BalanceTables({ entries, step, onWhatIf }: Props) {
  return (
    <div class="balance-tables">
      <Figures
        caption={t.table}
        entries={entries}
        columns={worth(step)}
        nameOf={(entry) => <Name entry={entry} onWhatIf={onWhatIf} />}
      />
      <Figures caption={t.layerTable} entries={entries} columns={ofLayer} nameOf={plainName} />
    </div>
  );
}

interface FiguresProps extends Pick<Props, 'entries'> {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly nameOf: (entry: PlacementEntry) => ComponentChildren;
}

function Figures({ caption, entries, columns: all, nameOf }: FiguresProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark for each table
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.placement}</th>
            {all.map(({ title }) => (
              <th key={title} scope="col" class="r">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.kind} ${entry.redundantExperts}`}>
              <th scope="row">{nameOf(entry)}</th>
              {all.map(({ title, of }) => (
                <td key={title} class="r">
                  {of(entry)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function plainName({ kind, changes }: PlacementEntry): string {
  const name = t.kinds[kind];
  return changes.length === 0 && kind !== 'present' ? `${name}, ${t.now}` : name;
}

function Name({ entry, onWhatIf }: { readonly entry: PlacementEntry; readonly onWhatIf: OnWhatIf }) {
  if (entry.changes.length === 0) return <>{plainName(entry)}</>;
  return (
    <button
      type="button"
      class="btn"
      aria-label={t.asWhatIf(t.kinds[entry.kind], entry.redundantExperts)}
      onClick={() => onWhatIf(entry.changes)}
    >
      {t.kinds[entry.kind]}
    </button>
  );
}
