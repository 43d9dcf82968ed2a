import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadsOf, placementOf } from '../../../../src/config/artefacts';
import { LineSplitter } from '../../../../src/config/artefacts/line-splitter';
import { bytesOf, textOf } from '../../../../src/config/artefacts/utf8';
import { mustRead } from './reading';

const decoder = new TextDecoder();

/** The lines of chunks as text, `…` for one that is too long, `|` behind one that breaks off. */
function linesOf(chunks: readonly Uint8Array[], maxBytes?: number): string[] {
  const lines: string[] = [];
  const sink = {
    line: (bytes: Uint8Array, number: number, isCut: boolean) => {
      lines.push(`${number} ${decoder.decode(bytes)}${isCut ? '|' : ''}`);
    },
    tooLong: (number: number) => {
      lines.push(`${number} …`);
    },
  };
  const splitter = new LineSplitter(sink, maxBytes);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('lines', () => {
  test('end at newlines, with or without a return, and at the end of the file', () => {
    expect(linesOf([bytesOf('a\r\n\nb\nc')])).toEqual(['1 a', '2 ', '3 b', '4 c|']);
    expect(linesOf([bytesOf('a\n')])).toEqual(['1 a']);
    expect(linesOf([])).toEqual([]);
  });

  test('that are too long are not held, and the next ones are read', () => {
    const chunks = ['abc', 'defgh', 'ijk\nlm\n', 'nopqrstuv'].map(bytesOf);
    expect(linesOf(chunks, 6)).toEqual(['1 …', '2 lm', '3 …']);
  });

  test('property: do not depend on where chunks end', () => {
    const part = fc.constantFrom('a', 'bc', '\n', '\r\n', 'é', '\uFEFF', '\r');
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(40)), (parts, cuts) => {
        const bytes = bytesOf(parts.join(''));
        const ends = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const chunks = ends.slice(1).map((end, i) => bytes.slice(ends[i], end));
        expect(linesOf(chunks)).toEqual(linesOf([bytes]));
      }),
    );
  });
});

describe('UTF-8', () => {
  test('property: text goes to bytes and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...bytesOf(text)]).toEqual([...new TextEncoder().encode(text)]);
        expect(textOf(bytesOf(text))).toBe(text);
      }),
    );
    const long = 'é😀a'.repeat(5_000);
    expect(textOf(bytesOf(long))).toBe(long);
    expect(bytesOf('\ud83d!')).toEqual(new TextEncoder().encode('\ud83d!'));
  });

  test('property: bytes that are none become replacement characters', () => {
    const shapes = fc.constantFrom(
      0x00,
      0x41,
      0x80,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xe0,
      0xe1,
      0xed,
      0xf0,
      0xf4,
      0xf5,
      0xfa,
      0xff,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(shapes).map((list) => Uint8Array.from(list)),
        ),
        (bytes) => {
          expect(textOf(bytes).replace(/\ufffd+/g, '?')).toBe(
            new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\ufffd+/g, '?'),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('what is written is what is read', () => {
  const spaces = fc.constantFrom(0, 1, 2);

  test('property: a placement with every expert in every layer', () => {
    const layer = (experts: number, redundant: number) =>
      fc
        .array(fc.nat(experts - 1), { minLength: redundant, maxLength: redundant })
        .chain((more) =>
          fc.shuffledSubarray([...Array(experts).keys(), ...more], { minLength: experts + redundant }),
        );
    const placement = fc
      .tuple(fc.integer({ min: 2, max: 12 }), fc.nat(4))
      .chain(([experts, redundant]) => fc.array(layer(experts, redundant), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(placement, spaces, (rows, indent) => {
        const artefact = mustRead(JSON.stringify({ physical_to_logical_map: rows }, null, indent));
        expect(placementOf(artefact)).toEqual(rows);
        expect(artefact.problems).toEqual([]);
      }),
    );
  });

  test('property: loads, as JSON and as both kinds of tables', () => {
    const loads = fc.integer({ min: 2, max: 9 }).chain((experts) =>
      fc.array(fc.array(fc.nat(1e12), { minLength: experts, maxLength: experts }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(loads, spaces, (rows, indent) => {
        expect(loadsOf(mustRead(JSON.stringify({ logical_count: rows }, null, indent)))).toEqual(rows);
        const wide = rows.map((row, layer) => [layer, ...row].join(','));
        const header = `layer,${rows[0]!.map((_, e) => `expert_${e}`).join(',')}`;
        expect(loadsOf(mustRead([header, ...wide].join('\n'), 'a.csv'))).toEqual(rows);
        const long = rows.flatMap((row, layer) => row.map((count, e) => `${e};${count};${layer}`));
        expect(loadsOf(mustRead(['expert;tokens;layer', ...long].join('\n'), 'a.csv'))).toEqual(rows);
      }),
    );
  });
});
