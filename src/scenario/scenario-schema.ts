import { accelerators } from '../catalog/accelerators';
import type { Field } from './fields/field';
import { keysIn, lastPart, presetNames, rangeText, type ScenarioKey } from './scenario-keys';

type Schema = Readonly<Record<string, unknown>>;

const TITLE = 'MoE Scope scenario';

function fieldSchema(field: Field): Schema {
  const { name, label, kind, choices, minimum, maximum, meaning } = field;
  const description = `${label}: ${meaning} (${name}, ${rangeText(field)})`;
  switch (kind) {
    case 'choice':
      return { description, enum: choices, ...choiceNotes(name) };
    case 'integer':
    case 'number':
      return {
        description,
        type: kind,
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
    default:
      return { description, type: kind === 'boolean' ? 'boolean' : 'string' };
  }
}

/** Shown beside each choice by editors that know this extension of JSON schema. */
function choiceNotes(name: string): Schema {
  if (name !== 'cluster.accelerator') return {};
  return {
    enumDescriptions: Object.values(accelerators).map((one) => `${one.name}, ${one.memoryGB} GB`),
  };
}

function sectionSchema(path: string, description?: string): Schema {
  const properties = Object.fromEntries(keysIn(path).map((one) => [lastPart(one.path), keySchema(one)]));
  return { ...(description ? { description } : {}), type: 'object', additionalProperties: false, properties };
}

const presets = (description: string): Schema => ({
  description,
  type: 'string',
  examples: presetNames,
});

function keySchema({ path, kind, meaning, field }: ScenarioKey): Schema {
  if (field) return fieldSchema(field);
  switch (kind) {
    case 'count':
      return { description: meaning, type: 'integer', minimum: 1 };
    case 'names':
      return {
        description: meaning,
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
      };
    case 'section':
      return sectionSchema(path, meaning);
    case 'model':
      if (path !== 'model') return presets(meaning);
      return { description: meaning, anyOf: [presets(meaning), sectionSchema(path)] };
    default:
      return { description: meaning, type: 'string' };
  }
}

/** The JSON schema (draft 7) of scenario files, from the one table of fields. */
export function scenarioSchema(): Schema {
  const root = sectionSchema(
    '',
    'Pins what the files of a Mixture-of-Experts job cannot say, or describes a job.',
  );
  const sections = keysIn('').filter(({ kind }) => kind === 'section' || kind === 'model');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: TITLE,
    ...root,
    // `model.topK: 4` is short for a section with one key.
    patternProperties: {
      [`^(${sections
        .map(({ path }) => path)
        .filter((path) => !path.includes('.'))
        .join('|')})\\.`]: {},
    },
  };
}
