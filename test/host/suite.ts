import { runAll } from './registry';
import './tests/activation';
import './tests/apply';
import './tests/artefacts';
import './tests/diagnostics';
import './tests/figures';
import './tests/fixes';
import './tests/reading';
import './tests/scenario-file';
import './tests/session';
import './tests/tools';
import './tests/variants';

/** What VS Code calls: the same file in the Node and in the web extension host. */
export function run(): Promise<void> {
  return runAll();
}
