import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { bareWords, parsedSources, walk } from '../sources';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Source files that speak to the person through VS Code. */
const sources = parsedSources(['src/editor', 'src/panel'], /\.ts$/).filter(({ text }) =>
  /from 'vscode'/.test(text),
);

const isTranslation = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.getText() === 'vscode.l10n.t';

/** Functions whose arguments are shown, and constructors of which the first is. */
const SHOWING =
  /^vscode\.window\.(show(Information|Warning|Error)Message|setStatusBarMessage)$|^vscode\.(CodeAction|TreeItem)$/;
const SHOWN_PROPERTIES = /^(title|placeHolder|placeholder|prompt|tooltip|saveLabel|openLabel)$/;

/** Expressions of a file that VS Code shows to the person. */
function shown(file: ts.SourceFile): ts.Node[] {
  const all: ts.Node[] = [];
  walk(file, (node) => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && SHOWING.test(node.expression.getText()))
      all.push(...(node.arguments ?? []));
    if (ts.isPropertyAssignment(node) && SHOWN_PROPERTIES.test(node.name.getText()))
      all.push(node.initializer);
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      SHOWN_PROPERTIES.test(node.left.name.text)
    )
      all.push(node.right);
  });
  return all;
}

describe('messages of the editor', () => {
  it('are in the bundle that translations are made from, and nothing else is', async () => {
    const messages = new Set<string>();
    for (const file of sources)
      walk(file, (node) => {
        if (!isTranslation(node)) return;
        const [message] = node.arguments;
        expect(
          message && ts.isStringLiteralLike(message),
          `${file.fileName}: ${node.getText()} has no literal text`,
        ).toBe(true);
        messages.add((message as ts.StringLiteralLike).text);
      });
    const bundle = Object.fromEntries([...messages].sort().map((message) => [message, message]));
    await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'l10n', 'bundle.l10n.json'),
    );
  });
  it('have an argument for every place, and no other', () => {
    for (const file of sources)
      walk(file, (node) => {
        if (!isTranslation(node)) return;
        const [message, ...values] = node.arguments;
        const places = [...(message as ts.StringLiteralLike).text.matchAll(/\{(\w+)\}/g)].map(
          ([, place]) => place!,
        );
        const [named] = values;
        const given =
          named && ts.isObjectLiteralExpression(named)
            ? named.properties.map((property) => property.name!.getText())
            : values.map((_, at) => String(at));
        expect([...new Set(places)].sort(), node.getText()).toEqual(given.sort());
      });
  });
  it('are shown through it: no text stands bare where VS Code shows it', () => {
    const bare = sources.flatMap((file) =>
      shown(file).flatMap((node) => {
        const words = bareWords(node);
        return words === null ? [] : [`${file.fileName}: ${words}`];
      }),
    );
    expect(bare).toEqual([]);
  });
  it('the manifest says where translations are', () => {
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).l10n).toBe('./l10n');
  });
});
