const PAINTED = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'paint-order',
  'text-anchor',
  'font-family',
  'font-size',
  'font-weight',
] as const;
const SCALE = 2;
export const PADDING = 16;
/** On the page a label or a mark may reach out of its SVG, in an image it would be cut. */
const BLEED = 12;
export const HEADING = { font: '600 13px', line: 20 } as const;

/** Mixed colours, which browsers give as fractions, in the notation that every program reads. */
export const plainColours = (paint: string): string =>
  paint.replace(/color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)\)/g, (_all, ...channels: string[]) => {
    const [red, green, blue] = channels.slice(0, 3).map((channel) => Math.round(Number(channel) * 255));
    return `rgb(${red}, ${green}, ${blue})`;
  });

/** One with a view box is scaled to its place and may not grow. */
export const bleedOf = (svg: SVGSVGElement) => (svg.hasAttribute('viewBox') ? 0 : BLEED);

/** A copy of an SVG that looks the same outside the page, where neither its style sheet nor the theme's variables exist. */
export function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.getBoundingClientRect();
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const bleed = bleedOf(svg);
  copy.setAttribute('width', String(width + 2 * bleed));
  copy.setAttribute('height', String(height + 2 * bleed));
  if (bleed > 0)
    copy.setAttribute('viewBox', `${-bleed} ${-bleed} ${width + 2 * bleed} ${height + 2 * bleed}`);
  const originals = svg.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((element, index) => {
    const style = getComputedStyle(originals[index]!);
    // As attributes: where the image is shown, styles in it may be refused.
    for (const property of PAINTED)
      element.setAttribute(property, plainColours(style.getPropertyValue(property)));
    element.removeAttribute('class');
    element.removeAttribute('style');
  });
  return new XMLSerializer().serializeToString(copy);
}

async function asImage(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  return image;
}

/** The lines of a text as the page broke them, each with its place. */
function linesOf(node: Text): { text: string; x: number; y: number }[] {
  const lines: { text: string; x: number; y: number }[] = [];
  const range = document.createRange();
  for (const word of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].trimEnd().length);
    const box = range.getBoundingClientRect();
    if (box.width <= 1) continue;
    const y = box.top + box.height / 2;
    const last = lines.at(-1);
    if (last && Math.abs(last.y - y) < 4) last.text += word[0];
    else lines.push({ text: word[0], x: box.left, y });
  }
  return lines;
}

/** What of a picture is drawn, in order, without what only works on it. */
export function drawnParts(picture: HTMLElement): (HTMLCanvasElement | SVGSVGElement)[] {
  return [...picture.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg')].filter((part) => {
    const { width, height } = part.getBoundingClientRect();
    return width > 0 && height > 0 && !part.closest('.controls');
  });
}

/** A mark or a line of text of a picture's HTML, in the coordinates of the page. */
export type HtmlPart =
  | {
      readonly kind: 'mark';
      readonly box: DOMRect;
      readonly fill: string;
      /** Colour of its border, where it has one. */
      readonly border: string | null;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly x: number;
      /** Middle of the line. */
      readonly y: number;
      readonly style: CSSStyleDeclaration;
    };

/** What a picture says and marks in HTML: captions, legends, tables. */
export function* htmlParts(picture: HTMLElement): Generator<HtmlPart> {
  for (const mark of picture.querySelectorAll('i, td')) {
    const style = getComputedStyle(mark);
    const border = style.borderTopStyle === 'none' ? null : style.borderTopColor;
    yield { kind: 'mark', box: mark.getBoundingClientRect(), fill: style.backgroundColor, border };
  }
  const texts = document.createTreeWalker(picture, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement!;
    // A saved picture has nothing to press and nothing to scroll; a choice says what is chosen among.
    if (parent.closest('svg, .vh, .controls, button:not([role="radio"]), .scroll')) continue;
    const style = getComputedStyle(parent);
    for (const { text, x, y } of linesOf(node as Text)) yield { kind: 'text', text, x, y, style };
  }
}

function drawHtml(context: CanvasRenderingContext2D, picture: HTMLElement): void {
  for (const part of htmlParts(picture)) {
    if (part.kind === 'mark') {
      const { box, fill, border } = part;
      context.fillStyle = fill;
      context.fillRect(box.left, box.top, box.width, box.height);
      if (border === null) continue;
      context.strokeStyle = border;
      context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
    } else {
      const { style } = part;
      context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      context.fillStyle = style.color;
      context.textBaseline = 'middle';
      context.fillText(part.text, part.x, part.y);
    }
  }
}

/** A heading in lines that fit. */
export function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Draws a picture under its heading, on the page's background, so that it can stand alone; returns a PNG as base64. */
export async function pictureToPng(picture: HTMLElement, heading: string): Promise<string> {
  const frame = picture.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const page = getComputedStyle(document.body);
  const headingFont = `${HEADING.font} ${page.fontFamily}`;
  context.font = headingFont;
  const title = wrap(context, heading, frame.width);
  const above = PADDING + title.length * HEADING.line + PADDING / 2;
  canvas.width = Math.ceil((frame.width + 2 * PADDING) * SCALE);
  canvas.height = Math.ceil((above + picture.scrollHeight + PADDING) * SCALE);
  context.scale(SCALE, SCALE);
  context.fillStyle = page.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = page.color;
  context.font = headingFont;
  context.textBaseline = 'middle';
  title.forEach((line, index) => {
    context.fillText(line, PADDING, PADDING + (index + 0.5) * HEADING.line);
  });
  // From here on in the coordinates of the page.
  context.translate(PADDING - frame.left, above - frame.top);
  context.imageSmoothingEnabled = false;
  for (const part of drawnParts(picture)) {
    const { left, top, width, height } = part.getBoundingClientRect();
    if (part instanceof SVGSVGElement) {
      const image = await asImage(part);
      const bleed = bleedOf(part);
      context.drawImage(image, left - bleed, top - bleed, image.width, image.height);
    } else context.drawImage(part, left, top, width, height);
  }
  drawHtml(context, picture);
  return canvas.toDataURL('image/png').split(',')[1]!;
}
