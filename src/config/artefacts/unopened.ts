import type { ArtefactFormatId, UnopenedArtefact } from './artefact';

/** Bytes that decide by content what a binary file is. */
export const MAGIC_BYTES = 256;
/** In a zip, the name of the first file begins here. */
const ZIP_NAME = 30;

interface BinaryFormat {
  readonly id: ArtefactFormatId;
  readonly title: string;
  readonly name: RegExp;
  /** By its first `MAGIC_BYTES`, as text of one letter per byte. */
  readonly magic: (head: string) => boolean;
  readonly conversions: readonly { readonly holds: string; readonly python: string; readonly to: string }[];
}

const LOAD_TORCH = "import torch,json; d=torch.load(FILE,map_location='cpu',weights_only=True)";

/**
 * Keys are those of SGLang's recorder (sgl-project/sglang: python/sglang/srt/eplb/expert_distribution.py,
 * _StatAccumulator.dump and _DetailAccumulator.dump), of TensorRT-LLM's statistics (one tensor per iteration and layer,
 * NVIDIA/TensorRT-LLM: examples/wide_ep/ep_load_balancer/utils.py) and of saved `routed_experts` [tokens][layers][k].
 */
const BINARY_FORMATS: readonly BinaryFormat[] = [
  {
    id: 'pytorch',
    title: 'PyTorch file',
    name: /\.(pt|pth)$/i,
    magic: (head) => isZip(head) && /^[^/]*\/(data\.pkl|\.format_version)/.test(head.slice(ZIP_NAME)),
    conversions: [
      {
        holds: 'an expert location, the counts of a recorder in mode stat, or one tensor',
        python: `${LOAD_TORCH}; json.dump(d.tolist() if torch.is_tensor(d) else {k:d[k].tolist() for k in ('physical_to_logical_map','logical_count') if k in d},open(OUT,'w'))`,
        to: 'json',
      },
      {
        holds: 'records of a recorder in mode per_pass or per_token',
        python: `${LOAD_TORCH}; m=d['last_physical_to_logical_map'].long(); c=sum(r['global_physical_count'] for r in d['records']).long(); json.dump({'logical_count':torch.zeros(len(m),int(m.max())+1,dtype=torch.long).scatter_add_(1,m,c).tolist()},open(OUT,'w'))`,
        to: 'json',
      },
    ],
  },
  {
    id: 'numpy',
    title: 'NumPy archive',
    name: /\.npz$/i,
    magic: (head) => isZip(head) && /^[\w.-]+\.npy/.test(head.slice(ZIP_NAME)),
    conversions: [
      {
        holds: 'routed_experts [tokens][layers][k]',
        python:
          "import numpy,json; r=numpy.load(FILE)['routed_experts']; open(OUT,'w').writelines(json.dumps({'layer':l,'batch_id':0,'topk_experts':r[:,l].tolist()})+chr(10) for l in range(r.shape[1]))",
        to: 'jsonl',
      },
    ],
  },
  {
    id: 'numpy',
    title: 'NumPy array',
    name: /\.npy$/i,
    magic: (head) => head.startsWith('\x93NUMPY'),
    conversions: [
      {
        holds: 'counts [layers][experts]',
        python: "import numpy,json; json.dump(numpy.load(FILE).tolist(),open(OUT,'w'))",
        to: 'json',
      },
    ],
  },
  {
    id: 'safetensors',
    title: 'safetensors file',
    name: /\.safetensors$/i,
    // The length of the header in eight bytes, then the header.
    magic: (head) => head.slice(5, 10) === '\0\0\0{"',
    conversions: [
      {
        holds: 'expert statistics of TensorRT-LLM',
        python:
          "from safetensors.numpy import load_file; d=load_file(FILE); print('step,layer,expert,tokens',*(','.join(map(str,(*k.split('_'),e,n))) for k,t in d.items() for e,n in enumerate(t)),sep=chr(10),file=open(OUT,'w'))",
        to: 'csv',
      },
    ],
  },
  {
    id: 'pickle',
    title: 'pickle',
    name: /\.(pkl|pickle)$/i,
    // A protocol, and what it begins with.
    magic: (head) =>
      ['\x80\x04\x95', '\x80\x05\x95', '\x80\x02}', '\x80\x03}'].some((mark) => head.startsWith(mark)),
    conversions: [
      {
        holds: 'a dictionary of arrays, from somebody you trust: a pickle runs what is in it',
        python:
          "import pickle,json; d=pickle.load(open(FILE,'rb')); json.dump({k:v.tolist() if hasattr(v,'tolist') else v for k,v in d.items()},open(OUT,'w'))",
        to: 'json',
      },
    ],
  },
];

const isZip = (head: string): boolean => head.startsWith('PK\x03\x04');

/** A binary container by its name; `null` for other names. Nothing of it needs to be read. */
export function unopenedByName(file: string): UnopenedArtefact | null {
  const format = BINARY_FORMATS.find(({ name }) => name.test(file));
  return format === undefined ? null : unopened(file, format);
}

/** A binary container by its first `MAGIC_BYTES` bytes; `null` for what is none. */
export function unopenedByMagic(file: string, head: Uint8Array): UnopenedArtefact | null {
  const letters = String.fromCharCode(...head.subarray(0, MAGIC_BYTES));
  const format = BINARY_FORMATS.find(({ magic }) => magic(letters));
  return format === undefined ? null : unopened(file, format);
}

function unopened(file: string, { id, title, conversions }: BinaryFormat): UnopenedArtefact {
  const path = file.includes('://') ? (file.split('/').at(-1) ?? file) : file;
  const base = path.replace(/\.[A-Za-z]\w*$/, '');
  const commands = conversions.map(({ holds, python, to }) => ({
    holds,
    command: `python -c ${quoted(python, { FILE: path, OUT: `${base}.${to}` })}`,
  }));
  const message = `A ${title} is not opened. To read what is in it, make it text first: ${commands[0]!.command}`;
  return {
    kind: 'unopened',
    file,
    format: id,
    title,
    problems: [{ severity: 'warning', message, line: 1, times: 1 }],
    conversions: commands,
  };
}

/** Python in double quotes, with the names of files in it as strings. */
function quoted(python: string, names: Readonly<Record<string, string>>): string {
  return `"${python.replace(/\b(FILE|OUT)\b/g, (word) => pythonString(names[word]!))}"`;
}

/** A name as a Python string that shells leave alone inside double quotes. */
function pythonString(name: string): string {
  const escaped = name.replace(/[^\w./+=,@%~: -]/gu, (letter) => {
    const code = letter.codePointAt(0)!;
    const hex = code.toString(16);
    return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}
