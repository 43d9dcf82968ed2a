import type { Job } from '../config/job';
import { frameworkNames } from '../lint/markdown';
import { field, fieldValue } from '../scenario/fields';
import type { Scenario } from '../scenario/scenario';
import type { Language, Spelling } from './spelling';
import { maxtext } from './spellings/maxtext';
import { megatron } from './spellings/megatron';
import { sglang, trtllm, vllm } from './spellings/serving';
import { automodel, axolotl, deepspeed, torchtitan } from './spellings/trainers';

const languages: readonly Language[] = [
  megatron,
  vllm,
  sglang,
  trtllm,
  deepspeed,
  torchtitan,
  axolotl,
  automodel,
  maxtext,
];

/** How a job's framework spells things; `undefined` for one that states every field under its own name or not at all. */
export const languageOf = ({ framework }: Job): Language | undefined =>
  languages.find(({ frameworks }) => frameworks.includes(framework));

/** What no framework's files say, and who does. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'cluster.accelerator':
    'the files do not name the GPU, the setting moeScope.accelerator or a scenario file does',
  'workload.tokensPerRank': 'it follows from batch and sequence, or from the requests',
  'routing.distribution': 'the files do not say how the router chooses, a scenario file can',
  'routing.sigma': 'the files do not say how the router chooses, a scenario file can',
  'routing.exponent': 'the files do not say how the router chooses, a scenario file can',
};

/** What a field of a scenario is in the files of a job; or why they cannot say it, as the end of a sentence. */
export function spellingsOf(name: string, target: Scenario, job: Job): readonly Spelling[] | string {
  const language = languageOf(job);
  const own = language?.fields[name];
  if (own) return own(target, job);
  const value = fieldValue(target, name);
  const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  const isStated = job.facts.some((fact) => fact.name === name && fact.state !== 'derived');
  const isKnown = isStated || language?.optionOf(name) !== undefined;
  if (ELSEWHERE[name] && !isStated) return ELSEWHERE[name];
  if (!isPlain || !isKnown) {
    const who = job.launch ? frameworkNames[job.framework] : 'a model file';
    return `${who} has no option for ${field(name)?.label ?? name}, a scenario file can say it`;
  }
  return [{ fact: name, value }];
}
