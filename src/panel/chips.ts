import { accelerator, isAcceleratorId } from '../catalog/accelerators';
import type { Fact } from '../config/fact';
import { backendName } from '../plan/knobs';
import { isUsed } from '../plan/used';
import { isBackendId } from '../scenario/backends';
import { field, fields, fieldValue } from '../scenario/fields';
import { lineOf, type Origin, type Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import type { Chip } from './protocol';

/** Inputs that the first lines show, because the figures hang on them. */
const primary = [
  'layout.ep',
  'layout.tp',
  'layout.pp',
  'cluster.accelerator',
  'cluster.nodes',
  'workload.tokensPerRank',
  'communication.backend',
  'communication.dispatchDtype',
  'routing.distribution',
  'routing.sigma',
];

const format = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** Names the place of a written fact: `train.sh:41`. */
export type PlaceOf = (fact: Fact) => string;

/** Every input of a scenario as a chip, the deciding ones first. */
export function chips(scenario: Scenario, provenance: Provenance, placeOf: PlaceOf): Chip[] {
  const names = fields.map(({ name }) => name).filter((name) => name !== 'model.name' && provenance[name]);
  const ordered = [
    ...primary.filter((name) => names.includes(name)),
    ...names.filter((name) => !primary.includes(name)),
  ];
  return ordered.flatMap((name) => {
    const value = fieldValue(scenario, name);
    const origin = provenance[name];
    if (value === null || value === undefined || !origin) return [];
    // What a file says stays in sight, even where nothing comes of it.
    if (!says(scenario, name) && !isWritten(origin)) return [];
    return {
      name,
      label: field(isShape(scenario, name) ? 'routing.distribution' : name)?.label ?? name,
      value: text(scenario, name, value),
      ...describe(origin, placeOf),
      primary: isPrimary(scenario, name, origin),
    };
  });
}

/** How skewed a lognormal distribution is says that it is one, too. */
const isShape = ({ routing }: Scenario, name: string): boolean =>
  name === 'routing.sigma' && routing.distribution === 'lognormal';

const says = (scenario: Scenario, name: string): boolean =>
  name === 'routing.distribution' ? scenario.routing.distribution !== 'lognormal' : isUsed(scenario, name);

const isWritten = (origin: Origin): boolean =>
  origin.kind === 'artefact' ||
  (origin.kind === 'fact' && (origin.fact.state === 'literal' || origin.fact.state === 'constant'));

/** Sizes that are one, and machines that follow from the layout, say nothing on the first lines. */
function isPrimary(scenario: Scenario, name: string, origin: Origin): boolean {
  if (!primary.includes(name)) return false;
  if (name === 'cluster.nodes') return origin.kind !== 'derived';
  if (name === 'routing.sigma') return isShape(scenario, name);
  return (
    isWritten(origin) ||
    origin.kind === 'override' ||
    name === 'layout.ep' ||
    fieldValue(scenario, name) !== 1
  );
}

function text(scenario: Scenario, name: string, value: unknown): string {
  if (isShape(scenario, name)) return `lognormal, σ ${format(scenario.routing.sigma)}`;
  if (isAcceleratorId(value)) return accelerator(value).name;
  if (isBackendId(value)) return backendName(value);
  if (typeof value === 'number') {
    const unit = field(name)?.unit;
    return unit ? `${format(value)} ${unit}` : format(value);
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.join(', ');
  return String(value).replace(
    /^(bf|fp)(\d+)$/,
    (_all, kind: string, bits: string) => kind.toUpperCase() + bits,
  );
}

const opens = (origin: Origin): boolean => lineOf(origin) !== undefined;

/** Where a value comes from, as a chip says it. */
export function describe(
  origin: Origin,
  placeOf: PlaceOf,
): Pick<Chip, 'origin' | 'detail' | 'opens' | 'written'> {
  switch (origin.kind) {
    case 'fact': {
      const { fact } = origin;
      const written = isWritten(origin);
      const detail = written
        ? `${fact.key} in ${placeOf(fact)}${fact.via?.length ? `, through ${fact.via.map((one) => one.variable).join(', ')}` : ''}`
        : (fact.origin ?? 'default of the framework');
      return {
        origin: written ? placeOf(fact) : fact.state,
        detail: written && fact.origin ? `${detail}; ${fact.origin}` : detail,
        opens: opens(origin),
        written,
      };
    }
    case 'artefact': {
      const { file, says, fact } = origin;
      const detail = `${says} in ${file}, named by ${fact.key} in ${placeOf(fact)}`;
      return { origin: file, detail, opens: true, written: true };
    }
    case 'preset':
      return {
        origin: 'preset',
        detail: `${origin.preset} in the model catalog (${origin.source})`,
        opens: false,
        written: false,
      };
    case 'setting':
      return { origin: 'setting', detail: 'From your settings', opens: true, written: false };
    case 'override':
      return { origin: 'what if', detail: 'Changed in this what-if', opens: false, written: false };
    case 'derived':
      return { origin: 'derived', detail: origin.rule, opens: opens(origin), written: false };
    case 'assumed':
      return { origin: 'assumed', detail: origin.why, opens: opens(origin), written: false };
    case 'file':
      return { origin: origin.file, detail: `Read from ${origin.file}`, opens: false, written: true };
    case 'unknown': {
      const { fact } = origin;
      const place = fact && opens(origin) ? placeOf(fact) : 'not stated';
      const detail = fact ? `${fact.key} in ${place}` : 'No file states it';
      return { origin: place, detail, opens: opens(origin), written: fact !== undefined };
    }
  }
}
