import type { JobGap } from '../job';

/** What a gap means, as a sentence that says what to do. */
export function gapMessage({ what, written, choices }: JobGap): string {
  const listed = choices.length > 0 ? `; there are ${choices.join(', ')}` : '';
  switch (what) {
    case 'job':
      return `${written} is not found beside this file, or it is no job that MoE Scope reads: name a launch file or a model config, relative to this file.`;
    case 'model':
      return `There is no model ${written}: name a model of the catalog as on the Hub, or the path of a config.json, relative to this file.`;
    default:
      return choices.length > 0
        ? `There is no ${what} ${written}${listed}.`
        : `There is no ${what} ${written} to pick: the job has one part only, or none is named. Leave this line out.`;
  }
}
