import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Where the page sees the extension's folder. */
const mount = '/extension-under-test';

/** The page's configuration with the extension, and its suite, added as an embedder of VS Code would. */
function addToConfiguration(html, authority, testsPath) {
  const at = (path) => ({ scheme: 'http', authority, path });
  return html.replace(
    /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)/,
    (_, before, settings) => {
      const configuration = JSON.parse(settings.replaceAll('&quot;', '"'));
      configuration.developmentOptions = {
        ...configuration.developmentOptions,
        extensions: [at(mount)],
        ...(testsPath && { extensionTestsPath: at(`${mount}/${testsPath}`) }),
      };
      return before + JSON.stringify(configuration).replaceAll('"', '&quot;');
    },
  );
}

/**
 * Loads an extension as vscode.dev does: from an http address, into the web extension host, workers included.
 * VS Code's own switch for this, `extensionDevelopmentKind` in the address, is parsed and never read in 1.139,
 * and in the web extension host an extension of the remote machine may not start workers.
 * @param {import('playwright-core').BrowserContext} context
 * @param {{ port: number, extensionDevelopmentPath: string, extensionTestsPath?: string }} options absolute paths
 */
export async function loadAsWebExtension(
  context,
  { port, extensionDevelopmentPath: root, extensionTestsPath },
) {
  const authority = `127.0.0.1:${port}`;
  const testsPath = extensionTestsPath && relative(root, extensionTestsPath).split(sep).join('/');
  await context.route(`http://${authority}/?*`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: addToConfiguration(await response.text(), authority, testsPath) });
  });
  await context.route(`http://${authority}${mount}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = join(root, decodeURIComponent(pathname.slice(mount.length)));
    await route.fulfill(existsSync(path) ? { path } : { status: 404 });
  });
}
