import { pathToFileURL } from 'node:url';

/** A path as other programs name it: from the root with forward slashes, or as it is when it lies elsewhere. */
export function uriFrom(root: string, file: string): { readonly uri: string; readonly isBelow: boolean } {
  const base = rootUri(root);
  const { href } = pathToFileURL(file);
  return href.startsWith(base)
    ? { uri: href.slice(base.length), isBelow: true }
    : { uri: href, isBelow: false };
}

/** The root as a URI that ends with a slash. */
export const rootUri = (root: string): string => `${pathToFileURL(root).href.replace(/\/$/, '')}/`;
