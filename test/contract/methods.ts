// The methods of an object, and the entry of samples/objects.ts that judges them.

import type { ObjectSample, Sample } from "./kinds.js";
import { objects } from "./samples/objects.js";

/** Classes of the language and the host, which keep no contract of ours. */
const foreign = new Set<unknown>(
  [Object, Array, Function, Map, Set, WeakMap, Promise, RegExp, Date, Error, ArrayBuffer, URL].map(
    ({ prototype }) => prototype,
  ),
);
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
foreign.add(typedArray);
/** The language calls these with arguments of its own. */
const spoken = new Set(["constructor", "toString", "toJSON", "valueOf"]);

/** The names of the functions that an object has, its own and those of its classes; "(call)" if it is one itself. */
export function methodsOf(object: unknown): string[] {
  if ((typeof object !== "object" && typeof object !== "function") || object === null) return [];
  if (object instanceof Map || object instanceof Promise || ArrayBuffer.isView(object) || Array.isArray(object))
    return [];
  const names = new Set<string>(typeof object === "function" ? ["(call)"] : []);
  for (let each = object; each && !foreign.has(each); each = Object.getPrototypeOf(each)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      if (typeof value === "function" && !spoken.has(name)) names.add(name);
    }
  }
  return [...names];
}

/** The entry for what a call gave: by what it is, or by the name that the sample of the call says. */
export function objectOf(object: unknown, { gives }: Sample): ObjectSample | undefined {
  if (gives !== undefined) return objects[gives];
  return Object.values(objects).find(({ is }) => is?.(object as never));
}
