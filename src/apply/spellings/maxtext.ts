import { KEYS } from '../../config/frameworks/maxtext/keys';
import { AXES, DATA_AXES, meshFact } from '../../config/frameworks/maxtext/mesh';
import type { Job } from '../../config/job';
import type { Scenario } from '../../scenario/scenario';
import { isWritten, type Language, type Speller, type Spelling, stated } from '../spelling';

/** Between slices and inside one: a size may be written on either mesh. */
const MESHES = ['ici', 'dcn'] as const;

/** The axis on which a size changes: the one that has it now, or inside a slice where none has. */
function axisOf(axes: readonly string[], job: Job): string | null {
  const all = axes.flatMap((axis) => MESHES.map((mesh) => meshFact(mesh, axis)));
  const large = all.filter((fact) => isWritten(job, fact) && stated(job, fact) !== 1);
  if (large.length > 1) return null;
  return large[0] ?? all.find((fact) => isWritten(job, fact)) ?? all[0]!;
}

/** Sizes whose ranks have tokens of their own beside those of the expert axis. */
const OWN_DATA = ['fsdp', 'data', 'fsdp_transpose'];

const axis = (job: Job, fact: string, value: number): Spelling => ({
  fact,
  value: value === 1 && !isWritten(job, fact) ? null : value,
});

/**
 * All axes of the mesh together, since DP and the world follow from them (AI-Hypercomputer/maxtext@e591f30c:
 * src/maxtext/configs/base.yml). Of a size that is spread over two of them nobody knows which one is meant to change.
 */
const sizes: Speller = ({ layout }: Scenario, job) => {
  const wanted = { tp: layout.tp, pp: layout.pp, cp: layout.cp, ep: layout.ep };
  const spelled: Spelling[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const fact = axisOf(AXES[`layout.${name}` as keyof typeof AXES], job);
    if (fact === null)
      return `${name.toUpperCase()} is spread over several axes of the mesh: change one of them there`;
    spelled.push(axis(job, fact, value));
  }
  const takesRest = DATA_AXES.map((one) => meshFact('ici', one)).some((fact) => stated(job, fact) === -1);
  if (takesRest) return 'an axis of -1 takes the devices that are left, and no file says how many there are';
  const data = axisOf(OWN_DATA, job);
  if (data === null) return 'DP is spread over several axes of the mesh: change one of them there';
  return layout.dp % layout.ep === 0
    ? [...spelled, axis(job, data, layout.dp / layout.ep)]
    : `DP ${layout.dp} is no multiple of EP ${layout.ep}, and the ranks of the expert axis have data of their own`;
};

const SIZES = ['tp', 'pp', 'cp', 'dp', 'ep', 'worldSize'] as const;

/** AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/base.yml, types.py. */
export const maxtext: Language = {
  frameworks: ['maxtext'],
  fields: {
    ...Object.fromEntries(SIZES.map((name) => [`layout.${name}`, sizes])),
    'workload.microBatchSize': ({ workload }) => [
      { fact: 'maxtext.perDeviceBatchSize', value: workload.microBatchSize },
    ],
    'routing.capacityFactor': ({ routing }) => [
      { fact: 'routing.capacityFactor', value: routing.capacityFactor ?? -1 },
    ],
    'workload.recompute': ({ workload }) =>
      workload.recompute === 'full'
        ? [{ fact: 'maxtext.rematPolicy', value: 'full' }]
        : 'its other policies name tensors, not modules',
    'workload.sharding': () => 'it follows from the fsdp axis of the mesh',
  },
  optionOf: (fact) => KEYS.find(({ name }) => name === fact)?.path,
};
