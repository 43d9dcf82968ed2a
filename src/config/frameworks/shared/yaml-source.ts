import { parseYaml, type YamlFile } from '../../syntax/yaml';
import type { SourceText } from '../framework';

/** Names that YAML has; `.yml.tpl` and `.yaml.j2` are templates of it. */
const YAML_NAME = /\.ya?ml(\.(tpl|tmpl|j2|jinja2?|template))?$/i;
/** Names that end in something else are something else. */
const OTHER_NAME = /\.[A-Za-z]\w{0,9}$/;

/** True for files that YAML readers should look into: by name, or without an extension by how the text begins. */
export function isYamlSource({ file, text }: SourceText): boolean {
  const name = file.split(/[\\/]/).at(-1) ?? '';
  if (YAML_NAME.test(name)) return true;
  if (OTHER_NAME.test(name)) return false;
  const start = text.slice(0, 4_000).replace(/^(\s*#(?!!)[^\n]*\n|\s*\n)+/, '');
  return /^(---|[\w."'-]+:(\s|$))/.test(start);
}

let last: { readonly source: SourceText; readonly file: YamlFile } | null = null;

/** The YAML of a source. Several frameworks ask for the same file in a row: the last answer is kept. */
export function yamlOf(source: SourceText): YamlFile {
  if (last?.source.text !== source.text || last.source.answers !== source.answers) {
    last = { source, file: parseYaml(source.text, source.answers) };
  }
  return last.file;
}
