import * as vscode from 'vscode';

/** What a language model is told: words for it to use, and the same as JSON. */
export interface Answer {
  readonly text: string;
  readonly data: unknown;
}

/** A tool that language models can call. It reads and changes nothing, so that no call has to be confirmed. */
export interface Tool {
  /** As in `contributes.languageModelTools`. */
  readonly name: string;
  /** What is shown while it runs: `Simulating train.sh`. */
  describe(input: Input): string;
  /** @throws Error with a message from which the model can do better */
  answer(input: Input, token: vscode.CancellationToken): Promise<Answer>;
}

/** What a model sends: by the tool's schema, or so one hopes. */
export type Input = Readonly<Record<string, unknown>>;

/** The part of VS Code's tool API that is used; VS Code 1.90, the oldest that this extension runs in, has none of it. */
interface ToolApi {
  readonly lm?: {
    registerTool?(name: string, tool: object): vscode.Disposable;
  };
  readonly LanguageModelToolResult?: new (parts: readonly object[]) => object;
  readonly LanguageModelTextPart?: new (text: string) => object;
}

/** More digits than any figure has meaning cost a model's attention. */
const short = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

/** Registers the tools where this VS Code has an API for them. */
export function registerAll(tools: readonly Tool[], log: vscode.LogOutputChannel): vscode.Disposable {
  const { lm, LanguageModelToolResult: Result, LanguageModelTextPart: Text } = vscode as unknown as ToolApi;
  if (!lm?.registerTool || !Result || !Text) return new vscode.Disposable(() => {});
  const implementation = (tool: Tool) => ({
    prepareInvocation: ({ input }: { input: Input }) => ({ invocationMessage: tool.describe(input) }),
    async invoke({ input }: { input: Input }, token: vscode.CancellationToken) {
      const { text, data } = await tool.answer(input, token);
      return new Result([new Text(text), new Text(JSON.stringify(data, short))]);
    },
  });
  try {
    return vscode.Disposable.from(...tools.map((tool) => lm.registerTool!(tool.name, implementation(tool))));
  } catch (error) {
    // In 1.91 to 1.94 the function is there and throws: it was only proposed.
    log.info(`Language-model tools are not available: ${String(error)}`);
    return new vscode.Disposable(() => {});
  }
}

/** A text of the input. @throws Error when it is missing or something else */
export function textOf(input: Input, key: string): string {
  const value = input[key];
  if (typeof value !== 'string' || value.trim() === '')
    throw new Error(`"${key}" must be a non-empty string.`);
  return value.trim();
}

/** A text of the input that may be left out. */
export function optionalText(input: Input, key: string): string | undefined {
  return input[key] === undefined || input[key] === null || input[key] === ''
    ? undefined
    : textOf(input, key);
}
