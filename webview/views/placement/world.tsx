import { useMemo, useRef, useState } from 'preact/hooks';
import type { GridAxisName, RankGrids } from '../../../src/sim/placement/rank-grids';
import type { SimulationResult } from '../../../src/sim/result';
import { useSideId } from '../../components/sides';
import { count } from '../../format';
import { usePixelRatio, useWidth } from '../../hooks';
import { domainName, domainsOf, hasWideDomains } from '../../model/domains';
import { coordinate, type Factor, groupOf, products, strideOf } from '../../model/grids';
import { runsText } from '../../model/placement';
import { deviceName } from '../../strings';
import type { Theme } from '../../theme';
import { text } from './strings';
import { WorldMap } from './world-map';

const t = text.world;
/** A cell each of two pixels; beyond it the picture is longer than anyone scrolls. */
const MOST_DRAWN = 16_384;
const MOST_RUNS = 4;

interface Props {
  readonly result: SimulationResult;
  readonly grids: RankGrids;
  readonly theme: Theme;
  readonly axis: GridAxisName;
  /** World rank whose groups are shown. */
  readonly rank: number;
  readonly onAxis: (axis: GridAxisName) => void;
  readonly onRank: (rank: number | null) => void;
}

/** How all GPUs multiply out, in both grids, and who belongs together. */
export function World(props: Props) {
  const { result, grids, axis, rank } = props;
  const { cluster, layout } = result.scenario;
  const [hovered, setHovered] = useState<number | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const ratio = usePixelRatio();
  const shown = hovered ?? rank;
  const members = useMemo(() => groupOf(grids, axis, rank), [grids, axis, rank]);
  const isFolded = layout.etp !== layout.tp || layout.ep > 1;
  const nodes = t.nodes(Math.ceil(grids.worldSize / cluster.gpusPerNode));
  const gpus = count(grids.worldSize);
  const device = deviceName(cluster.accelerator);
  if (grids.worldSize === 1) return null;
  return (
    <section class="sub world">
      <h3>{isFolded ? t.heading(gpus, device, nodes) : t.headingOnce(gpus, device, nodes)}</h3>
      <Products {...props} />
      <div class="group-readout">
        <Group {...props} members={members} />
        <p class="quiet" aria-live="polite">
          {placeText(grids, shown, cluster.gpusPerNode)}
        </p>
      </div>
      <div ref={frame}>
        {grids.worldSize > MOST_DRAWN ? (
          <p class="quiet">{t.tooMany(grids.worldSize, MOST_DRAWN)}</p>
        ) : (
          width > 0 && (
            <WorldMap
              ranks={grids.worldSize}
              gpusPerNode={cluster.gpusPerNode}
              members={members}
              selected={rank}
              cursor={shown}
              width={width}
              ratio={ratio}
              theme={props.theme}
              onCursor={setHovered}
              onSelect={(chosen) => {
                setHovered(null);
                props.onRank(chosen);
              }}
            />
          )
        )}
      </div>
      <div class="legend">
        <span>
          <i class="member" />
          {t.member}
        </span>
        <span>
          <i class="other" />
          {t.other}
        </span>
      </div>
    </section>
  );
}

/** A place along every axis that has more than one: `DP 38, PP 0`. */
function placeText(grids: RankGrids, rank: number, gpusPerNode: number): string {
  const { dense, expert } = products(grids);
  const places = (factors: readonly Factor[]) =>
    factors
      .filter(({ size }) => size > 1)
      .map(({ name }) => t.coordinate(t.axis[name], coordinate(grids, name, rank)))
      .join(', ');
  const node = Math.floor(rank / gpusPerNode);
  return t.place(rank, node, places(dense), places(expert));
}

function Group({ result, grids, axis, rank, members }: Props & { readonly members: readonly number[] }) {
  const { cluster, workload } = result.scenario;
  const nodes = new Set(members.map((member) => Math.floor(member / cluster.gpusPerNode))).size;
  const does = t.does[axis];
  const stride = strideOf(members);
  const listed =
    stride !== null && stride > 1 && members.length > MOST_RUNS
      ? t.every(members[0]!, members.at(-1)!, stride)
      : t.ranks(runsText(members, MOST_RUNS, text.andMore));
  return (
    <p aria-live="polite" id={useSideId('group-readout')} data-size={grids.worldSize}>
      <b>{t.group(t.axis[axis], rank)}</b>
      <span>{t.members(members.length, nodes)}</span>
      {hasWideDomains(result) && <span>{t.inDomains(domainsOf(result, members), domainName(result))}</span>}
      <span>{listed}</span>
      <span class="quiet">
        {typeof does === 'string' ? does : does[workload.mode === 'train' ? 'train' : 'serve']}
      </span>
    </p>
  );
}

/** Both products; each factor above one chooses its group. */
function Products({ grids, axis, onAxis }: Props) {
  const { dense, expert } = products(grids);
  const group = useRef<HTMLDivElement>(null);
  const choices = [...dense, ...expert.filter(({ name }) => name !== 'pp')].filter(({ size }) => size > 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    const at = choices.findIndex(({ name }) => name === axis);
    const next = choices[(at + direction + choices.length) % choices.length]!.name;
    onAxis(next);
    group.current?.querySelector<HTMLElement>(`[data-axis="${next}"]`)?.focus();
  };
  const factor = ({ name, size }: Factor, isChoice: boolean) => {
    const label = t.factor(t.axis[name], count(size));
    if (!isChoice || size === 1) return <span class="quiet">{label}</span>;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a radio input cannot carry the look of a factor in a product
      <button
        type="button"
        class="btn"
        role="radio"
        data-axis={name}
        aria-checked={name === axis}
        tabIndex={name === axis ? 0 : -1}
        onClick={() => onAxis(name)}
      >
        {label}
      </button>
    );
  };
  const line = (title: string, factors: readonly Factor[], isDense: boolean) => (
    <div class="product">
      <span class="of">{title}</span>
      {factors.map((one, index) => [
        index > 0 && (
          <span key={`${one.name} times`} class="quiet" aria-hidden="true">
            {'\u00d7'}
          </span>
        ),
        <span key={one.name}>{factor(one, isDense || one.name !== 'pp')}</span>,
      ])}
      <span>= {count(grids.worldSize)}</span>
    </div>
  );
  return (
    <div class="products" role="radiogroup" aria-label={t.choose} ref={group} onKeyDown={onKeyDown}>
      {line(t.dense, dense, true)}
      {line(t.expert, expert, false)}
    </div>
  );
}
