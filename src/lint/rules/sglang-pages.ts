import type { Fact } from '../../config/fact';
import { orList } from '../arithmetic';
import type { Rule, RuleContext } from '../rule';
import { report, setTo, textOf } from './common';
import { at, sglang } from './sglang-shared';

/** The pages that a backend of attention takes; other sizes become `instead`. */
interface Pages {
  readonly sizes: readonly number[];
  readonly instead: number;
  /** Whether it also says so where it runs the prefill only. */
  readonly inPrefill?: true;
}

/** srt/arg_groups/overrides.py, _mla_backend_page_constraints; sizes of all versions that were read. */
const PAGES_OF: Readonly<Record<string, Pages>> = {
  flashmla: { sizes: [64], instead: 64 },
  cutlass_mla: { sizes: [128], instead: 128 },
  trtllm_mla: { sizes: [32, 64], instead: 64 },
  tokenspeed_mla: { sizes: [32, 64], instead: 64 },
  cutedsl_mla: { sizes: [32, 64], instead: 64, inPrefill: true },
  trtllm_mha: { sizes: [16, 32, 64, 128], instead: 64, inPrefill: true },
  hpc_ops: { sizes: [64], instead: 64, inPrefill: true },
};

/** Pages that models ask for whatever is written (sparse attention): what divides by these divides by any. */
const LARGEST_FORCED = 64;

interface Change {
  readonly backend: Fact;
  readonly pages: Pages;
}

/** The backend that replaces this size of pages, and by which. */
function changeOf(context: RuleContext, size: number): Change | undefined {
  const [base, prefill, decode] = [
    'attentionBackend',
    'prefillAttentionBackend',
    'decodeAttentionBackend',
  ].map((name) => context.written(`sglang.${name}`));
  // One backend for both phases takes the place of the general one.
  const general = prefill && prefill.value === decode?.value ? prefill : base;
  return [general, decode, prefill]
    .flatMap((backend) => {
      const pages = PAGES_OF[textOf(backend) ?? ''];
      const counts = backend !== prefill || backend === general || pages?.inPrefill === true;
      return backend && pages && counts && !pages.sizes.includes(size) ? [{ backend, pages }] : [];
    })
    .at(0);
}

/** Rules on the pages of the KV cache. */
export const sglangPageRules: readonly Rule[] = [
  {
    code: 'SG025',
    name: 'sglang/page-size-of-attention-backend',
    severity: 'warning',
    frameworks: sglang,
    summary: 'The backend of attention takes pages of another size',
    why: 'Some backends of attention are built for a few sizes of KV cache pages. SGLang replaces another --page-size by one that the backend takes, and says so only in its log: prefix caching then works in larger steps than asked for.',
    source: 'sgl-project/sglang@bc0c93b5: srt/arg_groups/overrides.py (_mla_backend_page_constraints)',
    example: {
      language: 'bash',
      bad: '  --attention-backend flashmla --page-size 1',
      good: '  --attention-backend flashmla --page-size 64',
    },
    check(context) {
      const page = context.written('sglang.pageSize');
      const change = page && changeOf(context, Number(page.value));
      if (!page || !change) return [];
      const { backend, pages } = change;
      return report(
        [page, backend],
        `${page.key} ${page.value} becomes ${pages.instead}: the ${backend.value} backend takes pages of ${orList(pages.sizes)} tokens.`,
        { fixes: setTo(context, page, 'it', [pages.instead]) },
      );
    },
  },
  {
    code: 'SG026',
    name: 'sglang/chunk-of-whole-pages',
    severity: 'error',
    frameworks: sglang,
    summary: 'The chunk of a prefill is not a whole number of pages',
    why: 'A prefill goes chunk by chunk, and a chunk ends where a page of the KV cache ends: --chunked-prefill-size, divided by DP with --enable-dp-attention, must divide by --page-size. SGLang asserts it at start.',
    source: at('018669d6: srt/arg_groups/validation_hook.py (check_server_args)'),
    limits:
      'Silent for servers that only decode, and for chunks that models with pages of their own size take.',
    example: {
      language: 'bash',
      bad: '  --page-size 64 --chunked-prefill-size 1000',
      good: '  --page-size 64 --chunked-prefill-size 1024',
    },
    check(context) {
      const chunk = context.written('sglang.chunkedPrefillSize');
      const page = context.written('sglang.pageSize');
      if (!chunk || !page || !(Number(chunk.value) > 0) || !(Number(page.value) > 1)) return [];
      if (context.unresolved('sglang.disaggregationMode')) return [];
      if (context.fact('sglang.disaggregationMode')?.value === 'decode') return [];
      const shared = context.fact('layout.attentionDataParallel');
      const dp = shared?.value === true ? context.number('layout.dp') : 1;
      if (dp === undefined || context.unresolved('layout.attentionDataParallel')) return [];
      const size = changeOf(context, Number(page.value))?.pages.instead ?? Number(page.value);
      const each = Math.floor(Number(chunk.value) / dp);
      if (each % size === 0 || each % LARGEST_FORCED === 0) return [];
      const near = [Math.floor(each / size), Math.ceil(each / size)]
        .filter((n) => n > 0)
        .map((n) => n * size * dp);
      const divided = dp > 1 ? `, divided by DP ${dp},` : '';
      return report(
        [chunk, page, dp > 1 ? context.written('layout.dp') : undefined],
        `${chunk.key} ${chunk.value}${divided} does not divide into pages of ${size} tokens: use ${orList(near)}.`,
        { fixes: setTo(context, chunk, 'it', near) },
      );
    },
  },
];
