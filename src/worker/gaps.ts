import type { Fact } from '../config/fact';
import type { Job, JobGap } from '../config/job';
import { gapMessage } from '../config/link';
import type { RefusedFile } from '../scenario/artefact-files';
import type { FieldName } from '../scenario/field-name';
import { refusal } from '../scenario/refusals/refusal';
import type { Resolution } from '../scenario/resolve';

/** What a gap leaves open: the model, or what is run at all. */
const FIELD: Readonly<Record<JobGap['what'], FieldName>> = {
  job: 'framework',
  command: 'framework',
  role: 'framework',
  model: 'model.name',
};

/** The refusal of a job of a scenario file that names something in vain, on the line where it does. */
export function refusedForGap(gap: JobGap, { scenarioFile, id }: Job): Resolution {
  const field = FIELD[gap.what];
  const { range, written } = gap;
  const file = scenarioFile?.file ?? id;
  const fact: Fact = {
    name: field,
    value: written,
    key: gap.what,
    file,
    range,
    keyRange: range,
    state: 'literal',
  };
  return {
    scenario: null,
    provenance: { [field]: { kind: 'fact', fact } },
    refusals: [refusal('part-not-found', { field, sentence: gapMessage(gap) })],
  };
}

/** The field that a file of numbers is for. */
const FIELD_OF_FILE: Readonly<Record<RefusedFile['file']['name'], FieldName>> = {
  'routing.file': 'routing.loads',
  'placement.file': 'placement.slots',
};

/** The refusal of a job whose scenario file names numbers that cannot be used, on the line where it does. */
export function refusedForFiles(refused: readonly RefusedFile[]): Resolution {
  return {
    scenario: null,
    provenance: Object.fromEntries(
      refused.map(({ file }) => [FIELD_OF_FILE[file.name], { kind: 'fact', fact: file.fact }]),
    ),
    refusals: refused.map(({ file, sentence }) =>
      refusal('part-not-found', { field: FIELD_OF_FILE[file.name], sentence }),
    ),
  };
}
