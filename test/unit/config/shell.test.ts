// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text.
import { describe, expect, test } from 'vitest';
import { readShell, type ShellWord } from '../../../src/config/syntax/shell';

/** The words of all commands: text, or the expression in angle brackets. */
function texts(script: string): string[][] {
  return readShell(script).commands.map((command) =>
    command.words.map((word) => word.text ?? `<${word.expression}>`),
  );
}

function wordAfter(script: string, flag: string): ShellWord {
  for (const command of readShell(script).commands) {
    const index = command.words.findIndex((word) => word.text === flag);
    if (index !== -1) return command.words[index + 1]!;
  }
  throw new Error(`${flag} is not in the script`);
}

function slice(script: string, word: ShellWord): string {
  return script.slice(word.range.start, word.range.end);
}

function via(script: string, word: ShellWord): string[] {
  return word.via.map((step) => `${step.variable}: ${script.slice(step.range.start, step.range.end)}`);
}

describe('values', () => {
  test('a literal has its own range, without quotes', () => {
    const script = 'run --ep "8" --name \'a b\'\n';
    expect(wordAfter(script, '--ep')).toMatchObject({
      text: '8',
      state: 'literal',
      range: { start: 10, end: 11 },
    });
    expect(slice(script, wordAfter(script, '--name'))).toBe('a b');
  });

  test('a variable leads to the literal at its assignment', () => {
    const script = 'export EP=8\nrun --ep ${EP}\n';
    const word = wordAfter(script, '--ep');
    expect(word).toMatchObject({ text: '8', state: 'constant' });
    expect(slice(script, word)).toBe('${EP}');
    expect(via(script, word)).toEqual(['EP: 8']);
  });

  test('a chain of variables is followed to its end', () => {
    const script = 'N=16\nEP=$N\nrun --ep "$EP"\n';
    expect(via(script, wordAfter(script, '--ep'))).toEqual(['EP: $N', 'N: 16']);
  });

  test('a default speaks for what is not set, and its own text can be edited', () => {
    const script = 'TP=${TP:-"2"}\nPP=${5-4}\nrun --tp $TP --pp $PP --cp ${CP:-1}\n';
    expect(wordAfter(script, '--tp')).toMatchObject({ text: '2', state: 'constant' });
    expect(via(script, wordAfter(script, '--tp')).at(-1)).toBe('TP: 2');
    expect(via(script, wordAfter(script, '--pp')).at(-1)).toBe('5: 4');
    expect(via(script, wordAfter(script, '--cp'))).toEqual(['CP: 1']);
  });

  test('a value that is set wins over the default', () => {
    expect(wordAfter('TP=4\nrun --tp ${TP:-2}\n', '--tp').text).toBe('4');
    expect(wordAfter('TP=\nrun --tp ${TP:-2}\n', '--tp').text).toBe('2');
  });

  test('`[ -z "$X" ]` and `:=` give defaults too', () => {
    expect(wordAfter('if [ -z "$EP" ]; then EP=8; fi\nrun --ep $EP', '--ep').text).toBe('8');
    expect(wordAfter('[ -z $EP ] && EP=8\nrun --ep $EP', '--ep').text).toBe('8');
    expect(wordAfter('[[ -n $EP ]] || EP=8\nrun --ep $EP', '--ep').text).toBe('8');
    expect(wordAfter(': "${EP:=8}"\nrun --ep $EP', '--ep').text).toBe('8');
    expect(wordAfter('EP=4\nif [ -z "$EP" ]; then EP=8; fi\nrun --ep $EP', '--ep').text).toBe('4');
  });

  test.each([
    '$1',
    '${14}',
    '$(nproc)',
    '`nproc`',
    '$EP',
    '${EP%x}',
    '$((EP * 2))',
    '${#EP}',
    '$(( 1 / 0 ))',
  ])('%s stays unresolved', (expression) => {
    const script = `run --ep ${expression}\n`;
    const word = wordAfter(script, '--ep');
    expect(word).toMatchObject({ text: null, state: 'unresolved', expression });
    expect(slice(script, word)).toBe(expression);
  });

  test('an unresolved value names its root', () => {
    const script = 'EP=${14}\nrun --ep $EP\n';
    const word = wordAfter(script, '--ep');
    expect(word).toMatchObject({ text: null, expression: '${14}' });
    expect(via(script, word)).toEqual(['EP: ${14}']);
  });

  test('arithmetic is computed when all of it is known', () => {
    const script = 'A=4; B=2\nrun --x $((A*B)) --y $(( (${A} + 1) % 3 )) --z $((A > 3 ? 8 : 1))\n';
    expect(texts(script).at(-1)).toEqual(['run', '--x', '8', '--y', '2', '--z', '8']);
    expect(wordAfter(script, '--x')).toMatchObject({ state: 'constant', via: [] });
  });

  test('a variable that names itself ends', () => {
    expect(wordAfter('A=$B\nB=$A\nA=$B\nrun --x $A\n', '--x').state).toBe('unresolved');
    const doubling = `A=12345678\n${'A=$A$A\n'.repeat(60)}run --x $A\n`;
    expect(wordAfter(doubling, '--x').state).toBe('unresolved');
  });
});

describe('words that hold several', () => {
  test('arrays, with appending, comments and continuations', () => {
    const script = [
      'ARGS=(',
      '  --num-experts 8 # of them',
      '  --moe-router-topk 2 \\',
      ')',
      'ARGS+=(--bf16 --seq-length "4096")',
      'torchrun "${ARGS[@]}" train.py ${ARGS[*]:0}',
    ].join('\n');
    const words = texts(script)[0]!;
    expect(words.slice(0, 9)).toEqual([
      'torchrun',
      '--num-experts',
      '8',
      '--moe-router-topk',
      '2',
      '--bf16',
      '--seq-length',
      '4096',
      'train.py',
    ]);
    const experts = wordAfter(script, '--num-experts');
    expect(experts).toMatchObject({
      state: 'literal',
      range: { start: script.indexOf('8'), end: script.indexOf('8') + 1 },
    });
  });

  test('a string of options is split, every word at its own place', () => {
    const script = 'OPTS=" \\\n   --ep 8 \\\n   --tp ${TP}"\nTP=2\nrun $OPTS --last 1\n';
    const ep = wordAfter(script, '--ep');
    expect(ep).toMatchObject({ text: '8', state: 'literal' });
    expect(script.slice(ep.range.start - 5, ep.range.end)).toBe('--ep 8');
    // TP was not set when the string was made.
    expect(wordAfter(script, '--tp')).toMatchObject({ text: null, expression: '${TP}' });
    expect(wordAfter(script, '--last').text).toBe('1');
  });

  test('quoted, the same string is one word', () => {
    expect(texts('OPTS="--a 1"\nrun "$OPTS"\n').at(-1)).toEqual(['run', '--a 1']);
  });

  test('option strings grow', () => {
    const script = 'P="--a 1"\nP="${P} --b 2"\nP+=" --c 3"\nrun $P\n';
    expect(texts(script).at(-1)).toEqual(['run', '--a', '1', '--b', '2', '--c', '3']);
    expect(slice(script, wordAfter(script, '--b'))).toBe('2');
  });

  test('eval takes backslashes out of what it runs', () => {
    const script = String.raw`LAYOUT='Et\|\(tt\|\)*2L'
CMD="run --layout $LAYOUT --note \"a \\\"b\\\"\" --after 8"
eval $CMD
`;
    expect(texts(script)).toEqual([['run', '--layout', 'Et|(tt|)*2L', '--note', 'a "b"', '--after', '8']]);
    expect(texts('CMD=\'run --a 1 \\\n  --b 2\'\neval "$CMD"\n')).toEqual([['run', '--a', '1', '--b', '2']]);
  });

  test('eval takes quotes out of what it runs', () => {
    const script = `OPTS="--freq '([0]*3 + [1]*58)'"\nCMD="torchrun \${OPTS}\n --ep 8"\necho $CMD\neval $CMD\n`;
    expect(texts(script)).toEqual([['torchrun', '--freq', '([0]*3 + [1]*58)', '--ep', '8']]);
  });

  test('bash -c and here-documents are scripts of their own', () => {
    expect(texts('srun bash -c "cd /x && torchrun --ep $EP"\n')).toEqual([
      ['cd', '/x'],
      ['torchrun', '--ep', '<$EP>'],
    ]);
    const script = 'EP=4\nsbatch <<EOF\n#SBATCH -N 2\nsrun train --ep $EP\nEOF\n';
    expect(texts(script).at(-1)).toEqual(['srun', 'train', '--ep', '4']);
    expect(texts('python - <<PY\nvllm serve x\nPY\n')).toEqual([['python', '-']]);
  });
});

describe('branches', () => {
  test('two values leave a variable open, until it is assigned for certain', () => {
    const script = 'if [ $1 = a ]; then EP=8; else EP=16; fi\nrun --ep $EP\nEP=4\nrun --late $EP\n';
    expect(wordAfter(script, '--ep')).toMatchObject({ text: null, expression: '$EP: 8 or 16' });
    expect(wordAfter(script, '--late').text).toBe('4');
  });

  test('the same value in all branches is known', () => {
    expect(wordAfter('case $1 in a) EP=8;; *) EP=8;; esac\nrun --ep $EP', '--ep').text).toBe('8');
  });

  test.each([
    ['a variable that nobody sets', '[ "$BIG" = 1 ] && EP=16'],
    ['a flag that is off', 'BIG=0; if [ $BIG -eq 1 ]; then EP=16; fi'],
    ['a flag that is not there', 'if [[ -n $DEBUG && $NODES -gt 1 ]]; then EP=16; fi'],
    ['an argument', 'if [ "$1" = big ]; then EP=16; fi'],
    [
      'a choice with a default',
      'SIZE=${SIZE:-small}; case $SIZE in big) EP=16;; small) EP=8;; *) exit 1;; esac',
    ],
    [
      'the first test that holds',
      'S=m; if [ $S = l ]; then EP=64; elif [ $S = m ]; then EP=8; else EP=1; fi',
    ],
    ['one of two', 'PP=2; [ "$PP" -gt 1 ] && EP=8 || EP=1'],
    ['a denial', 'if [[ ! "$MODE" == big ]]; then EP=8; else EP=16; fi'],
    [
      'an accelerator that is not simulated',
      'D=${D:-$(python3 -c "import torch_npu" 2>/dev/null && echo npu || echo gpu)}; case "$D" in npu) EP=16;; gpu) X=1;; *) exit 1;; esac',
    ],
    ['getopts', 'while getopts "e:" o; do case $o in e) EP=$OPTARG;; esac; done'],
  ])('what runs unless somebody opts for another counts: %s', (_, script) => {
    expect(wordAfter(`EP=8\n${script}\nrun --ep $EP`, '--ep')).toMatchObject({
      text: '8',
      state: 'constant',
    });
  });

  test.each([
    ['an argument with no value before', 'if [ "$1" = big ]; then EP=16; else EP=4; fi'],
    ['what a scheduler sets', 'if [ "$SLURM_NNODES" = 2 ]; then EP=16; fi'],
    ['what a command prints', 'G=$(nvidia-smi -L | wc -l); if [ $G -gt 8 ]; then EP=16; fi'],
    ['a choice that ends where nothing is chosen', 'case $M in a) EP=16;; b) EP=4;; *) exit 1;; esac'],
    ['a pattern', 'M=${M:-v3}; if [[ $M == v* ]]; then EP=16; fi'],
  ])('what cannot be decided leaves both open: %s', (_, script) => {
    expect(wordAfter(`EP=8\n${script}\nrun --ep $EP`, '--ep').text).toBeNull();
  });

  test('options that are opted for stay, with their test', () => {
    const word = wordAfter(
      'A=(--ep 8)\nif [ "$FP8" = 1 ]; then A+=(--fp8 hybrid); fi\nrun "${A[@]}"',
      '--fp8',
    );
    expect(word).toMatchObject({ text: 'hybrid', conditions: [{ text: '[ "$FP8" = 1 ]' }] });
  });

  test('an earlier value and a changed one are two', () => {
    expect(wordAfter('EP=8\nif [ $(date +%H) = 1 ]; then EP=16; fi\nrun --ep $EP', '--ep').state).toBe(
      'unresolved',
    );
    expect(wordAfter('EP=8\nwhile read l; do EP=16; done\nrun --ep $EP', '--ep').state).toBe('unresolved');
  });

  test('a branch that ends the script does not count', () => {
    expect(wordAfter('EP=8\nif [ $# -lt 1 ]; then EP=0; exit 1; fi\nrun --ep $EP', '--ep').text).toBe('8');
  });

  test('commands in branches and functions are seen', () => {
    const script = 'run() { train --ep $EP; }\nif x; then a --p 1; else b --q 2; fi\nEP=4\nrun\n';
    expect(texts(script)).toEqual([['x'], ['a', '--p', '1'], ['b', '--q', '2'], ['train', '--ep', '4']]);
    expect(texts('never() { train --ep 2; }\n')).toEqual([['train', '--ep', '2']]);
  });

  test('options of one branch say which', () => {
    const script = 'if [ $SP = true ]; then sp=" --sequence-parallel"; else sp=""; fi\nrun $sp --ep 8\n';
    const words = readShell(script).commands.at(-1)!.words;
    expect(words.map((word) => word.text)).toEqual(['run', '--sequence-parallel', '--ep', '8']);
    expect(words[1]!.conditions).toMatchObject([{ text: '[ $SP = true ]', branch: 0, branches: 2 }]);
    expect(words[2]!.conditions).toEqual([]);
  });

  test('a loop over several values leaves its variable open, over one it does not', () => {
    expect(wordAfter('for EP in 8 16; do run --ep $EP; done', '--ep').state).toBe('unresolved');
    expect(wordAfter('for EP in 8; do run --ep $EP; done', '--ep').text).toBe('8');
    expect(wordAfter('EP=8\nfor i in 1 2; do run --ep $EP; EP=16; done', '--ep').state).toBe('unresolved');
    expect(texts('A=(--x 1)\nfor i in 1 2; do A+=(--k $i); done\nrun "${A[@]}"').at(-1)).toEqual([
      'run',
      '--x',
      '1',
      '--k',
      '<$i>',
    ]);
  });

  test('what a caller may pass replaces the default that the script sets', () => {
    const loop =
      'EP=8\nwhile [[ $# -gt 0 ]]; do case $1 in --ep) EP="$2"; shift 2;; --ep=*) EP="${1#*=}";; esac; done\n';
    expect(wordAfter(`${loop}run --ep $EP`, '--ep')).toMatchObject({ text: '8', state: 'constant' });
    expect(wordAfter('EP=8\nif [ -n "$1" ]; then EP=$1; fi\nrun --ep $EP', '--ep').text).toBe('8');
    expect(wordAfter('EP=8\nif [ -n "$(q)" ]; then EP=$(nproc); fi\nrun --ep $EP', '--ep').text).toBeNull();
  });

  test('functions get their arguments', () => {
    const script =
      'run() { local ep=${2:-1}; train "$1" --ep $ep --tp ${3:-4} "${@:9}"; shift; all "$@"; }\nrun model 8\n';
    expect(texts(script)).toEqual([
      ['train', 'model', '--ep', '8', '--tp', '4', '<${@:9}>'],
      ['all', '8'],
    ]);
    expect(texts('run() { train $1 $EP; }\nEP=2 run $X y\necho $EP\n')).toEqual([['train', '<$1>', '2']]);
  });

  test('what is assigned in a subshell or a pipe is lost', () => {
    expect(wordAfter('EP=8\n(EP=16)\necho x | { EP=32; }\nrun --ep $EP', '--ep').text).toBe('8');
  });
});

describe('commands put together', () => {
  test('alternatives of an array keep their words when a string joins them', () => {
    const script = [
      'if [ "$1" = a ]; then A=(--x 1 --y 2); else A=(--x 3); fi',
      'CMD="run ${A[@]} --z 4"',
      'eval $CMD',
    ].join('\n');
    const words = readShell(script).commands.at(-1)!.words;
    expect(words.map((word) => [word.text, word.conditions.length])).toEqual([
      ['run', 0],
      ['--x', 1],
      ['1', 1],
      ['--y', 1],
      ['2', 1],
      ['--x', 1],
      ['3', 1],
      ['--z', 0],
      ['4', 0],
    ]);
  });

  test('redirections are no words of a command in a string', () => {
    expect(texts('C="run --x 1 2>&1 | tee log"\neval $C\n')).toEqual([
      ['run', '--x', '1'],
      ['tee', 'log'],
    ]);
    expect(texts('eval "run --x &> log; next > out"\n')).toEqual([['run', '--x'], ['next']]);
  });

  test('printf -v sets a variable to what is not known', () => {
    expect(wordAfter('X=1\nprintf -v X %s $Y\nrun --x $X\n', '--x').state).toBe('unresolved');
  });
});

describe('half-typed text', () => {
  test('an open quote costs its own line only', () => {
    const script = 'EP="8\nTP="4"\ntorchrun --ep $EP --tp $TP\nNAME="x"\n';
    expect(texts(script).at(-1)).toEqual(['torchrun', '--ep', '<$EP>', '--tp', '4']);
    expect(readShell(script).problems).toMatchObject([{ severity: 'error', range: { start: 3 } }]);
  });

  test('open brackets and expansions inside a command', () => {
    const script = 'torchrun a.py \\\n  --num-experts "12 \\\n  --bf16 --tp ${TP \\\n  --pp 3\n';
    const words = readShell(script).commands[0]!.words;
    expect(words.find((word) => slice(script, word) === '12')?.text).toBeNull();
    expect(wordAfter(script, '--pp')).toMatchObject({ text: '3', state: 'literal' });
    for (const word of words) if (word.state === 'literal') expect(slice(script, word)).toBe(word.text);
  });

  test('an array that is not closed ends at the next statement', () => {
    const script = 'A=(\n  --x 8\n\nB=(\n  --y 2\n)\nrun "${A[@]}" "${B[@]}"\n';
    expect(texts(script)).toEqual([['run', '--x', '8', '--y', '2']]);
    expect(readShell(script).problems).toHaveLength(1);
  });

  test('a missing fi, done or ]] leaves the rest readable', () => {
    expect(texts('if [ a ]; then\n run --ep 8\n').at(-1)).toEqual(['run', '--ep', '8']);
    expect(texts('[[ -n $A && ]]\nrun --ep 8\n').at(-1)).toEqual(['run', '--ep', '8']);
  });

  test('every prefix of a script can be read', () => {
    const script =
      'A=(--x "8" ${Y:-1})\nif [ -z "$Z" ]; then Z=$((1 + 2)); fi\nrun ${A[@]} --z \'$Z\' <<EOF\nq\nEOF\n';
    for (let end = 0; end <= script.length; end++) {
      const prefix = script.slice(0, end);
      for (const command of readShell(prefix).commands) {
        for (const word of command.words) {
          expect(word.range.end).toBeLessThanOrEqual(prefix.length);
          if (word.state === 'literal') expect(slice(prefix, word)).toBe(word.text);
        }
      }
    }
  });
});

describe('lines that do not mean what they look like', () => {
  test('a space after the backslash', () => {
    const script = 'run --ep 8 \\ \n  --tp 2\n';
    expect(readShell(script).problems).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('does not continue'),
        range: { start: 11, end: 13 },
      },
    ]);
    expect(texts(script)[0]).not.toContain('--tp');
  });

  test('a comment that cuts options off', () => {
    const script = 'run --ep 8 \\\n  # two\n  --tp 2\n';
    expect(readShell(script).problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('not passed'), range: { start: 15, end: 20 } },
    ]);
  });

  test('a comment that cuts overrides off', () => {
    const script = 'run a.ep=8 \\\n  # two\n  +a.b.tp=$TP \\\n  a.pp=2\n';
    expect(readShell(script).problems).toMatchObject([{ range: { start: 15, end: 20 } }]);
  });

  test.each([
    ['run --ep 8\n  --tp 2 \\\n  --pp 2\n', [{ range: { start: 0, end: 10 } }]],
    ['run \\\n  --ep 8\n  --tp 2\n', [{ range: { start: 8, end: 14 } }]],
    ['run --ep 8 \\\n  --tp 2\n', []],
    ['run --ep 8\nX=1 next --tp 2\n', []],
    ['run --ep 8\nargs=(\n  --tp 2\n)\ncase $1 in\n  --tp) T=1 ;;\nesac\n', []],
  ])('a line that misses its backslash: %j', (script, problems) => {
    expect(readShell(script).problems).toMatchObject(problems);
  });

  test('CRLF', () => {
    const script = 'EP=8\r\nrun \\\r\n  --ep $EP \\\r\n  --tp 2\r\n';
    expect(texts(script)).toEqual([['run', '--ep', '8', '--tp', '2']]);
    expect(readShell(script).problems).toMatchObject([{ severity: 'warning', range: { start: 4, end: 5 } }]);
  });
});

test('environment variables that are asked for', () => {
  const script = 'export X=1\nY=2\nX=3 run a\nrun b\n';
  const seen = readShell(script, ['X', 'Y']).commands.map((command) =>
    [...command.environment].map(([name, word]) => [name, word.text]),
  );
  expect(seen).toEqual([[['X', '3']], [['X', '1']]]);
});

test('a script that is too involved ends with a warning', () => {
  const script = `${Array.from({ length: 300 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; f${i + 1}; }`).join('\n')}\nf0\n${'A=$B\n'.repeat(150_000)}`;
  expect(readShell(script).problems.at(-1)?.message).toContain('too involved');
});
