import * as vscode from 'vscode';

/** The page's script and style sheet, as text. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/**
 * Reads the bundle of the panel's page when it is asked for first. It goes into the page as it is: VS Code hands each file
 * that a page refers to through its window and a service worker, which takes longer than to parse it.
 */
export function pageBundle(extensionUri: vscode.Uri): () => Promise<PageBundle> {
  let known: Promise<PageBundle> | null = null;
  return () => {
    known ??= readBundle(extensionUri).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function readBundle(extensionUri: vscode.Uri): Promise<PageBundle> {
  const read = async (name: string) => {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  };
  const [script, style] = await Promise.all([read('panel.js'), read('panel.css')]);
  return { script, style };
}

/** The panel's page: nothing but the bundled script and style sheet may run in it, and nothing is loaded. */
export function panelHtml({ cspSource }: vscode.Webview, { script, style }: PageBundle): string {
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  // The bundler writes no end tag of a script or a style into what it bundles.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">${style}</style>
<title>MoE Scope</title>
</head>
<body>
<div id="root" data-extension="moe-scope"></div>
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
}
