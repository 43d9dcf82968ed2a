import type { Fact, ModelReference, ReadDocument } from '../fact';
import type { Job } from '../job';
import { lookalikeFacts } from '../lookalike';
import { concerns, factsOfPart, type JobPart, partSuffix } from '../parts';
import { settleConditions } from './conditions';
import { withLinkedFiles } from './linked-files';
import { linkModel, mayComplete } from './models';
import type { Workspace } from './workspace';

/** The job of one part of a launch file, with the model that it runs. */
export function launchJob(
  launch: ReadDocument,
  part: JobPart,
  models: readonly ReadDocument[],
  workspace: Workspace,
): Job {
  const ofPart = (item: Pick<ModelReference, 'command' | 'role'>) => concerns(part, item);
  const framework = launch.frameworkOfRole?.[part.role ?? ''] ?? launch.framework;
  const whole = withLinkedFiles(framework, factsOfPart(launch, part), workspace);
  const own = settleConditions(whole.facts);
  const { pathOf } = workspace;
  const script = pathOf(launch.file);
  const linked = launch.models
    .filter(ofPart)
    .map((reference) => linkModel(reference, script, models, workspace))
    .find(
      (found) =>
        found !== null &&
        (framework !== 'megatron-lm' || found.reference.describesModel === true || mayComplete(own, found)),
    );
  // What the linked model states is better than a default that the script did not write.
  const isDefault = (fact: Fact) => fact.state === 'default' && fact.name.startsWith('model.');
  const facts =
    linked === null || linked === undefined
      ? [...own, ...lookalikeFacts(own)]
      : [...own.filter((fact) => !isDefault(fact)), ...linked.facts, ...own.filter(isDefault)];
  return {
    id: `${launch.file}${partSuffix(part)}`,
    framework,
    launch,
    command: part.command,
    role: part.role,
    model: linked?.document ?? null,
    preset: linked?.preset ?? null,
    reference: linked?.reference ?? launch.models.find(ofPart) ?? null,
    files: whole.files,
    missingFiles: whole.missing,
    facts,
  };
}
