import { type Answers, nameOfTemplate } from '../../answers';

/** `{{ … }}` of Helm and Jinja, `{% … %}` of Jinja. Its comments `{# … #}` are left alone: `${#list[@]}` is shell. */
const TEMPLATE = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

export function holdsTemplate(text: string): boolean {
  return /\{\{|\{%/.test(text);
}

/** Keeps line breaks, so that offsets and lines stay those of the file. */
function fill(text: string, first: string, ownLine: boolean): string {
  let atStart = true;
  return [...text]
    .map((letter) => {
      if (letter === '\n' || letter === '\r') {
        atStart = ownLine;
        return letter;
      }
      const filler = atStart ? first : 'x';
      atStart = false;
      return letter.length === 1 ? filler : `${filler}x`;
    })
    .join('');
}

/** Text that YAML can be read of, with the variables that stand in it for templates. */
export interface Masked {
  readonly readable: string;
  /** By variable, the name that was answered: `.Values.tp`. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The text with its templates replaced by filler of the same length, so that YAML can be read around them.
 * A template on lines of its own becomes a comment; one inside a value becomes `$xxx`, which a shell reader takes
 * for a variable that nobody sets, or, where there is an answer for it, for a variable of its own.
 */
export function maskTemplates(text: string, answers: Answers | undefined): Masked {
  const names = new Map<string, string>();
  if (!holdsTemplate(text)) return { readable: text, names };
  const readable = text.replace(TEMPLATE, (template, offset: number) => {
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const end = offset + template.length;
    const lineEnd = text.indexOf('\n', end);
    const around = text.slice(lineStart, offset) + text.slice(end, lineEnd === -1 ? undefined : lineEnd);
    // Several templates may share a line with nothing else on it.
    const ownLine = around.replace(TEMPLATE, '').trim() === '';
    if (ownLine) return fill(template, '#', true);
    const name = nameOfTemplate(template);
    if (name === undefined || template.includes('\n') || answers?.has(name) !== true)
      return fill(template, '$', false);
    const variable = `v${offset}_`.padEnd(template.length - 1, 'x');
    names.set(variable, name);
    return `$${variable}`;
  });
  return { readable, names };
}
