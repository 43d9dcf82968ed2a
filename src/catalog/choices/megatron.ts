import type { OptionChoice } from './choice';

/**
 * Options of Megatron-LM that choose from a list (NVIDIA/Megatron-LM@002526d8:
 * megatron/core/transformer/transformer_config.py; drop policies and balancing types also @d98e8a64:
 * megatron/training/arguments.py, _add_moe_args).
 */
export const MEGATRON_CHOICES: readonly OptionChoice[] = [
  {
    name: 'megatron.moeTokenDispatcherType',
    words: ['allgather', 'alltoall', 'alltoall_seq', 'flex'],
  },
  {
    name: 'megatron.moeFlexDispatcherBackend',
    words: ['deepep', 'deepepv2', 'hybridep', 'ncclep'],
  },
  { name: 'megatron.recomputeGranularity', words: ['full', 'selective'] },
  { name: 'megatron.recomputeMethod', words: ['block', 'uniform'] },
  {
    name: 'megatron.recomputeModules',
    words: [
      'core_attn',
      'gdn',
      'gdn_norm_out',
      'layernorm',
      'mhc',
      'mla_up_proj',
      'mlp',
      'moe',
      'moe_act',
      'shared_experts',
    ],
    several: true,
  },
  {
    name: 'megatron.offloadModules',
    words: [
      'attn_norm',
      'attn_proj',
      'core_attn',
      'expert_fc1',
      'fused_group_mlp',
      'mlp_norm',
      'moe_act',
      'qkv_linear',
    ],
    several: true,
  },
  { name: 'megatron.cudaGraphImpl', words: ['full_iteration', 'local', 'none', 'transformer_engine'] },
  {
    name: 'megatron.cudaGraphModules',
    words: [
      'attn',
      'full',
      'full_iteration',
      'full_iteration_inference',
      'mamba',
      'mlp',
      'moe',
      'moe_preprocess',
      'moe_router',
    ],
    several: true,
  },
  {
    name: 'megatron.moeRouterLoadBalancingType',
    words: ['aux_loss', 'global_aux_loss', 'none', 'seq_aux_loss', 'sinkhorn'],
    several: true,
  },
  { name: 'megatron.moeTokenDropPolicy', words: ['position', 'probs'] },
  { name: 'megatron.transformerImpl', words: ['inference_optimized', 'local', 'transformer_engine'] },
  { name: 'model.router.scoreFunction', words: ['softmax', 'sigmoid', 'sqrtsoftplus'] },
];
