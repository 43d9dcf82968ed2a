import type { Fact } from '../../config/fact';
import type { JobGap } from '../../config/job';
import { gapMessage } from '../../config/link';
import { fileNameOf } from '../../config/paths';
import { scenarioEntry } from '../../config/scenario-file';
import { backendMapping } from '../../scenario/backends';
import { traitsOf } from '../../scenario/framework-traits';
import { openOperands } from '../../scenario/open-operands';
import { isLegalPin, presetNames } from '../../scenario/scenario-keys';
import { didYouMean, nearest } from '../../scenario/spelling';
import { literalPlace } from '../edits';
import type { Fix } from '../finding';
import type { Rule, RuleContext, RuleHit } from '../rule';
import { unusedVariables, variableName } from './scenario-variables';

const frameworks = ['moe-scope'] as const;
const source = 'MoE Scope: a scenario file is linked to the job that it names.';

function gaps({ job }: RuleContext, wanted: readonly JobGap['what'][]): RuleHit[] {
  const file = job.scenarioFile?.file;
  if (file === undefined) return [];
  return (job.gaps ?? [])
    .filter(({ what }) => wanted.includes(what))
    .map((gap) => {
      const near = gap.what === 'model' ? nearestModel(gap.written) : undefined;
      const offered = near === undefined ? gap.choices : [near];
      const fixes = offered.map(
        (choice): Fix => ({
          title: `Change to ${choice}`,
          edits: [{ file, range: gap.range, newText: choice }],
        }),
      );
      return { file, range: gap.range, message: gapMessage(gap) + didYouMean(near), fixes };
    });
}

/** With or without the owner's name. */
function nearestModel(written: string): string | undefined {
  const plain = (name: string) => name.split('/').at(-1)!;
  const near = nearest(plain(written), presetNames.map(plain));
  return presetNames.find((name) => plain(name) === near);
}

/** What a serving engine states under these names is the most that it takes, of each of its ranks: no other value. */
const LIMITS: ReadonlySet<string> = new Set(['workload.concurrency', 'workload.contextLength']);

/** What a job's own file writes under a pin's name with another value. */
function overruled(context: RuleContext, pin: Fact): Fact | undefined {
  if (LIMITS.has(pin.name) && traitsOf(context.job.framework).engine !== null) return undefined;
  const isWritten = ({ state, file, via }: Fact) =>
    (state === 'literal' || (state === 'constant' && !via?.some((step) => step.file))) &&
    !file.startsWith('preset:');
  return context.job.facts.find(
    (fact) => fact.name === pin.name && !fact.pin && isWritten(fact) && !agree(pin, fact),
  );
}

function agree(pin: Fact, { name, value }: Fact): boolean {
  if (value === pin.value) return true;
  if (name !== 'communication.backend' || typeof value !== 'string') return false;
  return ['train', 'prefill', 'decode'].some(
    (mode) => backendMapping(value, null, mode as 'train')?.backend === pin.value,
  );
}

function contradictions(context: RuleContext): RuleHit[] {
  return (context.job.scenarioFile?.facts ?? []).flatMap((pin): RuleHit[] => {
    const other = isLegalPin(pin.name, pin.value) ? overruled(context, pin) : undefined;
    if (!other) return [];
    const place = literalPlace(other);
    const value = Array.isArray(other.value) ? `list of ${other.value.length}` : String(other.value);
    return [
      {
        file: pin.file,
        range: pin.range,
        message: `${pin.name} is simulated with ${String(pin.value)}: it goes before the ${value} that ${fileNameOf(other.file)} states (${other.key}).`,
        related: [{ ...place, message: `${other.key} is ${value}` }],
      },
    ];
  });
}

/** What the job leaves open although a field hangs on it. */
function leftOpen(context: RuleContext): RuleHit[] {
  const { scenarioFile, launch, facts } = context.job;
  const named = scenarioFile?.scenario && scenarioEntry(scenarioFile.scenario, 'job');
  if (!scenarioFile || !named || !launch) return [];
  const open = openOperands(facts, new Set(scenarioFile.facts.map(({ name }) => name)), context.text);
  const [variables, others] = [[...open.variables.keys()], open.fields];
  if (variables.length + others.length === 0) return [];
  const ask =
    variables.length > 0 ? ` Answer ${variables.map(variableName).join(', ')} under \`variables\`.` : '';
  const pin = others.length > 0 ? ` Pin ${others.join(', ')}.` : '';
  return [
    {
      file: scenarioFile.file,
      range: named.range,
      message: `${fileNameOf(launch.file)} leaves open what decides the figures.${ask}${pin}`,
      related: open.facts.map(({ file, range, name }) => ({ file, range, message: `${name} is not known` })),
    },
  ];
}

const rule = (
  code: string,
  name: string,
  severity: Rule['severity'],
  summary: string,
  why: string,
  [bad, good]: readonly [string, string],
  check: Rule['check'],
): Rule => ({
  code,
  name: `scenario/${name}`,
  severity,
  frameworks,
  summary,
  why,
  source,
  example: { language: 'yaml', bad, good },
  check,
});

/** Rules on what a scenario file names, answers and pins in its job. */
export const scenarioJobRules: readonly Rule[] = [
  rule(
    'SC003',
    'not-found',
    'error',
    'The job or the model is not there',
    'The scenario is about a file that is not beside it, or about a model that is neither a file nor in the catalog: there is nothing to simulate.',
    ['model: DeepSeek-V33', 'model: deepseek-ai/DeepSeek-V3'],
    (context) => gaps(context, ['job', 'model']),
  ),
  rule(
    'SC004',
    'no-such-part',
    'error',
    'The job has no such command or role',
    'A launch file may start several servers; `command` and `role` pick one of them, and here they pick none.',
    ['job: recipe.yaml\nrole: decoder', 'job: recipe.yaml\nrole: decode'],
    (context) => gaps(context, ['command', 'role']),
  ),
  rule(
    'SC005',
    'unused-variable',
    'warning',
    'An answer for a variable that the job does not use',
    'The job does not take this variable from outside, so the answer changes nothing; the one that it does take stays open.',
    ['job: train.sh\nvariables: { EPP: 32 }', 'job: train.sh\nvariables: { EP: 32 }'],
    unusedVariables,
  ),
  rule(
    'SC006',
    'pin-goes-first',
    'info',
    'A pin goes before what the job states',
    'The figures are those of the pin, while the job as it stands would run with its own value: so it is said where this one differs.',
    ['job: train.sh  # with EP=64\nlayout: { ep: 32 }', 'job: train.sh  # with EP=32\nlayout: { ep: 32 }'],
    contradictions,
  ),
  rule(
    'SC007',
    'left-open',
    'info',
    'The job leaves a value open',
    'What the environment or the command line gives is not known, and figures rest on an assumption. A scenario file is the place to say it.',
    ['job: train.sh', 'job: train.sh\nvariables: { EP: 32 }'],
    leftOpen,
  ),
];
