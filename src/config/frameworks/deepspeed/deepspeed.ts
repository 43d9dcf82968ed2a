import type { ReadDocument } from '../../fact';
import { parseJson } from '../../syntax/json';
import { inSection, type Setting, settingsOfJson } from '../../syntax/settings';
import type { Framework, SourceText } from '../framework';
import { CommandFacts } from '../shared/command-facts';
import { anchorOf, readSettings, type SettingSpec } from '../shared/read-settings';
import { addInferenceRules, addTrainingRules, withoutIdleSize } from './implied';
import { AUTO_EP_KEYS, DEPRECATED_INFERENCE_KEYS, INFERENCE_KEYS, INFERENCE_MARKS, JOB_KEYS } from './keys';

/** The part of a config that is about experts. */
interface MoeSection {
  /** The section's key; absent for deprecated keys at the top of the file. */
  readonly role?: 'expert_parallel' | 'moe';
  readonly settings: readonly Setting[];
  readonly specs: readonly SettingSpec[];
}

function moeSection(settings: readonly Setting[]): MoeSection | null {
  const autoEp = inSection(settings, 'expert_parallel');
  const isAutoEp = autoEp.some(({ path }) => ['enabled', 'autoep_size', 'preset_model'].includes(path));
  if (isAutoEp) return { role: 'expert_parallel', settings: autoEp, specs: AUTO_EP_KEYS };
  const moe = inSection(settings, 'moe');
  const holdsExperts = ({ path }: Setting) => path === 'ep_size' || path === 'moe_experts';
  if (!settings.some(({ path }) => INFERENCE_MARKS.has(path.split('.')[0]!))) return null;
  if (moe.some(holdsExperts)) return { role: 'moe', settings: moe, specs: INFERENCE_KEYS };
  return settings.some(holdsExperts) ? { settings, specs: DEPRECATED_INFERENCE_KEYS } : null;
}

function read(source: SourceText): ReadDocument | null {
  const { root, problems } = parseJson(source.text);
  const settings = settingsOfJson(root, problems);
  const section = moeSection(settings);
  if (section === null) return null;
  const context = { file: source.file, ...(section.role === undefined ? {} : { role: section.role }) };
  const experts = readSettings(context, section.settings, section.specs, source.text);
  const job = readSettings({ file: source.file }, settings, JOB_KEYS, source.text);
  const isTraining = section.role === 'expert_parallel';
  const stated = [...(isTraining ? withoutIdleSize(experts.facts) : experts.facts), ...job.facts];
  const complete = new CommandFacts(stated, anchorOf(context, section.settings));
  if (isTraining) addTrainingRules(complete);
  else addInferenceRules(complete);
  return {
    file: source.file,
    framework: 'deepspeed',
    title: isTraining ? 'DeepSpeed config (AutoEP)' : 'DeepSpeed inference config',
    kind: 'launch',
    facts: complete.facts,
    problems: [...problems, ...experts.problems, ...job.problems],
    models: [],
  };
}

const MARK = new RegExp(`"(${['moe', ...INFERENCE_MARKS].join('|')})"`);

export const deepspeed: Framework = {
  id: 'deepspeed',
  mightBe: (text) =>
    /^\uFEFF?\s*\{/.test(text.slice(0, 2_000)) &&
    (text.includes('"expert_parallel"') || (MARK.test(text) && /"(ep_size|moe_experts)"/.test(text))),
  read,
};
