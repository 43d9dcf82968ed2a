import { bleedOf, drawnParts, HEADING, htmlParts, PADDING, plainColours, standalone, wrap } from './png';

const n = (value: number): string => String(Number(value.toFixed(2)));
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

interface Place {
  readonly x: number;
  readonly y: number;
}

function textSvg(text: string, { x, y }: Place, style: CSSStyleDeclaration): string {
  const { fontWeight, fontSize, fontFamily } = style;
  return `<text x="${n(x)}" y="${n(y)}" dominant-baseline="central" font-family="${escaped(fontFamily)}" font-size="${fontSize}" font-weight="${fontWeight}" fill="${plainColours(style.color)}">${escaped(text)}</text>`;
}

const box = ({ x, y }: Place, { width, height }: DOMRect, paint: string): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" ${paint}/>`;

/** A part of a picture that is drawn: an SVG as it is, a canvas as the image that it holds. */
function drawn(part: HTMLCanvasElement | SVGSVGElement, { x, y }: Place, frame: DOMRect): string {
  if (part instanceof SVGSVGElement) {
    const bleed = bleedOf(part);
    return standalone(part).replace('<svg', `<svg x="${n(x - bleed)}" y="${n(y - bleed)}"`);
  }
  const size = `width="${n(frame.width)}" height="${n(frame.height)}"`;
  return `<image x="${n(x)}" y="${n(y)}" ${size} href="${part.toDataURL('image/png')}" image-rendering="pixelated"/>`;
}

/**
 * A picture under its heading as one SVG that stands alone, in the colours of the page. What is drawn with lines and letters
 * stays so; a matrix of many cells is an image in it.
 */
export function pictureToSvg(picture: HTMLElement, heading: string): string {
  const frame = picture.getBoundingClientRect();
  const page = getComputedStyle(document.body);
  const context = document.createElement('canvas').getContext('2d')!;
  context.font = `${HEADING.font} ${page.fontFamily}`;
  const title = wrap(context, heading, frame.width);
  const above = PADDING + title.length * HEADING.line + PADDING / 2;
  const [width, height] = [frame.width + 2 * PADDING, above + picture.scrollHeight + PADDING];
  const place = (x: number, y: number): Place => ({ x: x + PADDING - frame.left, y: y + above - frame.top });
  const lines = title.map((line, index) => {
    const y = PADDING + (index + 0.5) * HEADING.line;
    return `<text x="${PADDING}" y="${n(y)}" dominant-baseline="central" font-family="${escaped(page.fontFamily)}" font-size="13px" font-weight="600" fill="${plainColours(page.color)}">${escaped(line)}</text>`;
  });
  const parts = drawnParts(picture).map((part) => {
    const at = part.getBoundingClientRect();
    return drawn(part, place(at.left, at.top), at);
  });
  const said = [...htmlParts(picture)].map((part) =>
    part.kind === 'text'
      ? textSvg(part.text, place(part.x, part.y), part.style)
      : box(
          place(part.box.left, part.box.top),
          part.box,
          plainColours(
            part.border === null ? `fill="${part.fill}"` : `fill="${part.fill}" stroke="${part.border}"`,
          ),
        ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}">
<title>${escaped(heading)}</title>
<rect width="100%" height="100%" fill="${page.backgroundColor}"/>
${[...lines, ...parts, ...said].join('\n')}
</svg>
`;
}
