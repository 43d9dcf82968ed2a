import type { DocumentFormat } from './format';
import { eplb } from './formats/eplb';
import { sglangLocation } from './formats/sglang-location';

/** In the order in which they are asked; the first that knows the file reads it. */
export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [sglangLocation, eplb];
