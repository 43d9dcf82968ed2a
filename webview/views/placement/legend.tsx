import { Ramp } from '../../components/ramp';
import { fixed } from '../../format';
import type { LoadRange, PlacedLayer } from '../../model/placement';
import type { Theme } from '../../theme';
import { text as t } from './strings';

interface Props {
  readonly placed: PlacedLayer;
  readonly loads: LoadRange;
  readonly theme: Theme;
  /** A GPU is one cell, in the colour of its own load. */
  readonly ofRanks: boolean;
  /** Loads are written beside ranks and nodes. */
  readonly hasLoads: boolean;
  readonly sharedExperts: number;
  readonly tp: number;
}

/** What colours and marks of the cards mean. */
export function CardLegend({ placed, loads, theme, ofRanks, hasLoads, sharedExperts, tp }: Props) {
  const { low, high } = ofRanks ? loads.ranks : loads.slots;
  const isReplicated = placed.expertOfSlot.length > placed.experts;
  const name = ofRanks ? t.rankLoad : isReplicated ? t.slotLoad : t.expertLoad;
  return (
    <div class="legend card-legend">
      <span class="load-scale">
        {name} {fixed(low, 2)}
        <Ramp theme={theme} />
        {fixed(high, 2)}
      </span>
      {hasLoads && <span>{t.loads}</span>}
      {!ofRanks && isReplicated && (
        <span>
          <svg width="10" height="10" aria-hidden="true">
            <rect class="copy-swatch" x="0.5" y="0.5" width="9" height="9" />
            <path d="M4 0H10V6z" fill="var(--fg)" />
          </svg>
          {t.replicated}
        </span>
      )}
      {!ofRanks && sharedExperts > 0 && (
        <span>
          <i class="shared" />
          {t.shared(sharedExperts)}
        </span>
      )}
      {!ofRanks && (
        <span>
          <i class="dense" />
          {tp > 1 ? t.dense.split(tp) : t.dense.whole}
        </span>
      )}
    </div>
  );
}
