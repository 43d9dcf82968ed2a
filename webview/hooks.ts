import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { onThemeChange, readTheme, type Theme } from './theme';

/** Inner width of an element in whole CSS pixels; 0 until it is measured. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => setWidth(Math.floor(target.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The page's theme; changes identity whenever the host changes it. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => onThemeChange(() => setTheme(readTheme())), []);
  return theme;
}

/** Device pixels per CSS pixel; follows zoom and moves between screens. */
export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(window.devicePixelRatio || 1);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [ratio]);
  return ratio;
}

/** Whether the system or VS Code asks for less motion. */
export function useReducedMotion(): boolean {
  const read = () =>
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    document.body.classList.contains('vscode-reduce-motion');
  const [reduced, setReduced] = useState(read);
  useEffect(() => {
    const changed = () => setReduced(read());
    const query = matchMedia('(prefers-reduced-motion: reduce)');
    query.addEventListener('change', changed);
    const observer = new MutationObserver(changed);
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => {
      query.removeEventListener('change', changed);
      observer.disconnect();
    };
  }, []);
  return reduced;
}
