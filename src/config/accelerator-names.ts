import { type AcceleratorId, accelerators } from '../catalog/accelerators';
import type { Fact } from './fact';

/** `gb200`, `mi300x`, `v5p`: the word for each accelerator in names. */
const WORDS: ReadonlyMap<string, AcceleratorId> = new Map(
  Object.values(accelerators).map(({ id, name }) => [name.toLowerCase().replace('tpu ', ''), id]),
);
/** Variants whose memory or fabric is another than that of the catalog's entry. */
const OTHER_VARIANT = /pcie|nvl(?!ink)|40gb|94gb|96gb/i;

/** The accelerators that a name has words for (`run_h800.sh`, `8xH100`, `gb_200`, `NVIDIA-H100-80GB-HBM3`). */
export function acceleratorsIn(name: string): readonly AcceleratorId[] {
  const joined = name.toLowerCase().replace(/(?<![a-z])(gb|b|h|a|mi)[_-](?=\d{2,3})/g, '$1');
  return joined
    .split(/[^a-z0-9]+/)
    .flatMap((word) => WORDS.get(word.replace(/^\d+x(?=[a-z])|x\d+$/g, '')) ?? []);
}

/** What a place that names the GPU says of it: a node label, an option of Slurm or of a launcher. Nothing for several. */
export function acceleratorFact(
  place: Pick<Fact, 'key' | 'file' | 'range' | 'keyRange'>,
  name: string,
): Fact[] {
  const [found, ...others] = new Set(acceleratorsIn(name));
  if (found === undefined || others.length > 0 || OTHER_VARIANT.test(name)) return [];
  const origin = `${place.key} ${name}`;
  return [{ ...place, name: 'cluster.accelerator', value: found, state: 'derived', origin }];
}
