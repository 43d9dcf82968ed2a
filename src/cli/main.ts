import { fstatSync, writeFileSync } from 'node:fs';
import { version } from '../../package.json';
import { type Call, parseCall } from './args';
import { commands, type Outcome, type Surroundings } from './commands';
import { MAX_BYTES, reasonOf, textOf } from './files';
import { terminalOf } from './report/terminal';
import { UsageError, usage, usageOf } from './usage';

async function main(argv: readonly string[]): Promise<void> {
  const call = parseCall(argv);
  const { output, message, exitCode, files = [] } = await outcome(call);
  for (const { path, text } of files) writing(path, () => writeFileSync(path, text));
  if (call.output === null) process.stdout.write(output);
  else writing(call.output, () => writeFileSync(call.output!, output));
  if (message) tell(message);
  process.exitCode = exitCode;
}

async function outcome(call: Call): Promise<Outcome> {
  const [topic] = call.paths;
  if (call.command === 'help') return { output: topic ? usageOf(topic) : usage(), exitCode: 0 };
  if (call.command === 'version') return { output: `${version}\n`, exitCode: 0 };
  const surroundings: Surroundings = {
    stdin: call.stdinFilename === null ? null : await standardInput(),
    tell,
    terminal: terminalOf(process.stdout.isTTY && call.output === null, process.env),
  };
  return commands[call.command]!(call, surroundings);
}

/** @throws UsageError when there is none, or it is no text that a config could have. */
async function standardInput(): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    // Of a folder the stream would only say that it ends.
    if (fstatSync(0).isDirectory()) throw new UsageError('Cannot read standard input: it is a folder.');
    for await (const piece of process.stdin as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_BYTES) break;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot read standard input: ${reasonOf(error)}.`);
  }
  const read = textOf(Buffer.concat(pieces));
  if ('refused' in read) throw new UsageError(`Cannot read standard input: ${read.refused}.`);
  return read.text;
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${reasonOf(error)}.`);
  }
}

function tell(text: string): void {
  process.stderr.write(`moe-scope: ${text}\n`);
}

function fail(error: unknown): void {
  if (error instanceof UsageError) tell(error.message);
  else tell(`this is a mistake in moe-scope itself: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 2;
}

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error);
  });
}

main(process.argv.slice(2)).catch(fail);
