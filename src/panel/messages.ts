import { OBJECTIVES } from '../plan/search/objective';
import type { Change } from '../plan/whatif';
import { FieldError, parseField } from '../scenario/fields/parse';
import {
  type FromWebview,
  NEXT_STEPS,
  type PanelJobRef,
  PROTOCOL_VERSION,
  VARIANT_ACTIONS,
} from './protocol';

type Shape = Readonly<Record<string, unknown>>;

const isShape = (value: unknown): value is Shape => typeof value === 'object' && value !== null;
const areTexts = (...values: unknown[]): boolean => values.every((value) => typeof value === 'string');

/** A message of the webview, or `undefined` for data that is none: the page is not trusted more than a file. */
export function readMessage(data: unknown): FromWebview | undefined {
  if (!isShape(data)) return undefined;
  const isMessage: Readonly<Record<FromWebview['type'], boolean>> = {
    ready: data.version === PROTOCOL_VERSION && typeof data.isTold === 'boolean',
    openOrigin: areTexts(data.name),
    openFinding: Number.isInteger(data.index),
    whatIf: Array.isArray(data.changes),
    layer: data.layer === 'mean' || Number.isInteger(data.layer),
    plan: isQuery(data.query),
    stopPlan: true,
    comparePlacements: true,
    stopComparing: true,
    savePlacement: Number.isInteger(data.redundantExperts),
    openKnob: areTexts(data.name),
    pin: areTexts(data.name),
    answer: areTexts(data.reason),
    takeStep: NEXT_STEPS.some((step) => step === data.step),
    saveScenario: true,
    apply: true,
    exportReport: true,
    explore: [data.x, data.y].every((name) => name === null || typeof name === 'string'),
    stopExploring: true,
    growth: true,
    variants: true,
    keepVariant: true,
    changeVariant: areTexts(data.name) && VARIANT_ACTIONS.some((action) => action === data.action),
    openVariant: areTexts(data.file),
    copyText: areTexts(data.text, data.what),
    saveFile: areTexts(data.fileName, data.base64),
  };
  const { type } = data;
  if (typeof type !== 'string' || !Object.hasOwn(isMessage, type)) return undefined;
  if (!isMessage[type as FromWebview['type']]) return undefined;
  if (type === 'whatIf') return { type, changes: readChanges(data.changes) };
  return data as unknown as FromWebview;
}

const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0;
const isLimit = (value: unknown): boolean => value === null || isAmount(value);

function isQuery(query: unknown): boolean {
  if (!isShape(query) || !Array.isArray(query.gpus) || !isShape(query.limits)) return false;
  const { memoryMarginGiB, tpotMilliseconds, ttftMilliseconds } = query.limits;
  return (
    query.gpus.every((range) => isShape(range) && isAmount(range.from) && isAmount(range.to)) &&
    OBJECTIVES.some((objective) => objective === query.objective) &&
    Number.isInteger(query.top) &&
    isAmount(memoryMarginGiB) &&
    [tpotMilliseconds, ttftMilliseconds, query.pricePerGpuHour].every(isLimit)
  );
}

/** What the webview kept over a reload of the window. */
interface Kept {
  readonly job: PanelJobRef;
  readonly changes: readonly Change[];
  readonly pinned: boolean;
}

/** Which job the webview showed before the window was reloaded, with which changes, and whether it is pinned to it. */
export function readKept(data: unknown): Kept | undefined {
  if (!isShape(data) || data.version !== PROTOCOL_VERSION || !isShape(data.job)) return undefined;
  const { file, id } = data.job;
  if (typeof file !== 'string' || typeof id !== 'string') return undefined;
  return { job: { file, id }, changes: readChanges(data.changes), pinned: data.pinned === true };
}

/** The key of a file is no field; a change names a placement that was found under it. */
const isFoundPlacement = (one: Shape): one is { readonly name: string; readonly value: string } =>
  one.name === 'placement.file' && typeof one.value === 'string';

/** The changes that name a field and a value which it can hold; what an older version kept may not. */
function readChanges(data: unknown): Change[] {
  return (Array.isArray(data) ? data : []).flatMap((one: unknown) => {
    if (!isShape(one) || typeof one.name !== 'string') return [];
    if (isFoundPlacement(one)) return { name: one.name, value: one.value };
    try {
      return { name: one.name, value: parseField(one.name, String(one.value)) };
    } catch (error) {
      if (error instanceof FieldError) return [];
      throw error;
    }
  });
}
