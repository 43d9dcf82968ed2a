import * as vscode from 'vscode';

/** The panel's page: nothing but the bundled script and style sheet may run or load in it. */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const bundle = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${bundle('panel.css')}">
<title>MoE Scope</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${bundle('panel.js')}"></script>
</body>
</html>`;
}
