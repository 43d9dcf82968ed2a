import ts from 'typescript';
import { expect, it } from 'vitest';
import { bareWords, parsedSources, walk } from '../sources';

/** Attributes whose text is seen or heard. */
const SHOWN = /^(aria-label|aria-valuetext|aria-description|title|placeholder|alt|label)$/;

/** Units are the same in every language. */
const UNIT = /^(GB\/s|MB|GiB|ms)$/;

/** What an attribute says: its text, or that of the expression in its braces. */
function said({ initializer }: ts.JsxAttribute): ts.Node | undefined {
  return initializer && ts.isJsxExpression(initializer) ? initializer.expression : initializer;
}

it('every text of the panel stands in a file of strings, where a translation finds it', () => {
  const bare = parsedSources(['webview'], /\.tsx$/).flatMap((file) => {
    const found: string[] = [];
    const note = (node: ts.Node | undefined) => {
      const words = node && bareWords(node);
      if (words && !UNIT.test(words)) found.push(`${file.fileName}: ${words}`);
    };
    walk(file, (node) => {
      if (ts.isJsxText(node)) note(node);
      if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) note(node.expression);
      if (ts.isJsxAttribute(node) && SHOWN.test(node.name.getText())) note(said(node));
    });
    return found;
  });
  expect(bare).toEqual([]);
});
