import { expect, test } from 'vitest';
import { fields, fieldValue } from '../../../src/scenario/fields';
import { FieldError, parseField } from '../../../src/scenario/fields/parse';
import { resolveScenario } from '../../../src/scenario/resolve';
import { smallModel } from '../facts';

test('values get the type of their field', () => {
  expect(parseField('layout.ep', '64')).toBe(64);
  expect(parseField('routing.sigma', '0.5')).toBe(0.5);
  expect(parseField('layout.sequenceParallel', 'true')).toBe(true);
  expect(parseField('cluster.accelerator', 'mi300x')).toBe('mi300x');
});

test.each([
  ['layout.ep', 'eight', /whole number/],
  ['layout.ep', '0', /at least 1/],
  ['layout.ep', '', /whole number/],
  ['routing.sigma', '-1', /at least 0/],
  ['routing.sigma', '1000', /the most is 10\./],
  ['model.layers', '1e15', /the most is 10,000/],
  ['cluster.scaleOutGBps', '0', /at least 0.001/],
  ['cluster.accelerator', 'h1000', /one of .*h100-sxm/],
  ['layout.sequenceParallel', 'yes', /true or false/],
  ['ep', '8', /Did you mean layout.ep/],
  ['layout.epp', '8', /Did you mean layout.ep\?/],
  ['cluster.node', '8', /Did you mean cluster.nodes\?/],
  ['epp', '8', /Did you mean layout.ep\?/],
  ['comunication.backend', 'mori', /Did you mean communication.backend\?/],
  ['model.colour', 'red', /no field/],
])('%s=%s is refused with a reason', (name, text, message) => {
  expect(() => parseField(name, text)).toThrow(FieldError);
  expect(() => parseField(name, text)).toThrow(message);
});

test('every field that can be set is in a scenario', () => {
  const { scenario } = resolveScenario({ framework: null, facts: smallModel });
  for (const { name } of fields) expect(fieldValue(scenario!, name), name).not.toBeUndefined();
});

test('a number from a file is held to the same range', () => {
  const { scenario, refusals } = resolveScenario({
    framework: null,
    facts: [{ ...smallModel[0]!, name: 'model.layers', value: 1e9 }, ...smallModel],
  });
  expect(scenario).toBeNull();
  expect(refusals).toEqual([
    {
      reason: 'illegal-value',
      fields: ['model.layers'],
      message: 'model.layers 1,000,000,000 is more than is simulated; the most is 10,000.',
    },
  ]);
});
