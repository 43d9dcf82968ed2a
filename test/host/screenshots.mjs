import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPanel } from './installed.mjs';
import { openWorkspace, takePicture, themes } from './open.mjs';
import { root } from './process.mjs';
import { startServer } from './server.mjs';

// Pictures of the panel in a real VS Code, one per theme, for a person to look at: the tests do not compare them.
const { values } = parseArgs({
  options: { host: { type: 'string', default: 'node' }, theme: { type: 'string', multiple: true } },
});
for (const theme of values.theme ?? Object.keys(themes)) {
  const server = await startServer({ settings: { 'workbench.colorTheme': themes[theme] } });
  const { page, close } = await openWorkspace({
    port: server.port,
    folder: join(root, 'media', 'sample'),
    extensionDevelopmentPath: root,
    extensionDevelopmentKind: values.host,
  });
  await openPanel(page);
  console.log(await takePicture(page, `vscode-${values.host}-${theme}`));
  await close();
  await server.stop();
}
