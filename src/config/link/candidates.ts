import { CONFIG_CALLS } from '../frameworks/config-calls';

/** A substring test: whether a script may start another one. */
export function mightCall(text: string): boolean {
  return /\.(sh|bash|slurm|sbatch)\b/.test(text) && /\b(bash|sh|source|srun|sbatch)\s|\.\//.test(text);
}

/** A substring test: whether a script may name a config that makes it a MoE job. */
export function mightName(text: string): boolean {
  return (
    /\baxolotl\b|--config_file\b/.test(text) ||
    CONFIG_CALLS.some((call) => [...call.flags, ...call.variables].some((name) => text.includes(name)))
  );
}
