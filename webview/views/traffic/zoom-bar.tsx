import { times } from '../../format';
import { placeOf, SMALLEST_SPAN, whole, zoomed } from '../../model/zoom';
import { ZOOM_STEP } from './heat-input';
import type { MatrixView } from './matrix-view';
import { Overview } from './overview';
import { text as t } from './strings';

interface Props extends MatrixView {
  /** What the cells are called: node ids, or `null` for ranks. */
  readonly ids: readonly number[] | null;
}

/** How much of the matrix is shown, and the buttons that change it; nothing where there is nothing to zoom. */
export function ZoomBar(props: Props) {
  const { heat, window, cell, level, ids, onWindow } = props;
  const { size } = heat;
  if (size <= SMALLEST_SPAN) return null;
  const isWhole = window.span === size;
  const by = (factor: number) => onWindow(zoomed(window, size, factor, placeOf(cell, window)));
  const label = (index: number) => ids?.[index] ?? index;
  const range = (from: number) => `${label(from)}\u2013${label(from + window.span - 1)}`;
  return (
    <div class="zoom-row controls">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div class="zoom-buttons" role="group" aria-label={t.zoom}>
        <button
          type="button"
          class="btn"
          aria-label={t.zoomOut}
          aria-disabled={isWhole}
          onClick={() => by(1 / ZOOM_STEP)}
        >
          {'\u2212'}
        </button>
        <button
          type="button"
          class="btn"
          aria-label={t.zoomIn}
          aria-disabled={window.span <= SMALLEST_SPAN}
          onClick={() => by(ZOOM_STEP)}
        >
          +
        </button>
        <button type="button" class="btn" aria-disabled={isWhole} onClick={() => onWindow(whole(size))}>
          {t.zoomWhole}
        </button>
      </div>
      <span class="quiet" role="status">
        {isWhole
          ? t.zoomHint
          : t.zoomedTo(level, range(window.row), range(window.column), times(size / window.span))}
      </span>
      {!isWhole && <Overview {...props} />}
    </div>
  );
}
