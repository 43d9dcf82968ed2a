import { acceleratorFact } from '../../accelerator-names';
import type { Fact, TextRange } from '../../fact';

interface Directive {
  readonly flag: string;
  readonly value: string;
  readonly range: TextRange;
  readonly flagRange: TextRange;
}

/** `#SBATCH` options that say the size of a job; `gres` and `gpus-per-node` may name the GPU before the number. */
const SIZES: readonly {
  readonly flags: readonly string[];
  readonly name: string;
  readonly pattern: RegExp;
}[] = [
  { flags: ['--nodes', '-N'], name: 'cluster.nodes', pattern: /^(\d+)$/ },
  { flags: ['--gpus-per-node'], name: 'cluster.gpusPerNode', pattern: /^(?:[\w.-]+:)?(\d+)$/ },
  { flags: ['--gres'], name: 'cluster.gpusPerNode', pattern: /^gpu:(?:[\w.-]+:)?(\d+)$/ },
  // One task per GPU is the rule with srun; a single task starts torchrun and says nothing about GPUs.
  { flags: ['--ntasks-per-node'], name: 'cluster.gpusPerNode', pattern: /^(?!1$)(\d+)$/ },
];

function directives(text: string): Directive[] {
  const found: Directive[] = [];
  for (const line of text.matchAll(/^[ \t]*#SBATCH[ \t]+([^\r\n]*)/gm)) {
    const lineStart = line.index + line[0].length - line[1]!.length;
    for (const option of line[1]!.matchAll(/(?<![\w-])(--?[A-Za-z][\w-]*)(?:=|[ \t]+)([^\s#]+)/g)) {
      const start = lineStart + option.index;
      const valueStart = start + option[0].length - option[2]!.length;
      found.push({
        flag: option[1]!,
        value: option[2]!,
        range: { start: valueStart, end: valueStart + option[2]!.length },
        flagRange: { start, end: start + option[1]!.length },
      });
    }
  }
  return found;
}

/** Nodes, GPUs per node and the GPU from a batch script's header; as they stand, `sbatch` expands no variables there. */
export function slurmFacts(file: string, text: string): Fact[] {
  if (!text.includes('#SBATCH')) return [];
  const written = directives(text);
  const facts: Fact[] = [];
  for (const size of SIZES) {
    if (facts.some((fact) => fact.name === size.name)) continue;
    const directive = written.filter((entry) => size.flags.includes(entry.flag)).at(-1);
    const match = directive === undefined ? null : size.pattern.exec(directive.value);
    if (directive === undefined || match === null) continue;
    const digits = match[1]!;
    const range = { start: directive.range.end - digits.length, end: directive.range.end };
    facts.push({
      name: size.name,
      value: Number(digits),
      key: `#SBATCH ${directive.flag}`,
      file,
      range,
      keyRange: directive.flagRange,
      state: 'literal',
    });
  }
  return [...facts, ...gpuFact(file, written)];
}

/** Directives that may name the GPU: `gpu:h200:8`, `h200:8`, a feature of the nodes. */
const NAMES_GPU: ReadonlySet<string> = new Set([
  '--gres',
  '--gpus-per-node',
  '--gpus',
  '-G',
  '--constraint',
  '-C',
]);

function gpuFact(file: string, written: readonly Directive[]): Fact[] {
  const [first] = written
    .filter(({ flag }) => NAMES_GPU.has(flag))
    .flatMap(({ flag, value, range, flagRange: keyRange }) =>
      acceleratorFact({ key: `#SBATCH ${flag}`, file, range, keyRange }, value),
    );
  return first === undefined ? [] : [first];
}

/** Header sizes speak where torchrun says nothing, or repeats what Slurm tells it. */
export function withHeader(facts: readonly Fact[], header: readonly Fact[]): Fact[] {
  const speaking = header.filter((size) => {
    const own = facts.find((fact) => fact.name === size.name);
    return own === undefined || (own.state === 'unresolved' && /SLURM/.test(own.expression ?? ''));
  });
  return [...facts.filter((fact) => !speaking.some((size) => size.name === fact.name)), ...speaking];
}
