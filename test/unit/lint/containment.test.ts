import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureText, untold } from '../../../src/lint/failures';
import { documentRules, rules, simulatedRules } from '../../../src/lint/registry';
import type { DocumentRule, Rule, RuleHit, SimulatedRule } from '../../../src/lint/rule';
import { runToEnd } from '../../../src/sim/simulate';
import { Engine } from '../../../src/worker/engine';

const FILE = 'train.sh';
/** Two findings of rules that work: one on the layout, one on figures. */
const SCRIPT = `torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py --num-layers 8 --hidden-size 1024 \\
  --num-attention-heads 16 --seq-length 1024 --num-experts 64 --moe-router-topk 16 --moe-ffn-hidden-size 512 \\
  --moe-token-dispatcher-type alltoall --expert-model-parallel-size 2 --pipeline-model-parallel-size 4 \\
  --micro-batch-size 1 --global-batch-size 8
`;

const lists = [rules, simulatedRules, documentRules] as const;
const lengths = lists.map((list) => list.length);
afterEach(() => {
  for (const [i, list] of lists.entries()) (list as unknown[]).splice(0, list.length - lengths[i]!);
});

const description = {
  ...rules[0]!,
  code: 'XX001',
  name: 'test/throws',
  frameworks: ['megatron-lm'] as const,
};
const hit: RuleHit = { file: FILE, range: { start: 0, end: 1 }, message: 'said before it broke' };
const fail = (): never => {
  throw new TypeError('broken on purpose');
};

function add(
  rule: Pick<Rule, 'check'> | Pick<SimulatedRule, 'judge'> | Pick<DocumentRule, 'checkDocument'>,
): void {
  if ('check' in rule) (rules as Rule[]).unshift({ ...description, ...rule });
  else if ('judge' in rule)
    (simulatedRules as SimulatedRule[]).unshift({ ...description, ...rule, simulated: true });
  else (documentRules as DocumentRule[]).unshift({ ...description, ...rule });
}

function judged() {
  const engine = new Engine();
  engine.setDocument(FILE, SCRIPT);
  const analysis = engine.analyse(FILE, {}, []);
  const request = { settings: {}, overrides: {}, engine: 'expected', disabled: [], matrices: false } as const;
  const figures = analysis.jobs.map(({ job }) => runToEnd(engine.simulate(job, request)));
  return {
    codes: [...analysis.findings, ...figures.flatMap(({ findings }) => findings)].map(({ rule }) => rule),
    failures: [...analysis.failures, ...figures.flatMap(({ failures }) => failures)],
  };
}

describe('a rule that throws', () => {
  it.each<readonly [string, () => void]>([
    ['while it looks at the facts', () => add({ check: fail })],
    ['while it looks at the text', () => add({ checkDocument: fail })],
    [
      'while it makes a fix',
      () =>
        add({
          check: () => [
            {
              ...hit,
              get fixes() {
                return fail();
              },
            },
          ],
        }),
    ],
    ['on figures', () => add({ judge: fail })],
    [
      'between two simulations',
      () =>
        add({
          *judge() {
            yield { 'layout.ep': 4 };
            return fail();
          },
        }),
    ],
    [
      'because the simulator does',
      () =>
        add({
          *judge() {
            yield new Proxy({}, { ownKeys: fail });
            return [hit];
          },
        }),
    ],
  ])('%s is left out and reported, and the others go on', (_, break_) => {
    const whole = judged();
    expect(whole.failures).toEqual([]);
    expect(whole.codes).toEqual(expect.arrayContaining(['GN016']));
    break_();
    const { codes, failures } = judged();
    expect(codes).toEqual(whole.codes);
    expect(failures).toEqual([
      { rule: 'XX001', file: FILE, message: expect.stringMatching(/^TypeError: broken on purpose \(at /) },
    ]);
  });

  it('leaves out what it said before it broke', () => {
    add({
      *judge() {
        const hits = [hit];
        yield {};
        return hits.map(fail);
      },
    });
    expect(judged().codes).not.toContain('XX001');
  });
});

describe('a failure', () => {
  const failure = { rule: 'MG002', file: 'a.sh', message: 'TypeError: x (at y)' };

  it('is told once for a rule, whatever file it meets', () => {
    const told = new Set<string>();
    expect(untold([failure, { ...failure, file: 'b.sh' }], told)).toEqual([failure]);
    expect(untold([failure], told)).toEqual([]);
    expect(untold([{ ...failure, rule: 'MG003' }], told)).toHaveLength(1);
  });

  it('says what happened and that the rest was checked', () => {
    expect(failureText(failure)).toBe(
      'Rule MG002 failed on a.sh and was left out there: TypeError: x (at y). Please report it; all other rules were checked.',
    );
  });

  it('goes to stderr of the command line, not into its output', async () => {
    const { reportFailures } = await import('../../../src/cli/failures');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    reportFailures([failure, failure]);
    reportFailures([failure]);
    expect(write.mock.calls.map(([text]) => text)).toEqual([`moe-scope: ${failureText(failure)}\n`]);
    write.mockRestore();
  });
});
