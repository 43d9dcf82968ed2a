import { DEEPSEEK_FAMILIES } from './deepseek';
import { ERNIE_FAMILIES } from './ernie';
import type { Family } from './family';
import { GLM_FAMILIES } from './glm';
import { HYBRID_FAMILIES } from './hybrid';
import { LATENT_FAMILIES } from './latent';
import { MAMBA_FAMILIES } from './mamba';
import { OPEN_FAMILIES } from './open';
import { PLAIN_FAMILIES } from './plain';
import { QWEN_FAMILIES } from './qwen';
import { SLIDING_FAMILIES } from './sliding';
import { WINDOWED_FAMILIES } from './windowed';

/** Every family that is simulated. */
export const FAMILIES: readonly Family[] = [
  ...OPEN_FAMILIES,
  ...ERNIE_FAMILIES,
  ...PLAIN_FAMILIES,
  ...QWEN_FAMILIES,
  ...DEEPSEEK_FAMILIES,
  ...GLM_FAMILIES,
  ...LATENT_FAMILIES,
  ...MAMBA_FAMILIES,
  ...HYBRID_FAMILIES,
  ...WINDOWED_FAMILIES,
  ...SLIDING_FAMILIES,
];

/**
 * The family of a `model_type`, or else of an architecture (what vLLM goes by); `null` when neither is known here.
 * @param lacks whether the file sets a key to `false`
 */
export function familyOf(
  modelType: string | null,
  architectures: readonly string[],
  lacks: (key: string) => boolean,
): Family | null {
  const candidates = FAMILIES.filter(({ onlyWithout: key }) => key === undefined || lacks(key));
  return (
    candidates.find((family) => modelType !== null && family.modelTypes.includes(modelType)) ??
    candidates.find((family) => family.architectures.some((name) => architectures.includes(name))) ??
    null
  );
}
