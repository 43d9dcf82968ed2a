import type { Provenance } from '../../scenario/provenance';
import type { Scenario } from '../../scenario/scenario';
import { valueName } from '../knobs';

/** What is known of how unevenly experts are chosen: on that a saving rests. */
export interface RoutingGround {
  readonly kind: 'recorded' | 'stated' | 'assumed';
  readonly sentence: string;
}

/** What the popularity of a job's experts rests on. */
export function routingGround({ routing }: Scenario, provenance: Provenance): RoutingGround {
  const origin = provenance['routing.distribution'];
  const file =
    origin?.kind === 'artefact' || origin?.kind === 'file' ? origin.file : 'the file that is named';
  switch (routing.distribution) {
    case 'loads':
      return { kind: 'recorded', sentence: `It rests on the expert loads in ${file}.` };
    case 'trace':
      return { kind: 'recorded', sentence: `It rests on the tokens recorded in ${file}.` };
    case 'balanced':
      return { kind: 'stated', sentence: 'It rests on routing that is balanced, as is stated.' };
    default: {
      const name = routing.distribution === 'zipf' ? 'routing.exponent' : 'routing.sigma';
      const value = routing.distribution === 'zipf' ? routing.exponent : routing.sigma;
      const skew = `${routing.distribution} skew (${valueName(name, value)})`;
      const own = provenance[name];
      return own?.kind === 'assumed'
        ? {
            kind: 'assumed',
            sentence: `It rests on an assumed ${skew}: ${own.why}. Loads of this job (routing.file) would decide.`,
          }
        : { kind: 'stated', sentence: `It rests on a ${skew} that is stated.` };
    }
  }
}

/** Shares of an assumed skew with which a saving is looked at again. */
export const OTHER_SKEWS = [0.5, 1.5] as const;
