import type { TextRange } from './fact';

/** What a scenario file says for something that a job's file takes from outside. */
export interface Answer {
  readonly text: string;
  /** The scenario file, and where in it the text stands. */
  readonly file: string;
  readonly range: TextRange;
}

/** By the name of the variable: `EP`, `1` for `${1}`, `.Values.tp` for `{{ .Values.tp }}`. */
export type Answers = ReadonlyMap<string, Answer>;

/** An assignment that was followed, as `Fact.via` has them. */
interface Step {
  readonly variable: string;
  readonly range: TextRange;
  readonly file: string;
}

/** Text in which everything that it took from outside is filled in. */
export interface FilledText {
  readonly text: string;
  readonly via: readonly Step[];
}

/** What a template may do to a value that leaves it what it is: quote it, or stand in for it where there is none. */
const HARMLESS = String.raw`quote|squote|int|int64|float64|toString|trim|default\s[^|{}]*`;
/** `{{ .Values.ep }}` of Helm, with or without a default. */
const TEMPLATE = String.raw`\{\{-?\s*([\w.]+)(?:\s*\|\s*(?:${HARMLESS}))*\s*-?\}\}`;
/** `$EP`, `${EP}`, `${EP:-8}` of envsubst and OmegaConf, and templates. */
const FROM_OUTSIDE = new RegExp(String.raw`\$([A-Za-z_]\w*)|\$\{([\w.]+)(?::?-[^{}]*)?\}|${TEMPLATE}`, 'g');
const ONE_TEMPLATE = new RegExp(`^${TEMPLATE}$`);

/** The name that one template as a whole stands for: `.Values.tp`. */
export const nameOfTemplate = (template: string): string | undefined => ONE_TEMPLATE.exec(template)?.[1];

/** The text with its variables and templates answered; `null` when it has none, or one without an answer. */
export function fillIn(text: string, answers: Answers | undefined): FilledText | null {
  if (answers === undefined || answers.size === 0 || !/[${]/.test(text)) return null;
  const via: Step[] = [];
  let isComplete = true;
  const filled = text.replace(FROM_OUTSIDE, (written, plain, braced, template) => {
    const variable: string = plain ?? braced ?? template;
    const answer = answers.get(variable);
    if (answer === undefined) {
      isComplete = false;
      return written;
    }
    via.push({ variable, range: answer.range, file: answer.file });
    return answer.text;
  });
  return isComplete && via.length > 0 ? { text: filled, via } : null;
}

/** Names that the text takes from outside in one of the ways that can be answered. */
export function namesFromOutside(text: string): string[] {
  const names = [...text.matchAll(FROM_OUTSIDE)].map(
    ([, plain, braced, template]) => plain ?? braced ?? template!,
  );
  return [...new Set(names)];
}
