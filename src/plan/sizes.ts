import type { Scenario } from '../scenario/scenario';

const MAX_EP = 512;
const MAX_SPLIT = 64;
const MAX_DP = 512;

const divisorsOf = (value: number): number[] =>
  Array.from({ length: value }, (_, i) => i + 1).filter((candidate) => value % candidate === 0);

const powersOfTwo = (most: number): number[] =>
  Array.from({ length: 20 }, (_, i) => 2 ** i).filter((power) => power <= most);

type Sizes = Readonly<Record<string, (scenario: Scenario) => readonly number[]>>;

const physicalExperts = ({ model, placement }: Scenario): number =>
  model.routedExperts + placement.redundantExperts;

/** The values of each parallel size that are worth trying, before a framework's own rules sort out the illegal ones. */
const candidates: Sizes = {
  'layout.ep': (scenario) => divisorsOf(physicalExperts(scenario)).filter((ep) => ep <= MAX_EP),
  'layout.tp': ({ model }) =>
    [...divisorsOf(model.attentionHeads), ...powersOfTwo(8)].filter((tp) => tp <= MAX_SPLIT),
  'layout.pp': ({ model, layout }) =>
    [...divisorsOf(model.layers), ...powersOfTwo(model.layers), layout.pp].filter((pp) => pp <= MAX_SPLIT),
  'layout.cp': () => powersOfTwo(MAX_SPLIT),
  'layout.etp': ({ layout }) => [...powersOfTwo(8), layout.tp],
  'layout.vpp': ({ model, layout }) =>
    divisorsOf(model.layers)
      .concat(powersOfTwo(8))
      .filter((vpp) => vpp * layout.pp <= model.layers),
  'layout.dp': (scenario) =>
    [...powersOfTwo(MAX_DP), ...divisorsOf(physicalExperts(scenario))].filter((dp) => dp <= MAX_DP),
};

/** Parallel sizes for which there are candidates. */
export const isParallelSize = (name: string): boolean => Object.hasOwn(candidates, name);

/** What is worth trying for a parallel size, in order; powers of two where the model is not known. */
export function sizeCandidates(name: string, scenario: Scenario | null): number[] {
  const all = scenario ? (candidates[name]?.(scenario) ?? []) : powersOfTwo(MAX_SPLIT);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Fewest and most physical experts on a rank of the EP group. */
export function expertsPerRank(scenario: Scenario): { readonly fewest: number; readonly most: number } {
  const each = physicalExperts(scenario) / scenario.layout.ep;
  return { fewest: Math.floor(each), most: Math.ceil(each) };
}
