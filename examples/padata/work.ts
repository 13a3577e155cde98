// What each of the job's threads does: adds up its share of the numbers. Workers load this file.

/** `numbers` is shared memory; `sums` has a 64-bit word that all add to. */
export interface Data {
  readonly numbers: SharedArrayBuffer;
  readonly sums: SharedArrayBuffer;
}

export function threadFn(start: number, end: number, { numbers, sums }: Data): void {
  let sum = 0n;
  for (const number of new Int32Array(numbers).subarray(start, end)) sum += BigInt(number);
  Atomics.add(new BigInt64Array(sums), 0, sum);
}
