import type { Fact } from '../../fact';
import type { CommandFacts } from '../shared/command-facts';

const SOURCE = 'AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/base.yml';

/** Axes of the device mesh that make up one parallel size. `ici_…` stays inside a slice, `dcn_…` goes between them. */
export const AXES = {
  'layout.tp': ['tensor', 'tensor_transpose', 'tensor_sequence'],
  'layout.pp': ['pipeline'],
  'layout.cp': ['context', 'sequence'],
  'layout.ep': ['expert'],
} as const;
/** Ranks of the expert axis have tokens of their own: attention is data parallel over it. */
export const DATA_AXES = ['data', 'fsdp', 'fsdp_transpose', 'expert'] as const;

const keysOf = (axes: readonly string[]): string[] =>
  axes.flatMap((axis) => [`ici_${axis}_parallelism`, `dcn_${axis}_parallelism`]);

export const MESH_KEYS: readonly string[] = [
  ...new Set(keysOf([...DATA_AXES, ...Object.values(AXES).flat()])),
];

export const camelCase = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const nameOf = (key: string): string => `maxtext.${camelCase(key)}`;

/** The fact of one axis of a mesh. */
export const meshFact = (mesh: 'ici' | 'dcn', axis: string): string => nameOf(`${mesh}_${axis}_parallelism`);

/** The written sizes of some axes; an axis that is not written has one rank. */
function written(facts: CommandFacts, keys: readonly string[]): Fact[] {
  return keys.flatMap((key) => facts.facts.find((fact) => fact.name === nameOf(key)) ?? []);
}

const isOpen = (fact: Fact): boolean => fact.state === 'unresolved' || fact.condition !== undefined;

/** Parallel sizes from the axes of the mesh. */
export function addMesh(facts: CommandFacts): void {
  for (const [name, axes] of Object.entries(AXES)) addSize(facts, name, keysOf(axes));
  const data = keysOf(DATA_AXES);
  // -1 takes the devices that the other axes leave, and FSDP has it unless the file says otherwise.
  facts.byDefault(nameOf('ici_fsdp_parallelism'), -1, 'ici_fsdp_parallelism', SOURCE);
  const rest = written(facts, data).find(
    // Between slices -1 is their number, which no file says: one slice.
    (fact) => fact.value === -1 && fact.name.startsWith('maxtext.ici'),
  );
  if (rest === undefined) addSize(facts, 'layout.dp', data);
  else {
    const because = { ...rest, expression: `${rest.key} -1 (the devices that are left)` };
    facts.leaveOpen('layout.dp', because, `${SOURCE}: one axis may be -1`);
  }
  addWorld(facts);
  const [fsdp] = written(facts, keysOf(['fsdp']));
  if (fsdp !== undefined && fsdp.value !== 1 && !isOpen(fsdp)) {
    facts.derive('workload.sharding', 'parameters', fsdp, fsdp.key, 'FSDP shards parameters over its axis');
  }
}

/** Every device has a place on each axis; a `-1` leaves their number open. */
function addWorld(facts: CommandFacts): void {
  const axes = written(facts, MESH_KEYS);
  const sizes = axes.map((fact) => (isOpen(fact) ? undefined : Number(fact.value)));
  if (axes.length === 0 || sizes.some((size) => size === undefined || !(size > 0))) return;
  const world = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  const from = axes.find((fact) => fact.state !== 'default');
  facts.derive(
    'layout.worldSize',
    world,
    from,
    from?.key ?? '',
    `${SOURCE}: world = the product of all axes`,
  );
}

function addSize(facts: CommandFacts, name: string, keys: readonly string[]): void {
  const all = written(facts, keys);
  const rule = `${SOURCE}: ${name.replace('layout.', '').toUpperCase()} = ${keys.join(' × ')}`;
  const open = all.find(isOpen);
  if (open !== undefined) {
    facts.leaveOpen(name, open, rule);
    return;
  }
  const sizes = all.filter((fact) => typeof fact.value === 'number' && fact.value > 0);
  const large = sizes.filter((fact) => fact.value !== 1);
  const [only] = large.length === 0 ? sizes : large;
  // One axis that alone makes the size is where the size is written.
  if (only !== undefined && large.length <= 1 && !facts.has(name)) {
    facts.facts.push({ ...only, name });
    return;
  }
  const product = large.reduce((size, fact) => size * Number(fact.value), 1);
  facts.derive(name, product, large[0], large[0]?.key ?? keys[0]!, rule);
}
