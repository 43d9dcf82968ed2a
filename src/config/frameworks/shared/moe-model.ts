import { findPreset } from '../../../catalog/models';
import { withoutEndSlashes } from '../../paths';

/** Names that vendors give to Mixture-of-Experts models: active parameters (`A3B`), experts (`8x7B`), `MoE`. */
const MOE_NAME = /(^|[-_.])(a\d+(\.\d+)?b|\d+x\d+(\.\d+)?b|moe)([-_.]|$)/i;

/** Whether a path, a Hub id or the name of a recipe says by itself that the model has experts. */
export function namesMoeModel(reference: string): boolean {
  const name = withoutEndSlashes(reference).split('/').at(-1) ?? '';
  return MOE_NAME.test(name) || findPreset(name.replaceAll('_', '-')) !== undefined;
}
