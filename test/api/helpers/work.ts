// Work for padata's workers: counts units, and notes the order in which objects come back.

export function threadFn(start: number, end: number, data: SharedArrayBuffer): void {
  const counts = new Int32Array(data);
  for (let i = start; i < end; i += 1) Atomics.add(counts, i, 1);
}

export function parallel(): void {
  // the object itself is not looked at
}

/** `data`: how many have come back, then which. */
export function serial(object: number, data: SharedArrayBuffer): void {
  const order = new Int32Array(data);
  order[1 + Atomics.add(order, 0, 1)] = object;
}
