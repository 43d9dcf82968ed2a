import { accelerators, isAcceleratorId } from '../../catalog/accelerators';
import { MODEL_PRESETS } from '../../catalog/models';
import type { ScenarioEntry } from '../../config/scenario-file';
import { field } from '../../scenario/fields';
import type { Field } from '../../scenario/fields/field';
import { keysIn, lastPart, rangeText, type ScenarioKey, scenarioKey } from '../../scenario/scenario-keys';
import type { Cursor } from './cursor';

/** Something that may be typed at the cursor. */
export interface Proposal {
  readonly label: string;
  readonly kind: 'section' | 'key' | 'value' | 'model' | 'variable' | 'file' | 'folder' | 'skeleton';
  /** Short, behind the label. */
  readonly detail: string;
  /** Longer, in Markdown. */
  readonly documentation: string;
  /** In VS Code's snippet syntax. */
  readonly snippet: string;
  /** Proposals come in this order. */
  readonly rank: number;
  /** Asks for proposals again once it is inserted. */
  readonly goesOn: boolean;
}

/** A name that the job takes from outside. */
export interface OutsideVariable {
  readonly name: string;
  /** Labels of the fields that hang on it and have no value without it. */
  readonly decides: readonly string[];
}

/** What is known around the scenario file. */
export interface Around {
  readonly entries: readonly ScenarioEntry[];
  readonly commands: readonly string[];
  readonly roles: readonly string[];
  readonly variables: readonly OutsideVariable[];
  /** Files and folders (`run/`) in the folder that is being typed. */
  readonly files: readonly string[];
}

const SKELETON = [
  'job: ${1:train.sh}',
  'variables:',
  '  ${2:EP}: ${3:8}',
  'cluster:',
  '  accelerator: ${4:h100-sxm}',
  '  nodes: ${5:4}',
  'workload:',
  `  mode: \${6|${field('workload.mode')?.choices?.join(',')}|}`,
  '',
].join('\n');

const escaped = (text: string): string => text.replaceAll(/[\\$}]/g, '\\$&');
const proposal = (label: string, kind: Proposal['kind'], rest: Partial<Proposal> = {}): Proposal => ({
  label,
  kind,
  detail: '',
  documentation: '',
  snippet: escaped(label),
  rank: 0,
  goesOn: false,
  ...rest,
});

/** What may be typed at the cursor of a scenario file. */
export function proposals(cursor: Cursor, around: Around): Proposal[] {
  const section = cursor.sections.join('.');
  if (section === 'variables') return cursor.key === null ? variables(cursor, around) : [];
  if (cursor.key !== null) return values(section === '' ? cursor.key : `${section}.${cursor.key}`, around);
  const isEmpty = around.entries.length === 0 && section === '';
  return [...(isEmpty ? [skeleton()] : []), ...keys(section, cursor, around)];
}

function skeleton(): Proposal {
  return proposal('scenario', 'skeleton', {
    detail: 'A job with what its files cannot say',
    documentation: 'A launch file, answers for what it takes from outside, and the machines that it runs on.',
    snippet: SKELETON,
    rank: -1,
  });
}

function keys(section: string, cursor: Cursor, { entries }: Around): Proposal[] {
  const taken = new Set(
    entries.filter(({ keyRange }) => keyRange.start !== cursor.start).map(({ path }) => path),
  );
  return keysIn(section)
    .filter(({ path }) => !taken.has(path) || hasKeys(path))
    .map((key, rank) =>
      proposal(lastPart(key.path), hasKeys(key.path) ? 'section' : 'key', {
        detail: key.field ? detailOf(key.field) : '',
        documentation: keyDocumentation(key),
        snippet: keySnippet(key, cursor),
        rank,
        goesOn: true,
      }),
    );
}

const hasKeys = (path: string): boolean =>
  path === 'variables' || (path !== 'model' && keysIn(path).length > 0);

function keySnippet({ path }: ScenarioKey, { inBraces, indent }: Cursor): string {
  const name = lastPart(path);
  if (!hasKeys(path)) return `${name}: $0`;
  return inBraces ? `${name}: { $0 }` : `${name}:\n${' '.repeat(indent + 2)}$0`;
}

const detailOf = ({ label, kind, unit }: Field): string =>
  `${label}${unit ? `, ${unit}` : ''}${kind === 'boolean' ? ', true or false' : ''}`;

/** What a key is and may hold, in Markdown. */
export function keyDocumentation({ path, meaning, field }: ScenarioKey): string {
  return field ? `${meaning}\n\n\`${path}\`: ${rangeText(field)}.` : meaning;
}

function values(path: string, around: Around): Proposal[] {
  const key = scenarioKey(path);
  switch (key?.kind) {
    case 'file':
    case 'artefact':
      return files(around);
    case 'model':
      return [...models(), ...files(around)];
    case 'count':
      return around.commands.map((name, rank) => proposal(name, 'value', { rank }));
    case 'role':
      return around.roles.map((name, rank) => proposal(name, 'value', { rank }));
    default:
      return key?.field ? fieldValues(key.field) : [];
  }
}

function fieldValues({ kind, choices }: Field): Proposal[] {
  const all = kind === 'boolean' ? ['true', 'false'] : (choices ?? []);
  return all.map((choice, rank) => {
    if (!isAcceleratorId(choice)) return proposal(choice, 'value', { rank });
    const { name, memoryGB, gpusPerNode, scaleUpGBps, nicGBps } = accelerators[choice];
    return proposal(choice, 'value', {
      rank,
      detail: `${name}, ${memoryGB} GB`,
      documentation: `${gpusPerNode} per node, ${scaleUpGBps} GB/s scale-up and ${nicGBps} GB/s NIC per GPU and direction.`,
    });
  });
}

function models(): Proposal[] {
  return MODEL_PRESETS.map(({ id, source }, rank) =>
    proposal(id, 'model', { rank, detail: 'model catalog', documentation: source }),
  );
}

function files({ files: names }: Around): Proposal[] {
  return names.map((name) => {
    const isFolder = name.endsWith('/');
    return proposal(name, isFolder ? 'folder' : 'file', { rank: isFolder ? 1000 : 500, goesOn: isFolder });
  });
}

function variables({ start }: Cursor, { variables: all, entries }: Around): Proposal[] {
  const taken = new Set(entries.filter(({ keyRange }) => keyRange.start !== start).map(({ path }) => path));
  return all
    .filter(({ name }) => !taken.has(`variables.${name}`))
    .map(({ name, decides }, rank) =>
      proposal(name, 'variable', {
        detail: decides.length > 0 ? `decides ${decides.join(', ')}` : '',
        documentation: 'The job takes it from outside.',
        snippet: `${/^[A-Za-z_]\w*$/.test(name) ? name : `"${name}"`}: $0`,
        rank: decides.length > 0 ? rank : 1000 + rank,
      }),
    );
}
