import type { Fact, ReadDocument } from '../fact';
import { exportedWeightFormat } from '../frameworks/shared/weight-dtype';
import { fileNameOf } from '../paths';
import { parseJson } from '../syntax/json';
import { findSource, type Workspace } from './workspace';

/** Keys of a config.json that say the format of weights that are not quantised. */
const PLAIN: ReadonlySet<string> = new Set(['torch_dtype', 'dtype']);

/** A model's facts with what the file of its quantisation says, and that file's name where it is not at hand. */
export interface Quantised {
  readonly facts: readonly Fact[];
  readonly files: readonly string[];
  readonly missing: readonly string[];
}

/** `hf_quant_config.json` beside `config.json`, where NVIDIA's modelopt says how it quantised a checkpoint. */
function quantisationFile({ file }: ReadDocument): string | null {
  const name = fileNameOf(file);
  return /(^|\.)config\.json$/.test(name) ? name.replace(/config\.json$/, 'hf_quant_config.json') : null;
}

/** A model of 16 bits in its config is quantised all the same where a file beside it says so. */
export function withQuantisation(
  model: ReadDocument,
  facts: readonly Fact[],
  workspace: Workspace,
): Quantised {
  const own = facts.find(({ name }) => name === 'model.weightDtype');
  const path = quantisationFile(model);
  const nothing = { facts, files: [], missing: [] };
  const isSaid = own !== undefined && own.state !== 'unresolved' && !PLAIN.has(own.key);
  if (model.framework !== 'huggingface' || path === null || isSaid) return nothing;
  const source = findSource(path, model.file, workspace);
  if (source === undefined) return { ...nothing, missing: [path] };
  const format = exportedWeightFormat(parseJson(source.text).root);
  if (format === null) return nothing;
  const { member, dtype: value, rule } = format;
  const fact: Fact = {
    name: 'model.weightDtype',
    value,
    key: member.key,
    file: source.file,
    range: member.valueRange,
    keyRange: member.keyRange,
    state: 'derived',
    origin: rule,
  };
  return {
    facts: [fact, ...facts.filter(({ name }) => name !== 'model.weightDtype')],
    files: [source.file],
    missing: [],
  };
}
