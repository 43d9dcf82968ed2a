import type { Builder } from '../builder';
import type { Family } from '../families/family';

const GROUPS = 'model.router.groups';
const USED = 'model.router.topkGroups';
const CORRECTION = 'model.router.correctionBias';

/** Groups of experts that a token may use, and whether a bias per expert corrects the scores. */
export function addRouter(facts: Builder, family: Family): void {
  if (family.groupLimited === true) {
    facts.conclude(GROUPS, 1, undefined, 'n_group is null: no groups');
    facts.conclude(USED, 1, undefined, 'topk_group is null: no groups');
  } else {
    facts.compute(GROUPS, 1, undefined, `${family.title} routes over all experts`);
    facts.compute(USED, 1, undefined, `${family.title} routes over all experts`);
  }
  const method = facts.get('huggingface.topkMethod');
  if (method !== undefined) {
    const rule = 'topk_method noaux_tc has a correction bias per expert';
    facts.compute(CORRECTION, method.value === 'noaux_tc', method, rule);
  } else {
    const rule = `${family.implementation}: e_score_correction_bias`;
    facts.conclude(CORRECTION, family.correctsScores ?? true, undefined, rule);
  }
}
