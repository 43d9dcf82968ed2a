import type * as vscode from 'vscode';

/** Languages of the files that MoE Scope reads. Which of them are ours is decided by their content. */
export const selector: vscode.DocumentSelector = [
  { language: 'json' },
  { language: 'jsonc' },
  { language: 'shellscript' },
  { language: 'yaml' },
  { language: 'plaintext', pattern: '**/*.{slurm,sbatch}' },
  { language: 'plaintext', scheme: 'untitled' },
];
