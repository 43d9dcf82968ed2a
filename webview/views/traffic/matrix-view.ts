import type { Cell } from '../../charts/heatmap';
import type { Heat, HeatOptions } from '../../model/heat';
import type { Quantity } from '../../model/measure';
import type { ZoomWindow } from '../../model/zoom';
import type { Theme } from '../../theme';

/** A matrix and the part of it that is in sight: what its picture and the bar that zooms it go by. */
export interface MatrixView {
  readonly heat: Heat;
  readonly quantity: Quantity;
  readonly level: HeatOptions['level'];
  readonly scale: HeatOptions['scale'];
  readonly theme: Theme;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  /** The cell under the cursor. */
  readonly cell: Cell;
  readonly window: ZoomWindow;
  readonly onWindow: (window: ZoomWindow) => void;
}
