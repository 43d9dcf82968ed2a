import type { Node } from 'jsonc-parser';
import { type JsonMember, membersOf } from '../../syntax/json';
import { entryOf } from '../../table';

/** Storage format of weights as the simulator names it, with the member of the file that says it. */
export interface WeightFormat {
  readonly dtype: 'bf16' | 'fp16' | 'fp8' | 'mxfp4' | 'mxfp4-fp8' | 'nvfp4' | 'int4' | 'int4-linear' | 'int8';
  readonly member: JsonMember;
  readonly rule: string;
}

const PLAIN: Readonly<Record<string, WeightFormat['dtype']>> = {
  bfloat16: 'bf16',
  'torch.bfloat16': 'bf16',
  float16: 'fp16',
  'torch.float16': 'fp16',
};

/** `quantization_config.quant_method` values that say the format by themselves. */
const BY_METHOD: Readonly<Record<string, WeightFormat['dtype']>> = {
  fp8: 'fp8',
  mxfp4: 'mxfp4',
  fbgemm_fp8: 'fp8',
};

/** `quant_algo` of NVIDIA's modelopt checkpoints. */
const BY_ALGORITHM: Readonly<Record<string, WeightFormat['dtype']>> = {
  NVFP4: 'nvfp4',
  FP8: 'fp8',
  W4A16_AWQ: 'int4-linear',
  W4A8_AWQ: 'int4-linear',
};

const BY_BITS: Readonly<Record<string, WeightFormat['dtype']>> = {
  'int 4': 'int4-linear',
  'int 8': 'int8',
  'float 8': 'fp8',
};

/** Bits of integers where a method says nothing else (gptq, awq, auto-round). */
const BY_PLAIN_BITS: ReadonlyMap<unknown, WeightFormat['dtype']> = new Map([
  [4, 'int4-linear'],
  [8, 'int8'],
]);

/** Keys of layers that are not quantised: of awq, of compressed-tensors, of modelopt. */
const EXCLUDED_KEYS: readonly string[] = ['modules_to_not_convert', 'ignore', 'exclude_modules'];

/** Names of attention layers, or patterns of them. */
const ATTENTION = /attn|attention/;

/** FP4 by the number of weights that share a scale (vllm-project/compressed-tensors: nvfp4 and mxfp4 formats). */
const FP4_BY_GROUP: Readonly<Record<number, WeightFormat['dtype']>> = { 16: 'nvfp4', 32: 'mxfp4' };

/** Targets that are the matrices of experts. */
const EXPERT_TARGETS = /expert|ffn|mlp|(gate|up|down)_proj/;

/** What experts in FP4 and other layers in this format are together. */
const BESIDE_FP4: Readonly<Partial<Record<WeightFormat['dtype'], WeightFormat['dtype']>>> = {
  fp8: 'mxfp4-fp8',
  bf16: 'mxfp4',
};

/** The format of a quantised checkpoint; `undefined` when it is quantised in a way that is not known here. */
function quantised(config: JsonMember): WeightFormat | undefined {
  const members = membersOf(config.value);
  const format = formatOf(members);
  if (format?.dtype !== 'int4-linear' || !excludesAttention(members)) return format;
  return { ...format, dtype: 'int4', rule: `${format.rule}, attention left out` };
}

const excludesAttention = (members: readonly JsonMember[]): boolean =>
  members.some(
    ({ key, value }) =>
      EXCLUDED_KEYS.includes(key) && value.children?.some((name) => ATTENTION.test(String(name.value))),
  );

function formatOf(members: readonly JsonMember[]): WeightFormat | undefined {
  const find = (key: string) => members.find((member) => member.key === key);
  const method = find('quant_method');
  const named = entryOf(BY_METHOD, String(method?.value.value));
  if (method !== undefined && named !== undefined) {
    return { dtype: named, member: method, rule: `quant_method ${String(method.value.value)}` };
  }
  const algorithm = find('quant_algo');
  const byAlgorithm = entryOf(BY_ALGORITHM, String(algorithm?.value.value));
  if (algorithm !== undefined && byAlgorithm !== undefined) {
    return { dtype: byAlgorithm, member: algorithm, rule: `quant_algo ${String(algorithm.value.value)}` };
  }
  const mixed = ofLayers(membersOf(find('quantized_layers')?.value));
  if (mixed !== undefined) return mixed;
  // gptq and awq say the bits themselves, compressed-tensors per group of layers.
  const bits = find('bits');
  const plain = BY_PLAIN_BITS.get(bits?.value.value);
  if (bits !== undefined && plain !== undefined)
    return { dtype: plain, member: bits, rule: `${String(bits.value.value)}-bit weights` };
  return ofGroups(membersOf(find('config_groups')?.value));
}

/** Matrices of routed experts among the names of layers: `…experts.12.w1`. */
const EXPERT_LAYER = /\bexperts\b/;

/** modelopt's `MIXED_PRECISION`: the one format of the routed experts, which hold most of the weights. */
function ofLayers(layers: readonly JsonMember[]): WeightFormat | undefined {
  const experts = layers.filter(({ key }) => EXPERT_LAYER.test(key));
  const algorithms = experts.map((layer) => membersOf(layer.value).find(({ key }) => key === 'quant_algo'));
  const [first] = algorithms;
  const dtype = entryOf(BY_ALGORITHM, String(first?.value.value));
  const isOne = algorithms.every((one) => one?.value.value === first?.value.value);
  if (first === undefined || dtype === undefined || !isOne) return undefined;
  return { dtype, member: first, rule: `experts: quant_algo ${String(first.value.value)}` };
}

/** The one format of all groups, or, where they differ, that of the experts: they hold most of the weights. */
function ofGroups(groups: readonly JsonMember[]): WeightFormat | undefined {
  const formats = groups.map(ofGroup);
  if (formats.every((format) => format?.dtype === formats[0]?.dtype)) return formats[0];
  const ofExperts = formats.filter((_, index) => {
    const targets = membersOf(groups[index]?.value).find((member) => member.key === 'targets');
    return targets?.value.children?.some((target) => EXPERT_TARGETS.test(String(target.value)));
  });
  const [only, ...more] = ofExperts;
  return only === undefined || more.length > 0 ? undefined : { ...only, rule: `experts: ${only.rule}` };
}

function ofGroup(group: JsonMember): WeightFormat | undefined {
  const weights = membersOf(group.value).find((member) => member.key === 'weights');
  const weight = membersOf(weights?.value);
  const type = weight.find((member) => member.key === 'type')?.value.value;
  const count = weight.find((member) => member.key === 'num_bits');
  const size = weight.find((member) => member.key === 'group_size')?.value.value;
  const name = `${String(type)} ${String(count?.value.value)}`;
  const dtype = name === 'float 4' ? FP4_BY_GROUP[Number(size)] : entryOf(BY_BITS, name);
  const rule = `${String(type)} weights of ${String(count?.value.value)} bits`;
  return count === undefined || dtype === undefined ? undefined : { dtype, member: count, rule };
}

/** DeepSeek-V4: its experts have a format of their own beside FP8 in blocks, or beside 16 bits. */
function withExperts(
  format: WeightFormat | undefined,
  experts: JsonMember | undefined,
): WeightFormat | undefined {
  if (format === undefined || experts?.value.value !== 'fp4') return format;
  const dtype = BESIDE_FP4[format.dtype];
  return dtype === undefined ? format : { dtype, member: experts, rule: `expert_dtype fp4, ${format.rule}` };
}

/** Format of the weights of a checkpoint, from its quantisation or else its `torch_dtype`; `null` when not said. */
export function weightFormat(
  section: readonly JsonMember[],
  top: readonly JsonMember[],
): WeightFormat | null {
  const find = (key: string) =>
    section.find((member) => member.key === key) ?? top.find((member) => member.key === key);
  const quantisation = find('quantization_config');
  if (quantisation?.value.type === 'object') {
    return withExperts(quantised(quantisation), find('expert_dtype')) ?? null;
  }
  const plain = find('torch_dtype') ?? find('dtype');
  const dtype = entryOf(PLAIN, String(plain?.value.value));
  if (plain === undefined || dtype === undefined) return null;
  const rule = `${plain.key} ${String(plain.value.value)}`;
  return withExperts({ dtype, member: plain, rule }, find('expert_dtype')) ?? null;
}

/** The quantisation that a checkpoint has and that is not known here; `null` where there is none, or a known one. */
export function unknownQuantisation(
  section: readonly JsonMember[],
  top: readonly JsonMember[],
): { readonly member: JsonMember; readonly method: string } | null {
  const member = [...section, ...top].find(({ key }) => key === 'quantization_config');
  if (member?.value.type !== 'object' || weightFormat(section, top) !== null) return null;
  const method = membersOf(member.value).find(({ key }) => key === 'quant_method');
  return { member, method: method === undefined ? '' : ` ${String(method.value.value)}` };
}

/** The format that a `hf_quant_config.json` states (NVIDIA/Model-Optimizer: torch/export); `null` for one not known here. */
export function exportedWeightFormat(root: Node | null | undefined): WeightFormat | null {
  const section = membersOf(root).find(({ key }) => key === 'quantization');
  return section === undefined ? null : (quantised(section) ?? null);
}
