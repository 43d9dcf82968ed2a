/** Counts checks, prints each, and tells the counts to whoever started this program. */
export class Tally {
  passed = 0;
  failed = 0;

  static sum(tallies) {
    const all = new Tally();
    for (const { passed, failed } of tallies) {
      all.passed += passed;
      all.failed += failed;
    }
    return all;
  }

  get total() {
    return this.passed + this.failed;
  }

  /** Counts one check: passed without an error, failed with one (its text). */
  add(name, error) {
    if (error === undefined) this.passed++;
    else this.failed++;
    console.log(`  ${error === undefined ? '✓' : '✗'} ${name}`);
    if (error !== undefined) console.log(error.replace(/^/gm, '      '));
  }

  /** Runs a check that fails by throwing, and counts it. Resolves to whether it passed. */
  async check(name, body) {
    try {
      await body();
      this.add(name);
      return true;
    } catch (error) {
      this.add(name, error.message);
      return false;
    }
  }

  /** The program's last word: the counts for test/run.mjs, where that started it, and the exit code. */
  finish() {
    console.log(`${this.passed} of ${this.total} passed`);
    process.send?.({ passed: this.passed, failed: this.failed });
    process.exitCode = this.failed > 0 || this.total === 0 ? 1 : 0;
  }
}
