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
  'font-variant-numeric',
] as const;
const SCALE = 2;
const PADDING = 16;
/** On the page a label or a mark may reach out of its SVG, in an image it would be cut. */
const BLEED = 12;
const HEADING = { font: '600 13px', line: 20 } as const;

/** One with a view box is scaled to its place and may not grow. */
const bleedOf = (svg: SVGSVGElement) => (svg.hasAttribute('viewBox') ? 0 : BLEED);

/** A copy of an SVG that looks the same outside the page, where neither its style sheet nor the theme's variables exist. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const bleed = bleedOf(svg);
  copy.setAttribute('width', String(width + 2 * bleed));
  copy.setAttribute('height', String(height + 2 * bleed));
  if (bleed > 0)
    copy.setAttribute('viewBox', `${-bleed} ${-bleed} ${width + 2 * bleed} ${height + 2 * bleed}`);
  const originals = svg.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((element, index) => {
    const style = getComputedStyle(originals[index]!);
    for (const property of PAINTED) element.style.setProperty(property, style.getPropertyValue(property));
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

/** What a picture says and marks in HTML: captions, legends, tables. */
function drawHtml(context: CanvasRenderingContext2D, picture: HTMLElement): void {
  for (const mark of picture.querySelectorAll('i, td')) {
    const box = mark.getBoundingClientRect();
    const style = getComputedStyle(mark);
    context.fillStyle = style.backgroundColor;
    context.fillRect(box.left, box.top, box.width, box.height);
    if (style.borderTopStyle === 'none') continue;
    context.strokeStyle = style.borderTopColor;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  }
  const texts = document.createTreeWalker(picture, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement!;
    // A saved picture has nothing to press and nothing to scroll; a choice says what is chosen among.
    if (parent.closest('svg, .vh, .controls, button:not([role="radio"]), .scroll')) continue;
    const style = getComputedStyle(parent);
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.color;
    context.textBaseline = 'middle';
    for (const { text, x, y } of linesOf(node as Text)) context.fillText(text, x, y);
  }
}

function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
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
  for (const part of picture.querySelectorAll<HTMLCanvasElement | SVGSVGElement>('canvas, svg')) {
    const { left, top, width, height } = part.getBoundingClientRect();
    if (width === 0 || height === 0) continue;
    if (part instanceof SVGSVGElement) {
      const image = await asImage(part);
      const bleed = bleedOf(part);
      context.drawImage(image, left - bleed, top - bleed, image.width, image.height);
    } else context.drawImage(part, left, top, width, height);
  }
  drawHtml(context, picture);
  return canvas.toDataURL('image/png').split(',')[1]!;
}
