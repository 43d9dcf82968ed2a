/** Longer values and patterns are no sizes, names or paths: they are not matched. */
const MAX_LENGTH = 4_000;

/** One step of a pattern: a character, any character, one of a set, or any number of characters. */
type Step =
  | { readonly kind: 'many' }
  | { readonly kind: 'one'; readonly matches: (character: string) => boolean };

const any = (): boolean => true;

/** The set `[…]` that starts at `start`; `null` when it is not closed, and `[` then stands for itself. */
function readSet(pattern: string, start: number): { step: Step; end: number } | null {
  const negated = /[!^]/.test(pattern[start + 1] ?? '');
  const first = start + (negated ? 2 : 1);
  const end = pattern.indexOf(']', first + 1);
  if (end === -1) return null;
  const members = pattern.slice(first, end);
  // Classes such as `[[:space:]]` need a locale: no value is taken from them.
  if (members.includes('[')) return null;
  const inSet = (character: string): boolean => {
    for (let i = 0; i < members.length; i++) {
      const isRange = members[i + 1] === '-' && i + 2 < members.length;
      if (isRange ? members[i]! <= character && character <= members[i + 2]! : members[i] === character)
        return true;
      if (isRange) i += 2;
    }
    return false;
  };
  const matches = (character: string): boolean => inSet(character) !== negated;
  return { step: { kind: 'one', matches }, end };
}

function readPattern(pattern: string): readonly Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === '*') steps.push({ kind: 'many' });
    else if (character === '?') steps.push({ kind: 'one', matches: any });
    else {
      const set = character === '[' ? readSet(pattern, i) : null;
      if (set !== null) {
        steps.push(set.step);
        i = set.end;
      } else {
        const literal = character === '\\' && i + 1 < pattern.length ? pattern[++i]! : character;
        steps.push({ kind: 'one', matches: (other) => other === literal });
      }
    }
  }
  return steps;
}

/** Ends of the parts of `text` that start at `start` and match, by a walk over the states of the pattern. */
function endsFrom(text: string, start: number, steps: readonly Step[]): number[] {
  let states = new Set<number>();
  const enter = (into: Set<number>, state: number) => {
    into.add(state);
    for (let next = state; steps[next]?.kind === 'many'; next++) into.add(next + 1);
  };
  enter(states, 0);
  const ends: number[] = [];
  for (let at = start; ; at++) {
    if (states.has(steps.length)) ends.push(at);
    const character = text[at];
    if (character === undefined || states.size === 0) return ends;
    const next = new Set<number>();
    for (const state of states) {
      const step = steps[state];
      if (step?.kind === 'many') enter(next, state);
      else if (step?.matches(character)) enter(next, state + 1);
    }
    states = next;
  }
}

const isShort = (text: string, pattern: string): boolean => text.length * pattern.length <= MAX_LENGTH;

/** `${X#pattern}` and its kin: what is left of the text; `null` when it is too long to be looked at. */
export function removeMatch(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string | null {
  if (!isShort(text, pattern)) return null;
  const steps = readPattern(pattern);
  if (operator.startsWith('#')) {
    const ends = endsFrom(text, 0, steps);
    const end = operator === '##' ? ends.at(-1) : ends[0];
    return end === undefined ? text : text.slice(end);
  }
  const starts = Array.from({ length: text.length + 1 }, (_, start) => start);
  const matching = starts.filter((start) => endsFrom(text, start, steps).at(-1) === text.length);
  const start = operator === '%%' ? matching[0] : matching.at(-1);
  return start === undefined ? text : text.slice(0, start);
}

/** `${X/pattern/replacement}`: the longest match at the first place, every place, the start or the end. */
export function replaceMatch(
  text: string,
  pattern: string,
  replacement: string,
  operator: '/' | '//' | '/#' | '/%',
): string | null {
  if (pattern === '') return operator === '/' || operator === '//' ? text : null;
  if (!isShort(text, pattern)) return null;
  const steps = readPattern(pattern);
  let result = '';
  let at = 0;
  while (at <= text.length) {
    const ends = endsFrom(text, at, steps);
    const end = operator === '/%' ? ends.find((place) => place === text.length) : ends.at(-1);
    if (end !== undefined && (end > at || operator === '/%')) {
      result += replacement;
      at = end;
      if (operator !== '//') break;
    } else if (operator === '/#') break;
    else result += text[at++] ?? '';
    if (at >= text.length) break;
  }
  return result + text.slice(at);
}
