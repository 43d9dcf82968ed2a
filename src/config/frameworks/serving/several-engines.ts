import type { FrameworkId, ReadDocument } from '../../fact';
import type { Framework, SourceText } from '../framework';
import { sglangServer } from '../sglang/server';
import { trtllmServer } from '../trtllm/server';
import { vllmServer } from '../vllm/server';
import { readServerScript } from './server';

const ENGINES = [vllmServer, sglangServer, trtllmServer];

/** The facts of one engine's servers, its name as their role: each is a job, with its engine's rules. */
function withRole({ framework: role, ...document }: ReadDocument): ReadDocument {
  return {
    ...document,
    framework: role,
    facts: document.facts.map((fact) => ({ ...fact, role })),
    models: document.models.map((model) => ({ ...model, role })),
  };
}

const startOf = ({ facts }: ReadDocument): number =>
  Math.min(...facts.filter(({ state }) => state === 'literal').map(({ keyRange }) => keyRange.start));

function read(source: SourceText): ReadDocument | null {
  const documents = ENGINES.filter(({ startedBy }) => startedBy.test(source.text))
    .flatMap((engine) => readServerScript(engine, source) ?? [])
    .map(withRole)
    .sort((a, b) => startOf(a) - startOf(b));
  const [first, second] = documents;
  if (first === undefined || second === undefined) return null;
  const names = ENGINES.filter(({ id }) => documents.some(({ framework }) => framework === id));
  return {
    ...first,
    title: `script of ${names.map(({ name }) => name).join(' and ')}`,
    facts: documents.flatMap(({ facts }) => facts),
    // What is wrong with the script itself is found once for each engine.
    problems: distinct(documents.flatMap(({ problems }) => problems)),
    models: documents.flatMap(({ models }) => models),
    frameworkOfRole: Object.fromEntries(documents.map(({ framework }) => [framework, framework])) as Readonly<
      Record<string, FrameworkId>
    >,
  };
}

const distinct = (problems: ReadDocument['problems']): ReadDocument['problems'] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

/** Scripts that start servers of several engines: prefill with one and decode with another, or one of them by choice. */
export const severalEngines: Framework = {
  id: 'vllm',
  mightBe: (text) => ENGINES.filter(({ startedBy }) => startedBy.test(text)).length > 1,
  read,
};
