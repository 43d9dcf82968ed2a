import type { LayerName } from './artefact';

/** How a layer is called in a sentence. */
export const layerLabel = ({ number, mtp }: LayerName): string =>
  mtp === undefined ? `layer ${number}` : `layer ${number} of MTP module ${mtp}`;
