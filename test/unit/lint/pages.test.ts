import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ruleMarkdown, rulesIndexMarkdown } from '../../../src/lint/markdown';
import { allRules, findRule } from '../../../src/lint/registry';

const pages = fileURLToPath(new URL('../../../docs/rules/', import.meta.url));

describe('rules', () => {
  it('have codes and names of their own, in order', () => {
    const codes = allRules.map((rule) => rule.code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(new Set(allRules.map((rule) => rule.name)).size).toBe(allRules.length);
  });

  it('are found by code in any case, and by name', () => {
    expect(findRule('mg002')?.name).toBe('megatron/experts-divisible-by-ep');
    expect(findRule('megatron/experts-divisible-by-ep')?.code).toBe('MG002');
    expect(findRule('XX999')).toBeUndefined();
  });

  it.each(allRules.map((rule) => [rule.code, rule] as const))(
    '%s has a page that is up to date',
    async (code, rule) => {
      await expect(ruleMarkdown(rule)).toMatchFileSnapshot(`${pages}${code}.md`);
    },
  );

  it('have an index that is up to date', async () => {
    await expect(rulesIndexMarkdown(allRules)).toMatchFileSnapshot(`${pages}README.md`);
  });

  it('have no page that belongs to none of them', () => {
    const expected = new Set([...allRules.map((rule) => `${rule.code}.md`), 'README.md']);
    expect(readdirSync(pages).filter((page) => !expected.has(page))).toEqual([]);
  });
});
