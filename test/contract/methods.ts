// What of an object can be called: its methods, those of its classes, its setters, and the object itself.

/** Called by the language, with arguments of its own. */
const language = new Set(["constructor", "toString", "toJSON", "toLocaleString", "valueOf", "hasOwnProperty"]);

/** Objects of the language or the host: arrays, maps, typed arrays, promises, iterators, signals, workers. */
export function isForeign(value: object): boolean {
  const maker = Object.getPrototypeOf(value)?.constructor;
  if (maker === undefined || maker === Object || maker === Function) return false;
  return (globalThis as Record<string, unknown>)[maker.name] === maker || /native code/.test(String(maker));
}

/** Names of methods; `name =` for a setter, `()` for the call of a function. */
export function callables(value: object): string[] {
  const names = new Set<string>(typeof value === "function" ? ["()"] : []);
  for (let level: object | null = value; level !== null; level = Object.getPrototypeOf(level)) {
    if (level === Object.prototype || level === Function.prototype) break;
    if (typeof level === "function" && level !== value) break;
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (language.has(name) || (typeof value === "function" && name === "prototype")) continue;
      if (property.set) names.add(`${name} =`);
      if (typeof property.value === "function") names.add(name);
    }
  }
  return [...names].sort();
}

/** What `fit` calls on a callback, and nobody else. */
export function isHook(name: string): boolean {
  return /^on[A-Z]/.test(name) || name === "getState" || name === "setState";
}

/** The objects with methods in what a call gave: itself, what it lists, and what its plain properties hold. */
export function objectsIn(result: unknown, depth = 2): object[] {
  if ((typeof result !== "object" && typeof result !== "function") || result === null) return [];
  if (Array.isArray(result)) return depth > 0 ? result.slice(0, 3).flatMap((each) => objectsIn(each, depth - 1)) : [];
  if (isForeign(result)) return [];
  if (callables(result).length > 0) return [result];
  if (Object.getPrototypeOf(result) !== Object.prototype || depth === 0) return [];
  return Object.values(result).flatMap((each) => objectsIn(each, depth - 1));
}
