import * as vscode from 'vscode';
import type { Change, DeltaRow } from '../../plan/whatif';
import { FieldError, parseField } from '../../scenario/fields/parse';
import type { Simulated, WhatIfAnalysis } from '../../worker/analysis';
import type { EngineClient } from '../../worker/client';
import { signalOf } from '../cancel';
import type { Session } from '../session';
import { ruleChoices, scenarioSettings } from '../settings';
import { type Answer, type Input, optionalText, type Tool } from './api';
import { jobOf, nameOf, stateOf } from './files';
import { simulationReport, simulationText } from './report';

/** A layout in figures: of a file's job or of a model of the catalog, with fields set to other values. */
export function simulateLayout(session: Session, engine: EngineClient): Tool {
  return {
    name: 'moe_simulate_layout',
    describe: (input) => `Simulating ${input.path ?? input.model}`,
    async answer(input, token) {
      const path = optionalText(input, 'path');
      const model = optionalText(input, 'model');
      if (Boolean(path) === Boolean(model)) throw new Error('Give either "path" or "model".');
      const changes = changesOf(input);
      if (model) return ofModel(engine, model, changes, token);
      const { state, job } = jobOf(await stateOf(session, path!), optionalText(input, 'job'));
      const signal = signalOf(token);
      const figures = await session.jobs.whatIf(state.uri, job.job.id, { changes }, signal, () => {}, false);
      return ofFile(nameOf(state.uri.toString()), figures);
    },
  };
}

/** @throws Error that names the field, the value and what may stand there */
function changesOf({ changes }: Input): Change[] {
  if (changes === undefined || changes === null) return [];
  if (typeof changes !== 'object' || Array.isArray(changes)) {
    throw new Error('"changes" is an object from field names to values, such as {"layout.ep": 32}.');
  }
  return Object.entries(changes).map(([name, value]) => {
    try {
      return { name, value: parseField(name, String(value)) };
    } catch (error) {
      throw error instanceof FieldError ? new Error(error.message) : error;
    }
  });
}

function ofFile(file: string, { baseline, variant, changes, delta }: WhatIfAnalysis): Answer {
  if (changes.length === 0) return answer(`${file} as it is.`, baseline);
  const changed = changes.map(({ name, value }) => `${name} = ${value}`).join(', ');
  return {
    text: [
      `As ${file} is:`,
      simulationText(baseline),
      `With ${changed}:`,
      simulationText(variant),
      'Differences:',
      ...delta.filter(({ baseline: a, variant: b }) => a !== b).map(deltaText),
    ].join('\n'),
    data: { baseline: data(baseline), variant: data(variant), changes, delta },
  };
}

function answer(title: string, simulated: Simulated): Answer {
  return { text: `${title}\n${simulationText(simulated)}`, data: data(simulated) };
}

const data = ({ result, provenance, refusals, findings }: Simulated) => ({
  ...(result ? simulationReport(result, provenance) : {}),
  refusals,
  findings: findings.map(({ rule, severity, message }) => ({ rule, severity, message })),
});

const deltaText = ({ label, unit, baseline, variant }: DeltaRow): string =>
  `${label}: ${baseline.toPrecision(4)} → ${variant.toPrecision(4)} ${unit}`.trimEnd();

let asked = 0;

/** A model without a file is a scenario file that nobody saved: read, linted and simulated like one. */
async function ofModel(
  engine: EngineClient,
  model: string,
  changes: readonly Change[],
  token: vscode.CancellationToken,
): Promise<Answer> {
  const uri = vscode.Uri.parse(`moe-scope-tool:/${++asked}.moe.yaml`);
  const file = uri.toString();
  const lines = [
    `model.config: ${JSON.stringify(model)}`,
    ...changes.map(({ name, value }) => `${name}: ${JSON.stringify(value)}`),
  ];
  const settings = scenarioSettings(uri);
  const choices = ruleChoices(uri);
  const signal = signalOf(token);
  try {
    await engine.setDocument(file, `${lines.join('\n')}\n`);
    const { jobs, findings } = await engine.call('analyse', { file, settings, ...choices }, signal);
    const wrong = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    const [analysis] = jobs;
    if (wrong.length > 0 || !analysis?.scenario) {
      throw new Error([...wrong, ...(analysis?.refusals ?? []).map(({ message }) => message)].join(' '));
    }
    const request = { settings, ...choices, overrides: {}, engine: 'expected', matrices: false } as const;
    const simulated = await engine.call('simulate', { ...request, jobId: analysis.job.id }, signal);
    return answer(`${model} from the model catalog, with ${changes.length} fields set.`, simulated);
  } finally {
    await engine.setDocument(file, null);
  }
}
