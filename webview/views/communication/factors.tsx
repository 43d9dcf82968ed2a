import { useRef } from 'preact/hooks';
import { bytes, bytesTick, factor } from '../../format';
import { useWidth } from '../../hooks';
import type { FactorRow } from '../../model/communication';
import { text as t } from './strings';

const NARROW = 480;
const ROW = 22;
const ROW_NARROW = 32;
const LABELS = 252;
/** Mean width of a character of a label, and room for its factor, in pixels. */
const CHARACTER = 5.8;
const FACTOR = 66;
/** And of a bold one. */
const BOLD_CHARACTER = 6.8;
/** Between a connector and a label beside it. */
const GAP = 5;
/** What a label takes above and below its baseline. */
const LABEL_RISE = 12;
const LABEL_DROP = 4;

interface FactorProps {
  readonly name: string;
  readonly rows: readonly FactorRow[];
  readonly domain: readonly [number, number];
  /** Characters of the longest label of all pictures, so that their bars begin alike. */
  readonly longest: number;
}

/** Where the bars begin; `null` where labels stand above them, for lack of room beside. */
function barsFrom(width: number, longest: number): number | null {
  const labels = Math.max(LABELS, longest * CHARACTER + FACTOR);
  return width < NARROW || labels > 0.6 * width ? null : labels;
}

/** Where a label above its bar begins: beside the connector that comes down to the bar; `null` where there is no room for that. */
function labelFrom(label: string, isBold: boolean, connector: number | null, end: number): number | null {
  const long = label.length * (isBold ? BOLD_CHARACTER : CHARACTER);
  if (connector === null || long < connector - GAP) return 0;
  const beside = connector + GAP;
  return beside + long <= end ? beside : null;
}

/** From the textbook figure to the exact one, a bar for each factor. */
export function Factors({ name, rows, domain, longest }: FactorProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const from = barsFrom(width, longest);
  const label = t.picture(name, bytes(rows[0]!.bytes), bytes(rows.at(-1)!.bytes));
  return (
    <div ref={frame}>
      {width > 0 && (
        <svg
          class="factors"
          width={width}
          height={rows.length * (from === null ? ROW_NARROW : ROW) + 18}
          role="img"
          aria-label={label}
        >
          <Bars rows={rows} domain={domain} width={width} from={from} />
        </svg>
      )}
    </div>
  );
}

interface BarsProps extends Pick<FactorProps, 'rows' | 'domain'> {
  readonly width: number;
  readonly from: number | null;
}

function Bars({ rows, domain, width, from }: BarsProps) {
  const narrow = from === null;
  const rowHeight = narrow ? ROW_NARROW : ROW;
  const left = from ?? 0;
  const right = narrow ? 66 : 78;
  const room = width - left - right;
  const [low, high] = domain;
  const x = (value: number) =>
    value > 0 ? left + Math.max(0, (Math.log10(value) - low) / (high - low)) * room : left;
  const powers = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, index) => Math.ceil(low) + index,
  );
  const every = Math.max(1, Math.ceil(powers.length / Math.max(2, Math.floor(room / 64))));
  const bottom = rows.length * rowHeight;
  return (
    <>
      {powers.map((power) => {
        const at = Math.round(x(10 ** power)) + 0.5;
        return (
          <g key={power}>
            <line class="grid" x1={at} x2={at} y1="0" y2={bottom} />
            {power % every === 0 && (
              <text class="quiet" x={at} y={bottom + 14} text-anchor={at < 24 ? 'start' : 'middle'}>
                {bytesTick(10 ** power)}
              </text>
            )}
          </g>
        );
      })}
      {rows.map((row, index) => {
        const y = index * rowHeight + (narrow ? 16 : 4);
        const ends = row.kind !== 'factor';
        const textY = narrow ? y - 4 : y + 10;
        const joint = index > 0 ? x(row.from) : null;
        const labelX = narrow ? labelFrom(row.label, ends, joint, width - right) : 0;
        const [top, foot] = [y - rowHeight + 10, y + (ends ? 0 : 10)];
        // Behind a label that has no room beside it, the connector is broken.
        const pieces =
          labelX === null
            ? [[top, textY - LABEL_RISE] as const, [textY + LABEL_DROP, foot] as const]
            : [[top, foot] as const];
        const [a, b] = [x(Math.min(row.from, row.bytes)), x(Math.max(row.from, row.bytes))];
        return (
          <g key={`${index} ${row.label}`}>
            {joint !== null &&
              pieces.map(([y1, y2]) => (
                <line key={y1} class="joint" x1={joint} x2={joint} y1={y1} y2={Math.max(y1, y2)} />
              ))}
            {row.kind === 'textbook' && (
              <rect class="hollow" x={left + 0.5} y={y + 0.5} width={Math.max(1, b - left)} height="11" />
            )}
            {row.kind === 'factor' && (
              <rect class="bar" x={a} y={y + 2} width={Math.max(2, b - a)} height="8" fill="var(--n3)" />
            )}
            {row.kind === 'exact' && (
              <rect
                class="bar"
                x={left}
                y={y}
                width={row.bytes > 0 ? b - left : 2}
                height="12"
                fill="var(--blue)"
              />
            )}
            <text class={ends ? 'strong halo' : 'halo'} x={labelX ?? 0} y={textY}>
              {row.label}
            </text>
            {row.factor !== null && (
              <text class="quiet" x={narrow ? width : left - 12} y={textY} text-anchor="end">
                {factor(row.factor)}
              </text>
            )}
            <text class={ends ? 'strong' : 'quiet'} x={width} y={y + 10} text-anchor="end">
              {bytes(row.bytes)}
            </text>
          </g>
        );
      })}
    </>
  );
}
