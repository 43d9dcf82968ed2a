/** A model with experts that is read and not simulated, and why not. */
export interface OtherModel {
  readonly title: string;
  readonly modelTypes: readonly string[];
  /** Ends the sentence "X is not simulated: …". */
  readonly why: string;
}

const NOT_ESTABLISHED = 'what its layers hold is not established here';

/** Why is from the modelling code of transformers 5.18.0, where it has the model. */
export const OTHER_MODELS: readonly OtherModel[] = [
  {
    title: 'JetMoE',
    modelTypes: ['jetmoe'],
    why: 'queries and outputs of its attention are experts too, behind a router of their own (JetMoeMoA)',
  },
  {
    title: 'Switch Transformer',
    modelTypes: ['switch_transformers'],
    why: 'an encoder and a decoder that attends to it are two models of layers, and one is simulated',
  },
  {
    title: 'NLLB-MoE',
    modelTypes: ['nllb-moe'],
    why: 'an encoder and a decoder that attends to it are two models of layers, and one is simulated',
  },
  {
    title: 'OpenAI Privacy Filter',
    modelTypes: ['openai_privacy_filter'],
    why: 'it labels tokens, which attend in both directions, and generates none',
  },
  {
    title: 'DiffusionGemma',
    modelTypes: ['diffusion_gemma', 'diffusion_gemma_text'],
    why: 'it refines a block of tokens over several passes, and a step here adds one token per sequence',
  },
  {
    title: 'Inkling',
    modelTypes: ['inkling_mm_model', 'inkling_text'],
    why: 'its short convolutions and its relative position bias are not described here',
  },
  { title: 'Step-3', modelTypes: ['step3_vl', 'step3_text'], why: NOT_ESTABLISHED },
  { title: 'DeepSeek-V4.1', modelTypes: ['deepseek_v41'], why: NOT_ESTABLISHED },
];
