// Parameters of objects in others, such as the steps of a pipeline: `alpha` of the step `mlp` is `mlp__alpha`.

import { ArgumentError, describe, isOptions } from "../../errors.js";
import { type Cloneable, clone, Parameterized, parameterNames } from "./parameterized.js";
import { suggestName } from "./suggestion.js";

export type NamedPart = readonly [name: string, part: Cloneable & { setParams(parameters: object): unknown }];

/** `own`, and the parameters of all parts under their names. Those that a part does not list are not listed here. */
export function nestedParams(parts: readonly NamedPart[], own: object = {}): Record<string, unknown> {
  const all = { ...own };
  for (const [part, object] of parts) {
    const values = object.getParams() as Record<string, unknown>;
    for (const name of parameterNames(values)) {
      const enumerable = Object.prototype.propertyIsEnumerable.call(values, name);
      const place = { value: values[name], enumerable, configurable: true, writable: true };
      Object.defineProperty(all, `${part}__${name}`, place);
    }
  }
  return all;
}

/** Sets parameters of parts, all of them or none: an unknown name or a refused value changes nothing. */
export function setNestedParams(
  subject: string,
  parts: readonly NamedPart[],
  given: object,
  own: readonly string[] = [],
): void {
  if (!isOptions(given)) {
    throw new ArgumentError(`${subject}: parameters must be an object; received ${describe(given)}.`);
  }
  const known = [...own, ...parameterNames(nestedParams(parts))];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(`${subject}: there is no parameter ${describe(unknown)}; ${suggestName(unknown, known)}`);
  }
  const changes = parts.flatMap(([part, object]) => {
    const values = Object.entries(given).flatMap(([name, value]) =>
      name.startsWith(`${part}__`) ? [[name.slice(part.length + 2), value] as const] : [],
    );
    return values.length === 0 ? [] : [{ object, values: Object.fromEntries(values) }];
  });
  // Copies are asked first. What others wrote may not be cheap to copy, and is trusted.
  for (const { object, values } of changes) {
    if (object instanceof Parameterized || typeof object.clone === "function")
      clone<NamedPart[1]>(object).setParams(values);
  }
  for (const { object, values } of changes) object.setParams(values);
}
