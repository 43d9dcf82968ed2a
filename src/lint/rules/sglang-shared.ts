import type { Fact } from '../../config/fact';
import type { RuleContext } from '../rule';
import { sure, sureNumber, textOf } from './common';

/** A place in SGLang's handling of arguments; the files were read one stored version each, cited by symbol. */
export const at = (where: string): string => `sgl-project/sglang@${where}`;
export const sglang = ['sglang'] as const;

/** All-to-all backends that set EP to TP (sgl-project/sglang@bc0c93b5: srt/arg_groups/overrides.py, _a2a_ep_size). */
const SPANNING: ReadonlySet<string> = new Set([
  'ascend_fuseep',
  'deepep',
  'deepep_v2',
  'flashinfer',
  'flashinfer_megamoe',
  'megamoe',
  'mooncake',
  'mori',
  'nixl',
  'pplx',
]);
/** Backends that leave EP as it is written. */
const KEEPING: ReadonlySet<string> = new Set(['none', 'ascend_tp']);

/** The name of the all-to-all backend; `undefined` where the file does not show it. */
export function backendOf(context: RuleContext): string | undefined {
  return textOf(sure(context, 'communication.backend'));
}

/** Whether the all-to-all backend sets EP to TP; `undefined` for backends that are not known here. */
export function spansTp(context: RuleContext): boolean | undefined {
  const backend = backendOf(context);
  if (backend === undefined) return undefined;
  return SPANNING.has(backend) ? true : KEEPING.has(backend) ? false : undefined;
}

/** The EP that SGLang runs with: TP under most all-to-all backends, else as written. */
export function effectiveEp(context: RuleContext): number | undefined {
  const spans = spansTp(context);
  if (spans === undefined) return undefined;
  return sureNumber(context, spans ? 'layout.tp' : 'layout.ep');
}

/** The written facts that the effective EP rests on. */
export function epFacts(context: RuleContext): readonly (Fact | undefined)[] {
  return spansTp(context) === true
    ? [context.written('layout.tp'), context.written('communication.backend')]
    : [context.written('layout.ep')];
}
