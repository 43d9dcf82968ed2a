const NAME = 60;

/** A figure that is read against a target: milliseconds of several tries. */
export function row(name, times, targetMilliseconds) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const cells = [sorted[0], at(0.5), at(0.95)].map((time) => time.toFixed(1).padStart(9)).join('');
  const target = targetMilliseconds === undefined ? '' : `at most ${targetMilliseconds} ms`;
  return `${name.padEnd(NAME)}${cells}   ${target}${verdict(at(0.5), sorted[0], targetMilliseconds)}`;
}

export const head = `${'milliseconds'.padEnd(NAME)}${['best', 'median', '95 %'].map((cell) => cell.padStart(9)).join('')}   target`;

function verdict(median, best, target) {
  if (target === undefined) return '';
  if (median <= target) return ': reached';
  return best <= target ? ': missed, at best reached' : ': missed';
}

/** A line for what is counted rather than timed. */
export function countRow(name, value, target, isReached) {
  return `${name.padEnd(NAME)}${value.padStart(27)}   ${target}: ${isReached ? 'reached' : 'missed'}`;
}
