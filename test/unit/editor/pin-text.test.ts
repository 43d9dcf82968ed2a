import { describe, expect, test } from 'vitest';
import { pinIn } from '../../../src/apply/pin-text';
import { read } from '../../../src/config/read';

const file = 'train.moe.yaml';

/** The file with the pin, the value in brackets. */
function pinned(text: string, name: string, value: string | number | boolean): string {
  const pin = pinIn(file, text, name, value)!;
  const after = text.slice(0, pin.range.start) + pin.newText + text.slice(pin.range.end);
  const { start, end } = pin.value;
  return `${after.slice(0, start)}[${after.slice(start, end)}]${after.slice(end)}`;
}

describe('pinning a field in a scenario file', () => {
  test('goes behind the last key of its section', () => {
    const text = 'job: train.sh\nlayout:\n  ep: 8 # why\n\n# machines\ncluster:\n    nodes: 4\n';
    expect(pinned(text, 'layout.tp', 2)).toBe(
      'job: train.sh\nlayout:\n  ep: 8 # why\n  tp: [2]\n\n# machines\ncluster:\n    nodes: 4\n',
    );
    expect(pinned(text, 'cluster.accelerator', 'h200-sxm')).toBe(
      'job: train.sh\nlayout:\n  ep: 8 # why\n\n# machines\ncluster:\n    nodes: 4\n    accelerator: [h200-sxm]\n',
    );
  });
  test('takes the place of the comment that says what was assumed', () => {
    const text =
      'job: train.sh\n\n# Assumed so far:\n# routing.sigma: 0.187  # as in training\n# workload.mode: train\n';
    expect(pinned(text, 'routing.sigma', 0.5)).toBe(
      'job: train.sh\n\n# Assumed so far:\nrouting.sigma: [0.5]  # as in training\n# workload.mode: train\n',
    );
    expect(pinned(text, 'workload.mode', 'train')).toContain('\nworkload.mode: [train]\n');
  });
  test('takes a line of its own where there is no such block', () => {
    expect(pinned('job: train.sh', 'routing.sigma', 0.5)).toBe('job: train.sh\nrouting.sigma: [0.5]\n');
    expect(pinned('layout: { ep: 8 }\n', 'layout.sequenceParallel', true)).toBe(
      'layout: { ep: 8 }\nlayout.sequenceParallel: [true]\n',
    );
    expect(pinned('model: deepseek-ai/DeepSeek-V3\n', 'model.router.groups', 8)).toBe(
      'model: deepseek-ai/DeepSeek-V3\nmodel.router.groups: [8]\n',
    );
  });
  test('finds the one that is there', () => {
    expect(pinned('layout:\n  ep: 8\n', 'layout.ep', 64)).toBe('layout:\n  ep: [8]\n');
  });
  test('replaces the one that is there where that is asked, quotes and all', () => {
    const replaced = (text: string, name: string, value: string | number) => {
      const { range, newText } = pinIn(file, text, name, value, 'replaced')!;
      return text.slice(0, range.start) + newText + text.slice(range.end);
    };
    expect(replaced('model: a/b # why\n', 'model', 'Qwen/Qwen3-30B-A3B')).toBe(
      'model: Qwen/Qwen3-30B-A3B # why\n',
    );
    expect(replaced("model: { config: 'a b' }\n", 'model.config', './config.json')).toBe(
      'model: { config: "./config.json" }\n',
    );
    expect(replaced('model: a\n', 'model', 'of "mine": #1')).toBe('model: "of \\"mine\\": #1"\n');
    expect(replaced('layout:\n  ep: 8\n', 'layout.ep', 64)).toBe('layout:\n  ep: 64\n');
  });
  test('keeps the line ends of the file', () => {
    expect(pinned('layout:\r\n  ep: 8\r\n', 'layout.tp', 2)).toBe('layout:\r\n  ep: 8\r\n  tp: [2]\r\n');
  });
  test('is read as it was written, and breaks nothing', () => {
    const text = 'job: train.sh\nmodel:\n  config: x\n  router:\n    groups: 8\nworkload:\n  mode: "train"\n';
    for (const [name, value] of [
      ['model.topK', 4],
      ['model.router.topkGroups', 2],
      ['workload.recomputeMethod', 'block'],
      ['communication.dispatchDtype', 'fp8'],
    ] as const) {
      const pin = pinIn(file, text, name, value)!;
      const after = text.slice(0, pin.range.start) + pin.newText + text.slice(pin.range.end);
      const document = read({ file, text: after })!;
      expect(document.problems).toEqual([]);
      expect(document.facts.find((fact) => fact.name === name)?.value).toBe(value);
      expect(document.facts).toHaveLength(read({ file, text })!.facts.length + 1);
    }
  });
  test('leaves alone what is no scenario', () => {
    expect(pinIn('notes.yaml', 'layout:\n  ep: 8\n', 'layout.tp', 2)).toBeNull();
  });
});
