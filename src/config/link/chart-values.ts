import type { Answer, Answers } from '../answers';
import { isYamlSource, yamlOf } from '../frameworks/shared/yaml-source';
import { folderOf, partsOf } from '../paths';
import type { SourceText } from '../read';
import { membersOf, type YamlNode } from '../syntax/yaml';
import type { Workspace } from './workspace';

/** A template of a Helm chart with what the chart's own values say. */
export interface ChartTemplate {
  readonly source: SourceText;
  /** The file of values, where it is at hand. */
  readonly files: readonly string[];
  /** The path to it, where it is not. */
  readonly missing: readonly string[];
}

const VALUES = 'values.yaml';
const TEMPLATES = /(^|\/)templates(?=\/)/g;

/**
 * A file in a chart's `templates` folder, with answers for `{{ .Values.… }}` from the `values.yaml` beside that folder, where
 * they are written plainly; answers that were given go first. `null` for every other file. What a release overrides is not
 * known here, as is that of a scenario file's `variables` (helm.sh/docs/chart_template_guide/values_files).
 */
export function chartTemplate(source: SourceText, workspace: Workspace): ChartTemplate | null {
  if (!source.text.includes('.Values.') || !isYamlSource(source)) return null;
  const own = workspace.pathOf(source.file);
  const folder = [...own.matchAll(TEMPLATES)].at(-1);
  if (folder === undefined) return null;
  const below = folderOf(own).slice(folder.index).split('/').filter(Boolean);
  const path = `${'../'.repeat(below.length)}${VALUES}`;
  const place = partsOf(`${folderOf(own)}/${path}`).join('/');
  const values = [...workspace.sources].find(
    ({ file }) => partsOf(workspace.pathOf(file)).join('/') === place,
  );
  if (values === undefined) return { source, files: [], missing: [path] };
  const answers = new Map([...valuesIn(values), ...(source.answers ?? [])]);
  return { source: { ...source, answers }, files: [values.file], missing: [] };
}

/** Every scalar of a file of values that is written out, by the name that templates call it by. */
function valuesIn(values: SourceText): Answers {
  const found = new Map<string, Answer>();
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode | undefined, name: string): void => {
    if (node === undefined || node.kind === 'sequence' || seen.has(node)) return;
    if (node.kind === 'map') {
      seen.add(node);
      for (const { key, value } of membersOf(node)) visit(value, `${name}.${key}`);
    } else if (node.value !== null && !node.templated && !/[\n$]/.test(node.text)) {
      found.set(name, { text: node.text, file: values.file, range: node.range });
    }
  };
  visit(yamlOf({ file: values.file, text: values.text }).documents[0], '.Values');
  return found;
}
