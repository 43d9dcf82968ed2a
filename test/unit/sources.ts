import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files of the project's folders with one of these endings, parsed; `fileName` is relative to the root. */
export function parsedSources(folders: readonly string[], ending: RegExp): ts.SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => ending.test(path))
    .map((path) =>
      ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ES2022, true),
    );
}

/** Visits a node and all below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** The words of a text that stands in the code as it is, `null` for one without: names and places alone are none. */
export function bareWords(node: ts.Node): string | null {
  if (ts.isConditionalExpression(node)) return bareWords(node.whenTrue) ?? bareWords(node.whenFalse);
  const parts =
    ts.isStringLiteralLike(node) || ts.isJsxText(node)
      ? [node.text]
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
        : [];
  const words = parts.join(' ').replaceAll('MoE Scope', '');
  return /[a-z]{2}/i.test(words) ? node.getText().trim() : null;
}
