import { writeFileSync } from 'node:fs';
import { reportMarkdown } from './markdown';
import { prose } from './prose';
import { accuracyTables } from './tables';

const report = reportMarkdown(accuracyTables, prose());
writeFileSync('docs/accuracy.md', report);
console.log(report);
