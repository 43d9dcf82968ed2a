import { useMemo, useRef, useState } from 'preact/hooks';
import { LayerPicker } from '../../components/layer-picker';
import { Segmented } from '../../components/segmented';
import { Select } from '../../components/select';
import { ViewFrame } from '../../components/view-frame';
import { routesOf } from '../../model/alltoall';
import { type DrawnToken, drawnTokens, sizesFor, subsetAround } from '../../model/subset';
import { deviceName } from '../../strings';
import { keptState, type ViewProps } from '../view';
import { headingOf, meansOf, stepFacts } from './facts';
import { useJobOfLayer } from './layer';
import { Picture } from './picture';
import { stepAt } from './player';
import { StepReadout, SubsetMatrix, TokenReadout } from './readouts';
import { isColouredByRank } from './scene';
import { text as t } from './strings';
import { copiesTable } from './tables';

interface Kept {
  /** Where the picture was left, 0 … 5. */
  readonly moment: number;
  readonly size: number;
  /** MoE layer on show; `null` is the simulated one. */
  readonly layer: number | null;
  /** Number of the chosen token; `null` is the first of the rank in the centre. */
  readonly token: number | null;
  readonly table: boolean;
}

const FRESH: Kept = { moment: 0, size: 4, layer: null, token: null, table: false };
/** A matrix of more ranks is what the Traffic view is for. */
const LARGEST_MATRIX = 8;

/** The five steps of one dispatch and combine, on some of this job's own tokens. */
export function AllToAll(props: ViewProps) {
  const { result, detail } = props.sides[0].side;
  const nothing = result.placement.nodeOfRank.length <= 1;
  const noTokens = detail.examples.tokensOfRank.every((tokens) => tokens === 0);
  if (nothing || noTokens) return <NothingSent {...props} why={nothing ? 'one-rank' : 'no-tokens'} />;
  return <Steps {...props} />;
}

function NothingSent({ update, why }: ViewProps & { readonly why: 'one-rank' | 'no-tokens' }) {
  if (why === 'no-tokens')
    return (
      <div class="notice">
        <h2>{t.noTokens}</h2>
      </div>
    );
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

/** Index of the token of a rank that has most copies to follow. */
function mostDrawn(tokens: readonly DrawnToken[], rank: number): number {
  const copies = tokens.map((token) => (token.rank === rank ? token.drawn.length : -1));
  return copies.indexOf(Math.max(...copies));
}

function Steps(props: ViewProps) {
  const { theme, panel, update } = props;
  const [kept, keep] = keptState(props, FRESH);
  const { result, detail, waiting } = useJobOfLayer(props, kept.layer);
  const { placement, traffic, scenario } = result;
  const simulated = props.sides[0].side.result.placement;
  const ranks = placement.nodeOfRank.length;
  const picture = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState(() => stepAt(kept.moment));

  const sizes = sizesFor(ranks);
  const size = sizes.includes(kept.size) ? kept.size : sizes[0]!;
  const centre = panel.selectedRank ?? traffic.load.fullestRank;
  const routes = useMemo(() => routesOf(placement, detail), [placement, detail]);
  const subset = useMemo(
    () => subsetAround(placement, routes, centre, size),
    [placement, routes, centre, size],
  );
  const tokens = useMemo(() => drawnTokens(routes, subset), [routes, subset]);
  const first = mostDrawn(tokens, centre);
  const selected = kept.token === null ? first : Math.min(kept.token, tokens.length) - 1;
  const around = (rank: number | null) => {
    keep({ token: null });
    update({ selectedRank: rank });
  };
  const means = useMemo(() => meansOf(result, detail), [result, detail]);
  const heading = useMemo(() => headingOf(result, means), [result, means]);
  const facts = useMemo(() => stepFacts(result, means, step), [result, means, step]);
  const perRank = Math.max(
    ...subset.ranks.map((rank) => tokens.filter((token) => token.rank === rank).length),
  );

  return (
    <ViewFrame
      view={props.view}
      heading={heading}
      controls={
        <>
          {detail.layers > 1 && (
            <LayerPicker
              id="alltoall-layer"
              layers={simulated.layers}
              simulated={simulated.layer}
              value={waiting ? (kept.layer ?? simulated.layer) : placement.layer}
              onChange={(layer) => keep({ layer: layer === simulated.layer ? null : layer, token: null })}
            />
          )}
          <span class="around">
            <label for="alltoall-around">{t.around}</label>
            <Select
              id="alltoall-around"
              value={String(centre)}
              options={placement.nodeOfRank.map((node, rank) => ({
                value: String(rank),
                label: t.aroundRank(rank, node, rank === traffic.load.fullestRank),
              }))}
              onChange={(rank) => around(Number(rank))}
            />
          </span>
          {sizes.length > 1 && (
            <span class="around">
              <span aria-hidden="true">{t.size}</span>
              <Segmented
                label={t.size}
                value={String(size)}
                options={sizes.map((each) => ({ value: String(each), text: String(each) }))}
                onChange={(value) => keep({ size: Number(value), token: null })}
              />
            </span>
          )}
        </>
      }
      table={() => copiesTable(tokens, placement, means)}
      picture={picture}
      fileName={`${deviceName(scenario.cluster.accelerator)}-EP${ranks}`}
      showTable={kept.table}
      onShowTable={(table) => keep({ table })}
    >
      <div class="alltoall" ref={picture} aria-busy={waiting}>
        <div>
          <Picture
            result={result}
            routes={routes}
            subset={subset}
            tokens={tokens}
            means={means}
            theme={theme}
            from={kept.moment}
            selected={selected}
            onSelect={(token) => keep({ token: token + 1 })}
            onRank={around}
            onStep={setStep}
            onRest={(moment) => keep({ moment })}
          />
          <p class="quiet">
            {t.caption(
              subset.ranks.length,
              ranks,
              subset.nodes.length,
              perRank,
              traffic.dispatch.rowBytes === traffic.combine.rowBytes ? '' : t.areaIsBytes,
            )}{' '}
            {isColouredByRank(subset) ? t.coloured.rank : t.coloured.node}
          </p>
        </div>
        <div class="token-tables">
          {tokens[selected] && <TokenReadout token={tokens[selected]} placement={placement} means={means} />}
          {subset.ranks.length <= LARGEST_MATRIX && (
            <SubsetMatrix subset={subset} tokens={tokens} isBack={step > 3} theme={theme} />
          )}
        </div>
        <div class="aside">
          <StepReadout step={step} facts={facts} />
        </div>
      </div>
    </ViewFrame>
  );
}
