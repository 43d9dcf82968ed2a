import type * as vscode from 'vscode';
import { ENDINGS, LANGUAGES, withEndings } from './file-kinds';

/** Documents of the files that MoE Scope reads. Which of them are ours is decided by their content. */
export const selector: vscode.DocumentSelector = [
  ...LANGUAGES.map((language) => ({ language })),
  { pattern: withEndings(ENDINGS) },
  { language: 'plaintext', scheme: 'untitled' },
];
