import { useMemo, useRef, useState } from 'preact/hooks';
import type { SimulationResult } from '../../../src/sim/result';
import type { Cell } from '../../charts/heatmap';
import { Sides } from '../../components/sides';
import { ViewFrame } from '../../components/view-frame';
import { timeText } from '../../format';
import { domainName, hasWideDomains } from '../../model/domains';
import { phasesOf, sharingScale } from '../../model/heat';
import { isHandedOn } from '../../model/hops';
import { measured, quantityOf } from '../../model/measure';
import { nodeIds } from '../../model/nodes';
import { tableOfSides } from '../../model/sides';
import { deviceName, text } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { Controls } from './controls';
import { busiestOf, type Drawn, type Shown } from './drawn';
import { differenceOf, headingOf } from './heading';
import { useLayers } from './layers';
import { Lists } from './lists';
import { MatrixOf } from './matrix';
import { FRESH } from './options';
import { text as t } from './strings';
import { matrixTable, pairTable } from './tables';

const isAlone = ({ placement }: SimulationResult) => placement.nodeOfRank.length <= 1;

const layersOf = ({ result }: Drawn): number => result.placement.layers.maxOverMean.length;

/** Who sends how much to whom: one MoE layer, rank by rank or node by node. */
export function Traffic(props: ViewProps) {
  if (props.sides.every(({ side }) => isAlone(side.result))) return <NothingSent {...props} />;
  return <Matrices {...props} />;
}

function NothingSent({ update }: ViewProps) {
  return (
    <div class="notice">
      <h2>{t.nothing}</h2>
      <p>{t.nothingDetail}</p>
      <button type="button" class="link" onClick={() => update({ view: 'memory' })}>
        {t.nothingNext}
      </button>
    </div>
  );
}

function Matrices(props: ViewProps) {
  const { theme, panel, update, sides } = props;
  const [kept, keep] = keptState(props, FRESH);
  const { phase, unit, scale } = kept;
  const layers = useLayers(props, kept.layer);
  const waiting = layers.some((layer) => layer.waiting);
  const hasNodes = layers.some(({ result }) => result.placement.nodes > 1);
  const level = hasNodes ? kept.level : 'ranks';
  const [cursor, setCursor] = useState<Cell | null>(null);
  const pictures = useRef<HTMLDivElement>(null);

  const { drawn, quantity } = useMemo(() => {
    const all = layers.map(({ result }) => measured(result, { phase, level, unit }));
    // A colour means the same in both, and so does the length of a bar.
    const heats = sharingScale(all.map(({ heat }) => heat));
    const longest = Math.max(...heats.flatMap(({ rowSums, columnSums }) => [...rowSums, ...columnSums]), 1);
    return {
      quantity: quantityOf(unit, Math.max(...heats.map(({ high }) => high))),
      drawn: layers.map(
        ({ result, chosen }, index): Drawn => ({
          result,
          chosen,
          heat: heats[index]!,
          bytesAt: all[index]!.bytesAt,
          ids: nodeIds(result.placement),
          sums: longest,
        }),
      ),
    };
  }, [layers, phase, level, unit]);
  const busiest = useMemo(
    () => drawn.map((one) => busiestOf(one, { phase, level, unit })),
    [drawn, phase, level, unit],
  );
  const [first, second] = drawn as [Drawn, Drawn?];
  const shown = { phase, level, unit, scale, quantity };
  const selectedIn = (index: number) => {
    const { nodeOfRank } = drawn[index]!.result.placement;
    return panel.selectedRank !== null && panel.selectedRank < nodeOfRank.length
      ? panel.selectedRank
      : busiest[index]!;
  };
  const select = (index: number, row: number | null) => {
    const { result, ids } = drawn[index]!;
    const isRank = row === null || level === 'ranks';
    update({ selectedRank: isRank ? row : result.placement.nodeOfRank.indexOf(ids[row]!) });
  };
  const focus = (index: number) => pictures.current?.querySelectorAll<HTMLElement>('.matrix')[index]?.focus();
  const { accelerator } = first.result.scenario.cluster;

  // Both are at the layer that is chosen where they have it.
  const richest = second && layersOf(second) > layersOf(first) ? second : first;
  return (
    <ViewFrame
      view={props.view}
      heading={
        waiting ? t.layerComing : second ? differenceOf(first, second, shown) : headingOf(first, shown)
      }
      controls={
        <Controls
          kept={kept}
          level={level}
          hasNodes={hasNodes}
          placement={richest.result.placement}
          chosen={richest.chosen}
          keep={keep}
          onLevel={() => setCursor(null)}
        />
      }
      table={() => tableOfSides(sides, (_, index) => pairTable(drawn[index]!, shown, selectedIn(index)))}
      pictureTable={() => tableOfSides(sides, (_, index) => matrixTable(drawn[index]!, shown))}
      picture={pictures}
      fileName={`${deviceName(accelerator)}-EP${first.heat.size}-${phase}`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
    >
      <div ref={pictures} aria-busy={waiting}>
        <Sides sides={sides}>
          {(_, index) =>
            isAlone(drawn[index]!.result) ? (
              <p class="notice">{t.nothing}</p>
            ) : (
              <MatrixOf
                drawn={drawn[index]!}
                shown={shown}
                theme={theme}
                zoom={kept.zoom}
                cursor={cursor}
                selectedRank={selectedIn(index)}
                busiest={busiest[index]!}
                hasCounts={!second}
                onCursor={setCursor}
                onZoom={(zoom) => keep({ zoom })}
                onSelect={(row) => select(index, row)}
              />
            )
          }
        </Sides>
      </div>
      {unit === 'time' && <TimeNote drawn={first} phase={phase} level={level} />}
      <Sides sides={sides} named={false}>
        {(_, index) =>
          !isAlone(drawn[index]!.result) && (
            <Lists
              drawn={drawn[index]!}
              shown={shown}
              zoom={kept.zoom}
              selectedRank={selectedIn(index)}
              dialect={kept.dialect}
              hasCode={!second}
              scaleUp={text.link.scaleUp(drawn[index]!.result.scenario.cluster.accelerator)}
              onDialect={(dialect) => keep({ dialect })}
              onShowCounts={() => keep({ table: true })}
              onGo={(cell, zoom) => {
                setCursor(cell);
                keep({ zoom });
                focus(index);
              }}
            />
          )
        }
      </Sides>
    </ViewFrame>
  );
}

interface NoteProps {
  readonly drawn: Drawn;
  readonly phase: Shown['phase'];
  readonly level: Shown['level'];
}

/** What a time on a link means here, and what it leaves out. */
function TimeNote({ drawn: { result }, phase, level }: NoteProps) {
  const phases = phasesOf(phase).map((one) => result.time[one]);
  const left = phases.reduce((sum, { terms }) => sum + terms.latency, 0);
  const copying = phases.some(({ terms }) => terms.sm > 0);
  return (
    <p class="quiet time-note">
      {[
        t.time.means(level),
        isHandedOn(result) ? t.time.hops(hasWideDomains(result) ? domainName(result) : text.nodeWord) : '',
        t.time.totals(phases[0]!.overlapExponent > 1),
        t.time.leftOut(timeText(left * 1e-6), copying),
        t.time.rests(text.basis(result.time.basis)),
      ]
        .filter((sentence) => sentence !== '')
        .join(' ')}
    </p>
  );
}
