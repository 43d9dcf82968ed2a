import type { YamlNode, YamlSequence } from '../../syntax/yaml';

/** Megatron-Core's words for what a stage holds, and their letters (LayerType in megatron/core/transformer/enums.py). */
const LETTERS: Readonly<Record<string, string>> = { embedding: 'E', decoder: 't', mtp: 'm', loss: 'L' };

/** More is a slip of the keyboard, and not worth the memory. */
const LONGEST = 10_000;

function lettersOf(stage: YamlNode): string | undefined {
  if (stage.kind !== 'sequence') return undefined;
  const letters = stage.items.map((item) =>
    item.kind === 'scalar' ? LETTERS[item.text.toLowerCase()] : undefined,
  );
  return letters.every((letter) => letter !== undefined) ? letters.join('') : undefined;
}

/** Stages that are written as a list of lists of words, in the letters of an option: `Ett|tL`. */
export function stagesInLetters({ items }: YamlSequence): string | undefined {
  const stages = items.map(lettersOf);
  return stages.length > 0 && stages.every((stage) => stage !== undefined) ? stages.join('|') : undefined;
}

function repeated(text: string, pattern: RegExp): string | undefined {
  let isLong = false;
  const all = text.replaceAll(pattern, (_, part: string, times: string) => {
    isLong ||= part.length * Number(times) > LONGEST;
    return isLong ? '' : part.repeat(Number(times));
  });
  return isLong ? undefined : all;
}

/**
 * The stages of a pipeline layout, a letter for each layer; `undefined` for `auto`, and for what is too long
 * (NVIDIA/Megatron-LM@00caa53a: megatron/core/transformer/pipeline_parallel_layer_layout.py, parse_str_to_list).
 */
export function pipelineStages(layout: string): readonly string[] | undefined {
  if (!/^[EtmL*|(),\d]+$/.test(layout)) return undefined;
  const groups = repeated(layout.replaceAll(',', ''), /\(([^()]+)\)\*(\d+)/g);
  const letters = groups === undefined ? undefined : repeated(groups, /(.)\*(\d+)/g);
  return letters !== undefined && /^[EtmL|]+$/.test(letters) ? letters.split('|') : undefined;
}
