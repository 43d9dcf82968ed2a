import type { DocumentFormat, LineFormat } from './format';
import { ascendExpertMap } from './formats/ascend-expert-map';
import { eplb } from './formats/eplb';
import { expertLoadCsv } from './formats/expert-load-csv';
import { megatronRouterTrace } from './formats/megatron-router-trace';
import { moeBalanceTrace } from './formats/moe-balance-trace';
import { sglangLocation } from './formats/sglang-location';
import { trtllmLoadBalancer } from './formats/trtllm-load-balancer';

/** Formats of lines, in the order in which they are shown a file's first line. */
export const LINE_FORMATS: readonly LineFormat[] = [megatronRouterTrace, moeBalanceTrace, expertLoadCsv];

/** Formats of whole files, in the order in which they are asked; the first that knows the file reads it. */
export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [
  sglangLocation,
  eplb,
  ascendExpertMap,
  trtllmLoadBalancer,
];

/** A substring test on the beginning of a file: whether reading it may find a placement, loads or a trace. */
export function mightBeArtefact(head: string): boolean {
  const [firstLine = ''] = head.split('\n', 1);
  return (
    DOCUMENT_FORMATS.some(({ hint }) => hint.test(head)) ||
    LINE_FORMATS.some(({ hint }) => hint.test(firstLine))
  );
}
