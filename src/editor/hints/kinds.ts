/** What an inlay hint may say; each has a setting of its name. */
export const HINT_KINDS = ['expertsPerRank', 'remoteNodes', 'gpus', 'layerTime'] as const;
export type HintKind = (typeof HINT_KINDS)[number];
