/** Marks the lines that the harness reads among all that VS Code logs. */
const marker = '@@moe-scope-test@@';

interface HostTest {
  readonly name: string;
  readonly body: () => Promise<void> | void;
}

const tests: HostTest[] = [];

/** Registers a test of the suite; it fails by throwing. */
export function test(name: string, body: HostTest['body']): void {
  tests.push({ name, body });
}

function report(line: object): void {
  console.log(`${marker}${JSON.stringify(line)}`);
}

/** The extension host that runs this: only the Node one has a `process` with a Node version. */
function host(): 'node' | 'web' {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined ? 'web' : 'node';
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs all registered tests, one after the other, and throws at the end if any failed. */
export async function runAll(): Promise<void> {
  let failed = 0;
  report({ planned: tests.length, host: host() });
  for (const { name, body } of tests) {
    try {
      await body();
      report({ name, ok: true });
    } catch (error) {
      failed++;
      report({ name, ok: false, error: textOf(error) });
    }
  }
  if (failed > 0) throw new Error(`${failed} of ${tests.length} tests failed`);
}
