import { afterEach, describe, expect, it } from 'vitest';
import { makeContext } from '../../../src/lint/context';
import { type LintOptions, lintJob, mergeFindings } from '../../../src/lint/lint';
import { rules } from '../../../src/lint/registry';
import type { Rule } from '../../../src/lint/rule';
import { flagFact, jobOf } from './facts';

const text = 'run --num-experts 128 --ep 24 --tp 2 --etp 1 --dispatcher alltoall --sp\n';
const jobIn = (content: string) =>
  jobOf('megatron-lm', [
    flagFact(content, 'model.routedExperts', '--num-experts', 128),
    flagFact(content, 'layout.ep', '--ep', 24),
    flagFact(content, 'layout.tp', '--tp', 2),
    flagFact(content, 'layout.etp', '--etp', 1),
    flagFact(content, 'layout.sequenceParallel', '--sp', true),
    flagFact(content, 'megatron.moeTokenDispatcherType', '--dispatcher', 'alltoall'),
  ]);
const job = jobIn(text);
const codes = (options: LintOptions = {}, content = text): string[] =>
  lintJob(job, { text: () => content, ...options }).map((finding) => finding.rule);

describe('lintJob', () => {
  it('finds what is wrong, with the place of the other operand', () => {
    const [finding] = lintJob(job, { text: () => text });
    expect(finding).toMatchObject({
      rule: 'MG002',
      name: 'megatron/experts-divisible-by-ep',
      severity: 'error',
      message: '128 experts do not divide over EP 24: use 16 or 32.',
      related: [{ message: '--num-experts is 128' }],
    });
    expect(finding?.fixes.map((fix) => fix.title)).toEqual(['Set EP to 16', 'Set EP to 32']);
  });

  it('gives no fixes without the text', () => {
    expect(lintJob(job)[0]?.fixes).toEqual([]);
  });

  it('leaves out disabled rules and takes severities from the caller', () => {
    expect(codes({ disabled: ['MG002'] })).toEqual([]);
    expect(codes({ disabled: ['megatron/experts-divisible-by-ep'] })).toEqual([]);
    expect(lintJob(job, { severities: { MG002: 'info' } })[0]?.severity).toBe('info');
  });

  it.each([
    ['# moe-scope: ignore MG002'],
    ['# moe-scope: ignore mg002, MG005 -- known'],
    ['# moe-scope: ignore megatron/experts-divisible-by-ep'],
    ['# moe-scope: ignore'],
    ['# moe-scope: ignore-file MG002'],
    ['# moe-scope: ignore-file'],
  ])('is silenced by %s', (comment) => {
    expect(codes({}, text.replace('\n', ` ${comment}\n`))).toEqual([]);
  });

  it('is silenced by a comment above it, with other comments between', () => {
    const above = '# moe-scope: ignore MG002\n  # moe-scope: ignore MG005\n# EP as on the other cluster\n';
    const codesIn = (content: string) =>
      lintJob(jobIn(content), { text: () => content }).map(({ rule }) => rule);
    expect(codesIn(`${above}${text}`)).toEqual([]);
    expect(codesIn(`${above}\n${text}`)).toEqual(['MG002']);
  });

  it('is given with the comment that silences it where the caller asks for it', () => {
    const silenced = text.replace('\n', ' # moe-scope: ignore MG002, MG005 -- one node only \n');
    const [finding] = lintJob(job, { text: () => silenced, keepsSuppressed: true });
    const { range, reason } = finding!.suppression!;
    expect([finding!.rule, reason]).toEqual(['MG002', 'one node only']);
    expect(silenced.slice(range.start, range.end)).toBe('# moe-scope: ignore MG002, MG005 -- one node only');
  });

  it('is not silenced by a comment about another rule or line', () => {
    expect(codes({}, text.replace('\n', ' # moe-scope: ignore MG005\n'))).toEqual(['MG002']);
    expect(codes({}, `${text}# moe-scope: ignore MG002\n`)).toEqual(['MG002']);
  });

  it('says nothing when an operand is unresolved', () => {
    const facts = job.facts.map((fact) =>
      fact.name === 'layout.ep' ? { ...fact, state: 'unresolved' as const, value: null } : fact,
    );
    expect(lintJob(jobOf('megatron-lm', facts), { text: () => text }).map((f) => f.rule)).toEqual(['GN002']);
  });
});

describe('a value that is only a fallback of the script', () => {
  const script = (assignment: string) =>
    `${assignment}\nrun --num-experts 128 --ep $EP --dispatcher alltoall\n`;
  const severity = (assignment: string, name = 'layout.ep') => {
    const content = script(assignment);
    const at = content.indexOf('24');
    const ep = {
      ...flagFact(content, name, '--ep', '$EP'),
      value: 24,
      state: 'constant' as const,
      via: [{ variable: 'EP', range: { start: at, end: at + 2 } }],
    };
    const facts = [flagFact(content, 'model.routedExperts', '--num-experts', 128), ep];
    const found = lintJob(jobOf('megatron-lm', facts), { text: () => content });
    return found.filter((finding) => finding.rule === 'MG002').map((f) => [f.severity, f.message]);
  };
  const message = '128 experts do not divide over EP 24: use 16 or 32.';

  it('makes an error a warning that says so', () => {
    const note = ` This is with the script's own default for $EP.`;
    expect(severity(`EP=\${EP:-24}`)).toEqual([['warning', message + note]]);
    expect(severity(`EP="\${EP:=24}"`)).toEqual([['warning', message + note]]);
  });

  it('is told from a plain assignment', () => {
    expect(severity('EP=24')).toEqual([['error', message]]);
    expect(severity(`X=\${Y:-1}; EP=24`)).toEqual([['error', message]]);
  });
});

describe('a rule that throws', () => {
  const list = rules as Rule[];
  const length = list.length;
  afterEach(() => {
    list.length = length;
  });

  it('is told to the caller and leaves the others alone', () => {
    const error = new Error('broken');
    list.push({
      ...list[0]!,
      code: 'XX001',
      check: () => {
        throw error;
      },
    });
    const told: unknown[] = [];
    expect(codes({ onRuleError: (code, e) => told.push(code, e) })).toEqual(['MG002']);
    expect(told).toEqual(['XX001', error]);
  });
});

describe('mergeFindings', () => {
  it('drops repetitions and orders by file, place and code', () => {
    const [finding] = lintJob(job);
    const later = { ...finding!, file: 'z.sh' };
    const earlier = { ...finding!, range: { start: 0, end: 1 } };
    expect(mergeFindings([later, finding!, earlier, finding!])).toEqual([earlier, finding, later]);
  });
});

describe('makeContext', () => {
  it('lets an unresolved fact hide resolved ones of the same name', () => {
    const facts = [
      { ...flagFact(text, 'layout.ep', '--ep', 24), state: 'unresolved' as const, value: null },
      flagFact(text, 'layout.ep', '--ep', 24),
    ];
    const context = makeContext(jobOf('megatron-lm', facts));
    expect(context.fact('layout.ep')).toBeUndefined();
    expect(context.number('layout.ep')).toBeUndefined();
    expect(context.unresolved('layout.ep')).toBe(true);
    expect(context.absent('layout.ep')).toBe(false);
  });

  it('tells written values from defaults', () => {
    const facts = [{ ...flagFact(text, 'layout.ep', '--ep', 24), state: 'default' as const }];
    const context = makeContext(jobOf('megatron-lm', facts));
    expect(context.number('layout.ep')).toBe(24);
    expect(context.written('layout.ep')).toBeUndefined();
    expect(context.absent('layout.ep')).toBe(true);
  });
});
