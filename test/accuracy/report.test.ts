import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { reportMarkdown } from './report/markdown';
import { prose } from './report/prose';
import { type Limits, notFitted, summary } from './report/table';
import { accuracyTables } from './report/tables';

const page = fileURLToPath(new URL('../../docs/accuracy.md', import.meta.url));

function expectWithin(rows: Parameters<typeof summary>[0], limits: Limits, what: string): void {
  const reached = summary(rows);
  for (const [name, limit] of Object.entries(limits)) {
    expect(reached[name as keyof Limits], `${name} error of ${what}`).toBeLessThanOrEqual(limit);
  }
}

describe('predicted beside measured', () => {
  test.each(accuracyTables.map((table) => [table.title, table] as const))('%s', (_, table) => {
    expectWithin(table.rows, table.limits, 'all rows');
    if (table.target) expectWithin(notFitted(table.rows), table.target, 'rows that were not fitted');
  });

  it('is what docs/accuracy.md says', async () => {
    await expect(reportMarkdown(accuracyTables, prose())).toMatchFileSnapshot(page);
  });
});
