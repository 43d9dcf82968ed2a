import type { ArtefactSummary } from '../../config/artefacts';
import { layerLabel } from '../../config/artefacts/layer-label';
import { plain } from '../markdown';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const ratio = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
const counted = (count: number, one: string): string => `${whole(count)} ${one}${count === 1 ? '' : 's'}`;

/** What a file of numbers holds, in a line. */
export function summaryLine(summary: ArtefactSummary): string {
  const { title, layers, experts, slots, mostReplicas, maxOverMean, problems } = summary;
  const faults = problems.length > 0 ? `; ${counted(problems.length, 'problem')}` : '';
  if (slots !== null) {
    const redundant = slots > experts ? `, ${whole(slots - experts)} redundant` : '';
    const most = mostReplicas !== null && mostReplicas > 1 ? `, up to ${mostReplicas} of one expert` : '';
    const sized =
      layers > 0 ? `${counted(layers, 'layer')} × ${counted(slots, 'slot')}` : counted(slots, 'slot');
    const of = layers > 0 ? ` for ${counted(experts, 'expert')}${redundant}${most}` : '; no placement';
    return `${title}: ${sized}${of}${faults}`;
  }
  const sized = `${counted(layers, 'layer')} × ${counted(experts, 'expert')}`;
  if (maxOverMean === null) return `${title}: ${sized}, no tokens${faults}`;
  const { median, max, hottest } = maxOverMean;
  const skew = `busiest expert ${ratio(median)} × the mean in the median layer, ${ratio(max)} × in ${layerLabel(hottest.layer)}`;
  return `${title}: ${sized}, ${skew}${faults}`;
}

/** The same in Markdown, with what else is known, and what is wrong by line. */
export function summaryMarkdown(summary: ArtefactSummary): string {
  const { tokens, topK, steps, assignments, maxOverMean, problems } = summary;
  const facts = [
    ...(steps === null ? [] : [counted(steps, 'step')]),
    ...(tokens === null ? [] : [`${counted(tokens, 'token')} over all layers`]),
    ...(topK === null ? [] : [`${counted(topK, 'expert')} per token`]),
    ...(tokens === null && assignments !== null ? [`${counted(assignments, 'assignment')}`] : []),
    ...(maxOverMean === null
      ? []
      : [`hottest: expert ${maxOverMean.hottest.expert} of ${layerLabel(maxOverMean.hottest.layer)}`]),
  ];
  const faults = problems.map(
    ({ line, message, times }) =>
      `- line ${whole(line)}: ${plain(message)}${times > 1 ? ` (${whole(times)} times)` : ''}`,
  );
  return [
    `**${summaryLine({ ...summary, problems: [] })}**`,
    ...(facts.length > 0 ? [`${facts.join(', ')}.`] : []),
    ...(faults.length > 0 ? [faults.join('\n')] : []),
  ].join('\n\n');
}
