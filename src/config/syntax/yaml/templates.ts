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

/**
 * The text with its templates replaced by filler of the same length, so that YAML can be read around them.
 * A template on lines of its own becomes a comment; one inside a value becomes `$xxx`, which a shell reader takes
 * for a variable that nobody sets.
 */
export function maskTemplates(text: string): string {
  if (!holdsTemplate(text)) return text;
  return text.replace(TEMPLATE, (template, offset: number) => {
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const end = offset + template.length;
    const lineEnd = text.indexOf('\n', end);
    const around = text.slice(lineStart, offset) + text.slice(end, lineEnd === -1 ? undefined : lineEnd);
    // Several templates may share a line with nothing else on it.
    const ownLine = around.replace(TEMPLATE, '').trim() === '';
    return ownLine ? fill(template, '#', true) : fill(template, '$', false);
  });
}
