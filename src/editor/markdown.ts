/** Longest piece of a file that a hover quotes. */
const MAX_LENGTH = 120;

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** Text of a file as plain words in Markdown: no link, image, icon or HTML may come out of it. */
export function plain(text: string): string {
  return cut(text).replace(/[\\`*_{}[\]()<>#+\-!|~$&:.@]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Text of a file as code in Markdown; its own backticks cannot end it. */
export function code(text: string): string {
  const line = cut(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}
