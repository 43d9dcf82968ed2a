import type { ComponentChildren } from 'preact';
import type { PlacementDetail } from '../../../src/sim/placement/detail';
import type { SimulationResult } from '../../../src/sim/result';
import { useSideId } from '../../components/sides';
import { count, gib, times } from '../../format';
import { domainName, hasWideDomains } from '../../model/domains';
import { otherCopies, type PlacedLayer, runsText } from '../../model/placement';
import type { Cursor } from './cards';
import { text as t } from './strings';

const MOST_RUNS = 6;

interface Props {
  readonly result: SimulationResult;
  readonly detail: PlacementDetail;
  readonly placed: PlacedLayer;
  readonly cursor: Cursor;
  /** A GPU is one cell: the rank is read out, not one expert of it. */
  readonly ofRank: boolean;
}

/** What is under the cursor, always at the same place. */
export function SlotReadout(props: Props) {
  const { result, placed, cursor, ofRank } = props;
  const { placement } = result;
  const { rank } = cursor;
  const slot = placed.slotsOfRank[rank]?.[cursor.index];
  const world = placement.worldRanks[rank]!;
  return (
    <p
      class={placed.expertOfSlot.length > placed.experts ? 'slot-readout replicated' : 'slot-readout'}
      id={useSideId('slot-readout')}
      aria-live="polite"
    >
      {ofRank || slot === undefined ? <RankPart {...props} /> : <SlotPart {...props} slot={slot} />}
      {!ofRank && <Piece>{t.rankNode(rank, placement.nodeOfRank[rank]!)}</Piece>}
      {hasWideDomains(result) && <Piece>{t.domain(domainName(result), placement.domainOfRank[rank]!)}</Piece>}
      {world !== rank && <Piece>{t.worldRank(world)}</Piece>}
      <Piece>{t.total(count(placed.assignmentsOfRank[rank]!), times(placed.loadOfRank[rank]!))}</Piece>
    </p>
  );
}

function Piece({ children }: { readonly children: ComponentChildren }) {
  return <span>{children}</span>;
}

function SlotPart({ detail, placed, slot }: Props & { readonly slot: number }) {
  const expert = placed.expertOfSlot[slot]!;
  const others = otherCopies(placed, slot).map((other) => placed.rankOfSlot[other]!);
  return (
    <>
      <b>{t.expert(expert)}</b>
      {others.length > 0 && (
        <Piece>
          {t.copy(
            placed.copyOfSlot[slot]! + 1,
            placed.copies[expert]!,
            runsText(
              [...new Set(others)].sort((a, b) => a - b),
              MOST_RUNS,
              t.andMore,
            ),
          )}
        </Piece>
      )}
      {slot !== expert && <Piece>{t.slot(slot)}</Piece>}
      <Piece>
        {t.assignments(count(placed.assignmentsOfSlot[slot]!))}, {t.overMean(times(placed.loadOfSlot[slot]!))}
      </Piece>
      <Piece>{t.weights(gib(detail.weights.slotBytes, 2))}</Piece>
    </>
  );
}

function RankPart({ result, placed, cursor }: Props) {
  const { rank } = cursor;
  const experts = (placed.slotsOfRank[rank] ?? []).map((slot) => placed.expertOfSlot[slot]!);
  return (
    <>
      <b>{t.rankNode(rank, result.placement.nodeOfRank[rank]!)}</b>
      <Piece>
        {t.holds(
          runsText(
            experts.sort((a, b) => a - b),
            MOST_RUNS,
            t.andMore,
          ),
        )}
      </Piece>
    </>
  );
}
