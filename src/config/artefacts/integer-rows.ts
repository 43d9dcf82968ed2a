/** Lists of whole numbers of one record, in buffers that the next record uses again. */
export class IntegerRows {
  values = new Int32Array(4_096);
  /** Numbers in `values`. */
  count = 0;
  /** Where each row ends in `values`. */
  ends = new Int32Array(1_024);
  rows = 0;

  clear(): void {
    this.count = 0;
    this.rows = 0;
  }

  endRow(): void {
    if (this.rows === this.ends.length) this.ends = doubled(this.ends);
    this.ends[this.rows++] = this.count;
  }

  grow(): Int32Array<ArrayBuffer> {
    this.values = doubled(this.values);
    return this.values;
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
