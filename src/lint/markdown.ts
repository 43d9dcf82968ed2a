import type { FrameworkId } from '../config/fact';
import type { Severity } from './finding';
import type { RuleDescription } from './rule';

/** What each framework is called. */
export const frameworkNames: Readonly<Record<FrameworkId, string>> = {
  huggingface: 'Hugging Face config.json',
  'megatron-lm': 'Megatron-LM',
  'megatron-bridge': 'Megatron-Bridge',
  'ms-swift': 'ms-swift',
  verl: 'verl',
  areal: 'AReaL',
  deepspeed: 'DeepSpeed',
  torchtitan: 'torchtitan',
  maxtext: 'MaxText',
  axolotl: 'Axolotl',
  automodel: 'NeMo AutoModel',
  vllm: 'vLLM',
  sglang: 'SGLang',
  trtllm: 'TensorRT-LLM',
  'moe-scope': 'MoE Scope scenario',
};

const severityNames: Readonly<Record<Severity, string>> = {
  error: 'Error',
  warning: 'Warning',
  info: 'Information',
};

/** The page of one rule, as it ships in the extension. */
export function ruleMarkdown(rule: RuleDescription): string {
  const { language, bad, good } = rule.example;
  const silence =
    language === 'json'
      ? ['JSON has no comments: switch the rule off in the settings of MoE Scope.']
      : [
          'Behind the value, or on a line of its own above the line (or above a command that continues over several):',
          '',
          code('bash', `# moe-scope: ignore ${rule.code}`),
          '',
          `For the whole file: \`# moe-scope: ignore-file ${rule.code}\`. Everywhere: the settings of MoE Scope.`,
        ];
  return `${[
    `# ${rule.code}: ${rule.summary}`,
    '',
    `\`${rule.name}\` · ${severityNames[rule.severity]} · ${rule.frameworks.map((f) => frameworkNames[f]).join(', ')}${rule.ofRollouts ? ', also as the rollout engine of a trainer' : ''}`,
    '',
    '## Why',
    '',
    rule.why,
    ...(rule.limits ? ['', '## Limits', '', rule.limits] : []),
    '',
    '## Example',
    '',
    'Reported:',
    '',
    code(language, bad),
    '',
    'Right:',
    '',
    code(language, good),
    '',
    '## Source',
    '',
    rule.source,
    '',
    '## Silence it',
    '',
    ...silence,
  ].join('\n')}\n`;
}

/** The list of all rules, as it ships in the extension. */
export function rulesIndexMarkdown(rules: readonly RuleDescription[]): string {
  const rows = rules.map(
    (r) => `| [${r.code}](${r.code}.md) | ${severityNames[r.severity]} | ${r.summary} | \`${r.name}\` |`,
  );
  return `${[
    '# Rules',
    '',
    'An error is something that the framework itself refuses. A warning is something that it overrides silently,',
    'or that fails later. A rule says nothing about a value that the file does not let it see.',
    '',
    '| Code | Severity | What | Name |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
