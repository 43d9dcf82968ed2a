import type { TextRange } from '../../fact';
import { parseYaml, type YamlFile, type YamlMap, type YamlNode, type YamlScalar } from '../yaml';
import { commandText } from './command-text';

/** YAML inside a scalar of another YAML file (a ConfigMap's file, `serveConfigV2: |`), with ranges in the outer file. */
export function embeddedYaml(file: YamlFile, scalar: YamlScalar): YamlFile {
  const { toFile } = commandText(file, scalar);
  const inner = parseYaml(scalar.text);
  const place = ({ start, end }: TextRange): TextRange => ({
    start: toFile(start),
    // The end is behind the last letter: what follows it may stand on the next line, behind its indentation.
    end: end > start ? toFile(end - 1) + 1 : toFile(end),
  });
  const placed = new Map<YamlNode, YamlNode>();
  const move = (node: YamlNode): YamlNode => {
    const known = placed.get(node);
    if (known !== undefined) return known;
    const moved = moveNode(node, place, move);
    placed.set(node, moved);
    return moved;
  };
  return {
    documents: inner.documents.map(move),
    problems: inner.problems.map((problem) => ({ ...problem, range: place(problem.range) })),
    readable: file.readable,
    names: file.names,
  };
}

function moveNode(
  node: YamlNode,
  place: (range: TextRange) => TextRange,
  move: (node: YamlNode) => YamlNode,
): YamlNode {
  const range = place(node.range);
  if (node.kind === 'scalar') return { ...node, range };
  if (node.kind === 'sequence') return { kind: 'sequence', items: node.items.map(move), range };
  const members: YamlMap['members'] = node.members.map((member) => ({
    key: member.key,
    keyRange: place(member.keyRange),
    value: move(member.value),
    valueRange: place(member.valueRange),
  }));
  return { kind: 'map', members, range };
}
