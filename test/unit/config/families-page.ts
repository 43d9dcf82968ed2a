import { FAMILIES } from '../../../src/config/frameworks/huggingface/families';
import type { Family } from '../../../src/config/frameworks/huggingface/families/family';
import { OTHER_MODELS } from '../../../src/config/frameworks/huggingface/families/others';
import publishedModels from './published-models.json';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function row(family: Family): string {
  const { modelTypes, models, layersAre, mtpKnown, unknownVariants = {}, implementation } = family;
  const left = mtpKnown === false ? '; MTP modules left out' : '';
  const refused = Object.keys(unknownVariants);
  const variants = refused.length === 0 ? '' : ` [${code(refused)}]`;
  return `| ${code(modelTypes)} | ${models} | ${layersAre}${left}${variants} | ${implementation} |`;
}

const BEFORE = `# Model families

What is simulated of a Hugging Face \`config.json\`, by its \`model_type\`. Weights are counted as the modelling code makes them; [accuracy.md](accuracy.md) has the counts beside those of published models. Where a file leaves a key out, the default of the family's own class is taken. A family that is not here is read and linted, and said not to be simulated; so is a config that sets a key which brings parts that are not described (in brackets below).

| model types | published models | layers | source |
|---|---|---|---|
`;

const AFTER = `
Not simulated, and said so with the reason: ${OTHER_MODELS.map(({ title, modelTypes, why }) => `${title} (${code(modelTypes)}: ${why})`).join('; ')}.

**Active** parameters leave out the routed experts that a token does not choose, and nothing else; the input embedding counts. **With MTP** adds each module: its layer, three norms (ERNIE 4.5: two) and the projection of a pair; in ERNIE 4.5, MiMo, Step and LongCat a layer without experts. **Stored** adds the copies of embedding and head that checkpoints keep with it: both in DeepSeek-V3, GLM-4.5 and GLM-4.7 (GLM-4.6 keeps none, which its config does not say), one table in LongCat-Flash and Step, none in GLM-5, Qwen3.5, Nemotron-3, Ling, ERNIE 4.5, MiMo and DeepSeek-V4.

Time and memory of Gated DeltaNet, Mamba, lightning and Kimi Delta layers, of sparse attention, of attention to compressed tokens, of short convolutions and of experts in a latent rest on FLOP and bytes alone: no run that the constants were fitted on has them, and no error is promised. States are taken as FP32 with the last inputs of the convolution in BF16, keys of an indexer as FP8 with an FP32 scale. What the attention residuals of Kimi-K3 add to time and activations is left out.
`;

const CARDS = `
## Beside what was published

What is counted for one model of a family, to the last digit as the modelling code has it, beside what its card, its paper or its name says; many cards leave the embedding out of the active parameters. [accuracy.md](accuracy.md) has the models whose exact counts are published. The cache is that of one sequence of 8,192 tokens in BF16, with the states of recurrent layers.

| model | published | parameters | active | cache, MiB |
|---|---|--:|--:|--:|
`;

const exact = (value: number): string => value.toLocaleString('en-US');

const card = ({
  name,
  card: says,
  total,
  active,
  cacheBytes,
}: (typeof publishedModels.models)[number]): string =>
  `| ${name} | ${says} | ${exact(total)} | ${exact(active)} | ${exact(Math.round(cacheBytes / 2 ** 20))} |`;

/** docs/families.md: a row for each family that is simulated, and one for each published model that tests count. */
export const familiesPage = (): string =>
  `${BEFORE}${FAMILIES.map(row).join('\n')}\n${AFTER}${CARDS}${publishedModels.models.map(card).join('\n')}\n`;
