import { parseCall } from './args';
import { commands } from './commands';
import { USAGE, UsageError } from './usage';

function main(argv: readonly string[]): void {
  const call = parseCall(argv);
  if (call.command === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const command = Object.hasOwn(commands, call.command) ? commands[call.command] : undefined;
  if (!command) throw new UsageError(`There is no command ${call.command}.\n\n${USAGE}`);
  const { output, message, exitCode } = command(call);
  process.stdout.write(output);
  if (message) process.stderr.write(`moe-scope: ${message}\n`);
  process.exitCode = exitCode;
}

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(error);
});

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.stderr.write(`moe-scope: ${error instanceof UsageError ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
