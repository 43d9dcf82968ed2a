import { describe, expect, it } from 'vitest';
import {
  at,
  commandText,
  membersOf,
  parseYaml,
  type YamlNode,
  type YamlScalar,
} from '../../../src/config/syntax/yaml';

function scalarAt(text: string, ...path: readonly (string | number)[]): YamlScalar {
  const node = at(parseYaml(text).documents[0], ...path);
  if (node?.kind !== 'scalar') throw new Error(`no scalar at ${path.join('.')}`);
  return node;
}

const sourceOf = (text: string, node: YamlNode | undefined) =>
  node === undefined ? undefined : text.slice(node.range.start, node.range.end);

describe('parseYaml', () => {
  it('types scalars as Python does and keeps their text', () => {
    const text = 'a: 8\nb: 1e-4\nc: yes\nd: ~\ne: "8"\nf: 1_000\ng: 0x10\nh: 012\ni: !!str 8\nj:\n';
    const values = membersOf(parseYaml(text).documents[0]).map(
      (member) => (member.value as YamlScalar).value,
    );
    expect(values).toEqual([8, 1e-4, true, null, '8', 1000, 16, '012', '8', null]);
    expect(scalarAt(text, 'b').text).toBe('1e-4');
  });

  it('gives ranges without quotes', () => {
    const text = `"k e y": 'it''s'\nlist: [1, {ep: "4"}]\n`;
    const [member] = membersOf(parseYaml(text).documents[0]);
    expect(text.slice(member!.keyRange.start, member!.keyRange.end)).toBe('k e y');
    expect(text.slice(member!.valueRange.start, member!.valueRange.end)).toBe("it''s");
    expect((member!.value as YamlScalar).text).toBe("it's");
    expect(sourceOf(text, at(parseYaml(text).documents[0], 'list', 1, 'ep'))).toBe('4');
    expect(at(parseYaml(text).documents[0], 'list', 'ep')).toBeUndefined();
  });

  it('reads several documents', () => {
    const { documents, problems } = parseYaml('a: 1\n---\n---\nb: 2\n...\n# end\n');
    expect(problems).toEqual([]);
    expect(documents.flatMap((document) => membersOf(document).map((member) => member.key))).toEqual([
      'a',
      'b',
    ]);
  });

  it('follows aliases and merge keys to the text of the anchor', () => {
    const text =
      'base: &base\n  tp: 2\n  ep: 8\nother: &o {pp: 3, tp: 5}\njob:\n  <<: [*base, *o]\n  ep: 16\nsame: *base\n';
    const [document] = parseYaml(text).documents;
    expect(
      membersOf(at(document, 'job')).map((member) => [member.key, (member.value as YamlScalar).value]),
    ).toEqual([
      ['ep', 16],
      ['tp', 2],
      ['pp', 3],
    ]);
    expect(at(document, 'job', 'tp')!.range.start).toBe(text.indexOf('2'));
    expect(at(document, 'same', 'ep')!.range.start).toBe(text.indexOf('8'));
  });

  it('survives anchors that contain or multiply themselves', () => {
    expect(parseYaml('a: &a [*a, 1]\n').documents).toHaveLength(1);
    const bomb = Array.from(
      { length: 40 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    );
    const { problems } = parseYaml(`a0: &a0 [1, 2]\n${bomb.join('\n')}\n`);
    expect(problems.some((problem) => problem.message.includes('too much'))).toBe(true);
    expect(parseYaml('['.repeat(50_000)).documents.length).toBeLessThanOrEqual(1);
    expect(parseYaml(`a: ${'x'.repeat(600_000)}`).problems).toHaveLength(1);
  });

  it('says what is wrong and keeps the rest', () => {
    const text = 'a: 1\nb: [1, 2\nc: 3\na: 4\n';
    const { documents, problems } = parseYaml(text);
    expect(problems.map((problem) => problem.severity)).toContain('error');
    expect((at(documents[0], 'a') as YamlScalar).value).toBe(4);
    expect(parseYaml('ep: 8\ntp:\npp: "2\n').problems.length).toBeGreaterThan(0);
    expect(scalarAt('ep: 8\ntp:\n', 'tp')).toMatchObject({
      value: null,
      source: '',
      range: { start: 9, end: 9 },
    });
  });

  it('reads around Helm and Jinja templates', () => {
    const text = [
      '{{- if .Values.ep }}',
      'ep: {{ .Values.ep | default "8" }}',
      '{{- end }}{{/* two on a line */}}',
      'tp: "{{ .Values.tp }}"',
      'name: model-{{ .x }}-b',
      '{%- for x in y %}',
      'pp: 2',
      '{%- endfor %}',
      '',
    ].join('\n');
    const { documents, problems } = parseYaml(text);
    expect(problems).toEqual([]);
    expect(at(documents[0], 'ep')).toMatchObject({ value: null, templated: true });
    expect(sourceOf(text, at(documents[0], 'ep'))).toBe('{{ .Values.ep | default "8" }}');
    expect(sourceOf(text, at(documents[0], 'name'))).toBe('model-{{ .x }}-b');
    expect(at(documents[0], 'pp')).toMatchObject({ value: 2, templated: false });
    expect(parseYaml('a: "{{ \'😀\' }}"\nb: 2\n').readable).toHaveLength(21);
  });

  it.each([
    '',
    '\n',
    '# only\n',
    '\t',
    '- ',
    '? ',
    ':',
    '&',
    '*x',
    '%YAML',
    '{{',
    '{% if',
    '!!binary x',
    '"',
    '|',
    '|9',
  ])('does not throw on %j', (text) => {
    expect(() => parseYaml(text).documents.map((node) => at(node, 0, 'x'))).not.toThrow();
  });

  it('gives every prefix of a file back without throwing', () => {
    const text = 'a: &x {b: [1, "2"]}\nc: |\n  one\n   two\nd: >-\n  three\n\n  four\ne: *x\n<<: *x\n';
    for (let end = 0; end <= text.length; end++) {
      const { documents } = parseYaml(text.slice(0, end));
      for (const member of documents.flatMap(membersOf))
        expect(member.valueRange.end).toBeLessThanOrEqual(end);
    }
  });
});

describe('commandText', () => {
  /** Every word of the text must be found where `toFile` says that it stands. */
  function check(text: string, ...path: readonly (string | number)[]): string {
    const file = parseYaml(text);
    const scalar = at(file.documents[0], ...path) as YamlScalar;
    const command = commandText(file, scalar);
    for (const word of command.text.matchAll(/\S+/g)) {
      const end = word.index + word[0].length;
      expect(text.slice(command.toFile(word.index), command.toFile(end))).toBe(word[0]);
    }
    return command.text;
  }

  it('maps literal and folded blocks, whatever their indentation', () => {
    const body = [
      '',
      '    vllm serve m \\',
      '      --tp 8',
      '',
      '    # note',
      '    --ep  ${EP:-2}',
      '',
      '',
    ].join('\n');
    expect(check(`args:\n  run: |${body}`, 'args', 'run')).toContain('vllm serve m \\\n  --tp 8');
    expect(check(`args:\n  run: >-${body}`, 'args', 'run')).toContain('--ep  ${EP:-2}');
    expect(check(`args:\n  run: |2+ # why\n${body}`, 'args', 'run')).toContain('--tp 8');
    expect(check(`args:\r\n  run: |${body.replaceAll('\n', '\r\n')}`, 'args', 'run')).toContain('--tp 8');
  });

  it('maps plain and quoted text over several lines', () => {
    expect(check('run: torchrun t.py\n  --tp 8\n\n  --ep 4\n', 'run')).toBe('torchrun t.py --tp 8\n--ep 4');
    expect(check('run: "torchrun t.py\n  --tp 8"\n', 'run')).toBe('torchrun t.py --tp 8');
    expect(check("run: 'a --tp 8'\n", 'run')).toBe('a --tp 8');
  });

  it('steps over a quote that is written twice, and gives up inside escapes', () => {
    const text = "run: 'it''s --tp 8'\n";
    const file = parseYaml(text);
    const command = commandText(file, at(file.documents[0], 'run') as YamlScalar);
    expect(command.toFile(command.text.indexOf('8'))).toBe(text.indexOf('8'));
    const escaped = 'run: "a\\n--tp 8"\n';
    const second = parseYaml(escaped);
    const scalar = at(second.documents[0], 'run') as YamlScalar;
    expect(commandText(second, scalar).toFile(3)).toBe(scalar.range.start);
    expect(commandText(second, scalar).toFile(99)).toBe(scalar.range.end);
  });

  it('keeps templates as variables that nobody sets', () => {
    const text = 'run: |\n  {{- if .x }}\n  serve --tp {{ .tp }} --ep 8\n  {{- end }}\n';
    const file = parseYaml(text);
    const command = commandText(file, at(file.documents[0], 'run') as YamlScalar);
    expect(command.text).toMatch(/^#x+\nserve --tp \$x+ --ep 8\n#x+\n$/);
    expect(command.toFile(command.text.indexOf('8'))).toBe(text.indexOf('8'));
  });
});
