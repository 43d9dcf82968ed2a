import type { OnDemand } from '../on-demand';
import type { OnShow } from '../on-show';
import type { FromWebview, ToWebview } from '../protocol';
import type { PanelServices } from '../services';

/** What answers to a page reach of its panel. */
export interface Answering {
  readonly services: PanelServices;
  readonly onShow: OnShow;
  readonly asked: OnDemand;
  post(message: ToWebview): void;
  pageListens(isTold: boolean): Promise<void>;
}

/** What the panel does for a message of the page. */
export type Answer<T extends FromWebview['type']> = (
  panel: Answering,
  message: Extract<FromWebview, { type: T }>,
) => unknown;

/** Answers to the messages of some types. */
export type Answers<T extends FromWebview['type']> = { readonly [K in T]: Answer<K> };
