// Which buffers of a message can be moved: those of typed arrays that fill them. What the sender goes on using must be
// copied before it is sent.

/** Results of calls, and their arguments, lie at most so deep. */
const DEEPEST = 5;

export function transferables(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(message, DEEPEST, found);
  return [...found];
}

function collect(value: unknown, depth: number, found: Set<ArrayBuffer>): void {
  if (typeof value !== "object" || value === null || depth === 0) return;
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else for (const each of Object.values(value)) collect(each, depth - 1, found);
}
