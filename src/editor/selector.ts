import type * as vscode from 'vscode';

/**
 * Languages of the files that MoE Scope reads. Which of them are ours is decided by their content. Batch scripts and
 * tables of layouts have no language of their own in VS Code, TOML only by an extension.
 */
export const selector: vscode.DocumentSelector = [
  { language: 'json' },
  { language: 'jsonc' },
  { language: 'shellscript' },
  { language: 'yaml' },
  { language: 'toml' },
  { language: 'plaintext', pattern: '**/*.{slurm,sbatch,toml,conf}' },
  { language: 'properties', pattern: '**/*.{slurm,sbatch,toml,conf}' },
  { language: 'plaintext', scheme: 'untitled' },
];
