import { fix } from '../edits';
import { insertOption } from '../option-edits';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, experts, report, setTo, source, sureNumber, textOf } from './common';
import { at, effectiveEp, epFacts, sglang } from './sglang-shared';

const LOCATION = '01fec5c2: srt/eplb/expert_location.py';

/** The map of `--init-expert-location '{"physical_to_logical_map": …}'`: rows of logical experts, one per layer. */
function inlineMap(text: string): readonly (readonly unknown[])[] | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const map = (JSON.parse(text) as { physical_to_logical_map?: unknown }).physical_to_logical_map;
    return Array.isArray(map) && map.every((row) => Array.isArray(row)) ? map : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with the first row that is wrong; `undefined` when every expert of every layer has a place. */
function wrongRow(
  rows: readonly (readonly unknown[])[],
  all: number,
  slots: number | undefined,
): string | undefined {
  for (const [layer, row] of rows.entries()) {
    if (slots !== undefined && row.length !== slots) {
      return `layer ${layer} has ${row.length} places, and there are ${all} experts + ${slots - all} redundant = ${slots}`;
    }
    const beyond = row.find((id) => !Number.isInteger(id) || Number(id) < 0 || Number(id) >= all);
    if (beyond !== undefined) return `layer ${layer} names expert ${beyond}, and they are 0 to ${all - 1}`;
    const placed = new Set(row);
    if (placed.size === all) continue;
    const missing = Array.from({ length: all }, (_, id) => id).find((id) => !placed.has(id));
    return `layer ${layer} has no place for expert ${missing}`;
  }
  return undefined;
}

/** The redundancy that makes the physical experts divide by EP: at least what is written, as small as possible. */
function enoughRedundancy(all: number, redundant: number, ep: number): number {
  return redundant + ((ep - ((all + redundant) % ep)) % ep);
}

const elastic = (context: RuleContext): boolean => !context.absent('sglang.elasticEpBackend');

/** Rules on where experts are placed. */
export const sglangPlacementRules: readonly Rule[] = [
  {
    code: 'SG005',
    name: 'sglang/physical-experts-divisible',
    severity: 'error',
    frameworks: sglang,
    summary: 'Experts and redundant experts do not divide over EP',
    why: 'Every rank holds the same number of physical experts: (experts + redundant) / EP. SGLang asserts it, with and without EPLB.',
    source: at(`${LOCATION} (ExpertLocationMetadata._init_common)`),
    limits: 'Only where the model is known. Silent with elastic EP, which lays experts out in another way.',
    example: {
      language: 'bash',
      bad: '# 256 experts over EP 24\n  --tp-size 24 --ep-size 24',
      good: '# 256 + 8 experts over EP 24\n  --tp-size 24 --ep-size 24 --ep-num-redundant-experts 8',
    },
    check(context) {
      const all = experts(context);
      const ep = effectiveEp(context);
      const redundant = sureNumber(context, 'placement.redundantExperts');
      if (!all || !ep || redundant === undefined || redundant < 0 || elastic(context)) return [];
      if ((all + redundant) % ep === 0) return [];
      const enough = enoughRedundancy(all, redundant, ep);
      const written = context.written('placement.redundantExperts');
      const facts = epFacts(context);
      const place = written ?? facts[0];
      if (!place) return [];
      const label = `Set redundant experts to ${enough}`;
      const option = { option: '--ep-num-redundant-experts', value: String(enough) };
      return report(
        [place, ...facts, context.written('model.routedExperts')],
        `${all} experts + ${redundant} redundant do not divide over EP ${ep}: with ${enough} redundant experts they do.`,
        {
          fixes: written
            ? setTo(context, written, 'redundant experts', [enough])
            : fix(label, [insertOption(place, option, source(context, place))]),
        },
      );
    },
  },
  {
    code: 'SG006',
    name: 'sglang/eplb-needs-ep',
    severity: 'error',
    frameworks: sglang,
    summary: 'EPLB without expert parallelism',
    why: 'The load balancer moves experts between ranks; with EP 1 there is one. SGLang asserts that EP is above 1.',
    source: at('008b79d2: srt/arg_groups/parallel_hook.py (handle_eplb_and_dispatch)'),
    limits: 'Silent with elastic EP, where a server may join one that is larger.',
    example: {
      language: 'bash',
      bad: '  --tp-size 8 --enable-eplb',
      good: '  --tp-size 8 --ep-size 8 --enable-eplb',
    },
    check(context) {
      const eplb = context.written('placement.eplb');
      const tp = sureNumber(context, 'layout.tp');
      if (eplb?.value !== true || effectiveEp(context) !== 1 || elastic(context)) return [];
      const ep = context.written('layout.ep');
      const option = { option: '--ep-size', value: String(tp) };
      const larger = tp !== undefined && tp > 1;
      return report(
        [eplb, ...epFacts(context)],
        `${eplb.key} needs expert parallelism, and EP is 1${larger ? `: set EP to ${tp}, or drop it` : ''}.`,
        {
          fixes: [
            ...(larger && ep ? setTo(context, ep, 'EP', [tp]) : []),
            ...(larger && !ep ? addOption(context, eplb, option) : []),
            ...dropOption(context, eplb),
          ],
        },
      );
    },
  },
  {
    code: 'SG014',
    name: 'sglang/expert-location-incomplete',
    severity: 'error',
    frameworks: sglang,
    summary: 'The initial placement of experts is not a placement of this model',
    why: 'A row of physical_to_logical_map says which expert each physical place of a layer holds. It needs one entry per expert and redundant expert, and a place for every expert: tokens of one without a place have nowhere to go.',
    source: `${at(`${LOCATION} (init_by_mapping, _init_common)`)}; that every expert has a place is inferred`,
    limits: 'Only for a placement written in the option itself, and where the model is known.',
    example: {
      language: 'bash',
      bad: '# 4 experts\n  --init-expert-location \'{"physical_to_logical_map": [[0, 1, 2, 2]]}\'',
      good: '# 4 experts\n  --init-expert-location \'{"physical_to_logical_map": [[0, 1, 2, 3]]}\'',
    },
    check(context) {
      const location = context.written('sglang.initExpertLocation');
      const all = experts(context);
      const rows = inlineMap(textOf(location) ?? '');
      if (!location || !all || !rows) return [];
      const redundant = sureNumber(context, 'placement.redundantExperts');
      const wrong = wrongRow(rows, all, redundant === undefined ? undefined : all + redundant);
      if (wrong === undefined) return [];
      return report(
        [location, context.written('placement.redundantExperts'), context.written('model.routedExperts')],
        `The placement does not fit the model: ${wrong}.`,
      );
    },
  },
];
