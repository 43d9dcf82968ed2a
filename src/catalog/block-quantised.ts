/**
 * Checkpoints that their makers publish in FP8 with a scale per block of 128 × 128 (`weight_block_size` of their
 * config.json), by owner and name. Others of a like name need not be: RedHatAI and NVIDIA scale channels or tensors.
 * DeepSeek-V3, Qwen3 and MiniMax-M2: vllm-project/vllm#25292, #48173, #54178; Kimi-K2: moonshotai/Kimi-K2-Instruct.
 */
const NAMES: readonly RegExp[] = [
  /(^|\/)Qwen\/Qwen3[^/]*-FP8\/?$/i,
  /(^|\/)deepseek-ai\/DeepSeek-(V3|R1)(-(0324|0528|Base|Zero)|\.1(-Base|-Terminus)?|\.2(-Exp)?)?\/?$/i,
  /(^|\/)MiniMaxAI\/MiniMax-M2(\.\d)?\/?$/i,
  /(^|\/)moonshotai\/Kimi-K2-Instruct(-0905)?\/?$/i,
];

/** Rows and columns of a block of the published checkpoint of that name; `undefined` where that is not known. */
export function publishedBlock(model: string): number | undefined {
  return NAMES.some((name) => name.test(model)) ? 128 : undefined;
}
