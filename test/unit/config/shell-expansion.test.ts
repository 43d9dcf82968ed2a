// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { readShell } from '../../../src/config/syntax/shell';

/** The words after `show` in the last command: text, or the expression in angle brackets. */
function shown(script: string): string[] {
  const words = readShell(script).commands.at(-1)?.words ?? [];
  return words.slice(1).map((word) => word.text ?? `<${word.expression}>`);
}

describe('what is done to a value', () => {
  test.each([
    ['X=run_tp4.sh', '${X%.sh}', 'run_tp4'],
    ['X=a.b.c', '${X%.*}', 'a.b'],
    ['X=a.b.c', '${X%%.*}', 'a'],
    ['X=a/b/c', '${X#*/}', 'b/c'],
    ['X=a/b/c', '${X##*/}', 'c'],
    ['X=gb200', '${X%[0-9]*}', 'gb20'],
    ['X=abc', '${X%z}', 'abc'],
    ['X="a*b"', '${X%"*b"}', 'a'],
    ['X=1,2,4', '${X//,/-}', '1-2-4'],
    ['X=1,2,4', '${X/,/-}', '1-2,4'],
    ['X=Qwen3-30B', '${X/#Qwen/Q}', 'Q3-30B'],
    ['X=Qwen3-30B', '${X/%-30B/}', 'Qwen3'],
    ['X=BF16', '${X,,}', 'bf16'],
    ['X=bf16', '${X^^}', 'BF16'],
    ['X=bf16', '${X^}', 'Bf16'],
    ['X=gb200', '${X:2}', '200'],
    ['X=gb200', '${X:0:2}', 'gb'],
    ['X=gb200', '${X: -3}', '200'],
    ['X=abc', '${#X}', '3'],
    ['X=(a b c)', '${#X[@]}', '3'],
    ['EP=8; NAME=EP', '${!NAME}', '8'],
    ['NAME=EP', '${!NAME:-4}', '4'],
  ])('%s; %s is %s', (assignment, expression, value) => {
    expect(shown(`${assignment}\nshow ${expression}\n`)).toEqual([value]);
  });

  test.each([
    ['[ -n "$FAST" ] && EP=3', '${EP:-8}', '8'],
    ['[ -n "$EP" ] && EP=3', '${EP:-8}', '8'],
    ['if [ "$MODEL" = big ]; then EP=3; fi\n: ${EP:=8}', '$EP', '8'],
    ['[ -n "$FAST" ] && EP=3\n[ -z "$EP" ] && EP=8', '$EP', '8'],
    ['[ -n "$FAST" ] && EP=3\nif [ -z "$EP" ]; then EP=8; fi', '$EP', '8'],
    // Nothing else gives it a value, or the test holds, or a later line assigns it.
    ['[ -n "$FAST" ] && EP=3', '$EP', '3'],
    ['FAST=1\n[ -n "$FAST" ] && EP=3', '${EP:-8}', '3'],
    ['[ -n "$FAST" ] && EP=3\nEP=4', '${EP:-8}', '4'],
  ])('a default stands before what a test that does not hold assigns: %s, %s', (lines, expression, value) => {
    expect(shown(`${lines}\nshow ${expression}\n`)).toEqual([value]);
  });

  test('what is not known stays unknown', () => {
    expect(shown('X=$1\nshow ${X%.sh} ${X,,} ${#X} ${@:2}\n')).toEqual([
      '<${X%.sh}>',
      '<${X,,}>',
      '<${#X}>',
      '<${@:2}>',
    ]);
  });

  test('a value that nothing is done to keeps its place', () => {
    const script = 'PR=bf16\nshow ${PR,,}\n';
    const word = readShell(script).commands[0]!.words[1]!;
    expect(word.via.map(({ range }) => script.slice(range.start, range.end))).toEqual(['bf16']);
  });

  test('a hostile pattern costs linear time', () => {
    const value = 'a'.repeat(200_000);
    const words = shown(`X=${value}\nshow \${X%${'*a'.repeat(2_000)}b} \${X//a*a*a*a*b/}\n`);
    expect(words.map((word) => word.startsWith('<'))).toEqual([true, true]);
  });
});

test.each([
  ['N=4; M=2', '$(($N*$M))', '8'],
  ['N=4; M=2', '$((N-$M))', '2'],
  ['N=4', '$((${N} + 1))', '5'],
  ['N=61', '"([0]*3+[1]*$(($N-3)))"', '([0]*3+[1]*58)'],
  ['N=4', '$(($N-$1))', '<$(($N-$1))>'],
])('%s; %s is %s', (assignment, expression, value) => {
  expect(shown(`${assignment}\nshow ${expression}\n`)).toEqual([value]);
});

test('arithmetic without end is not followed', () => {
  expect(shown(`show $((1${'+1'.repeat(100)}))\n`)).toEqual(['101']);
  expect(shown(`show $((1${'+1'.repeat(100_000)}))\n`)).toEqual([expect.stringMatching(/^<.*>$/)]);
});

test('arithmetic uses the arguments of a function', () => {
  expect(shown('launch() { show $(($1 * 2)); }\nlaunch 4\n')).toEqual(['8']);
});

describe('braces', () => {
  test.each([
    ['{1,2,4}', ['1', '2', '4']],
    ['--f={a,b}c', ['--f=ac', '--f=bc']],
    ['{1..4}', ['1', '2', '3', '4']],
    ['{8..2..3}', ['8', '5', '2']],
    ['{a..c}', ['a', 'b', 'c']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']],
    ['{a:1}', ['{a:1}']],
    ["'{1,2}'", ['{1,2}']],
    ['+key=[a,b]', ['+key=[a,b]']],
  ])('%s is %j', (text, words) => {
    expect(shown(`show ${text}\n`)).toEqual(words);
  });

  test('an assignment keeps them, and what is too many is unknown', () => {
    expect(shown('X={1,2}\nshow "$X" {1..9999999}\n')).toEqual(['{1,2}', '<{1..9999999}>']);
  });

  test('each word stands where its letters do', () => {
    const script = 'show {1,24}\n';
    const words = readShell(script).commands[0]!.words.slice(1);
    expect(words.map(({ range }) => script.slice(range.start, range.end))).toEqual(['1', '24']);
  });
});

describe('options in variables', () => {
  test('overrides stand on their own lines, in whatever variable they travel', () => {
    const script =
      'O="\\\n  model.ep=$EP \\\n  train.gbs=8"\nCMD="run"\nCMD="$CMD $O"\nsrun bash -c "$CMD"\n';
    const words = readShell(script).commands.at(-1)!.words;
    expect(words.slice(1).map(({ range }) => script.slice(range.start, range.end))).toEqual([
      'model.ep=$EP',
      'train.gbs=8',
    ]);
  });

  test('branches that agree on a value leave no doubt, though one more assigns nothing', () => {
    const script = 'if [ $1 = a ]; then G=8; elif [ $1 = b ]; then G=8; fi\nshow $G\n';
    expect(shown(script)).toEqual(['8']);
    expect(shown(script.replace('G=8; fi', 'G=4; fi'))).toEqual(['<$G>']);
  });
});

describe('what a substitution prints', () => {
  const options = 'O="--tp $TP \\\n  --ep 8\n"\n';

  test.each([
    '$(echo $O)',
    '$(echo "$O" | xargs)',
    '$(echo "$O" | tr "\\n" " ")',
    "$(echo -n \"$O\" | tr '\\n' ' ' | sed 's/  \\+/ /g')",
    "$(printf '%s ' $O)",
  ])('%s is the words that it is given', (substitution) => {
    const script = `TP=4\n${options}CMD="show ${substitution} --pp 2"\nbash -c "$CMD"\n`;
    expect(shown(script)).toEqual(['--tp', '4', '--ep', '8', '--pp', '2']);
    const word = readShell(script).commands.at(-1)!.words.at(4)!;
    expect(script.slice(word.range.start, word.range.end)).toBe('8');
  });

  test('new lines that are kept end a command', () => {
    const script = 'O="--tp 4\n  --ep 8"\nCMD="show $(echo "$O")"\nbash -c "$CMD"\n';
    expect(readShell(script).commands[0]!.words.map(({ text }) => text)).toEqual(['show', '--tp', '4']);
  });

  test.each([
    '$(echo "$O" | sed "s/8/4/")',
    '$(echo "$O" | tr 8 4)',
    '$(echo -e "$O")',
    '$(echo "$O" > log)',
    '$(cat "$O")',
    '$(echo 1; echo 2)',
  ])('%s is not known', (substitution) => {
    expect(shown(`${options}show ${substitution}\n`)).toEqual([`<${substitution}>`]);
  });
});
