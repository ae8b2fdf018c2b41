// An architecture as a file has it, checked before a model is built of it: a file may say anything.

import { DataError, describe } from "../../errors.js";
import type { Architecture } from "./architecture.js";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSource: Check = (value) =>
  Array.isArray(value) && isText(value[0]) && (value.length === 1 || (value.length === 2 && isCount(value[1])));
const isRecord: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const withFields =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([key, check]) => check((value as Record<string, unknown>)[key]));
const formOf = (check: Check): Check => {
  const ofMany: Check = (value) => isRecord(value) && Object.values(value as object).every(check);
  return (value) =>
    [withFields({ one: check }), withFields({ list: listOf(check) }), withFields({ record: ofMany })].some((is) =>
      is(value),
    );
};
/** Made when it is needed: loading the module does nothing. */
function fields(): Readonly<Record<keyof Architecture, Check>> {
  const isShape = listOf((extent) => extent === null || isCount(extent));
  const isDType: Check = (value) => value === "float32" || value === "int32";
  return {
    seed: isCount,
    inputs: listOf(withFields({ name: isText, shape: isShape, dtype: isDType })),
    layers: listOf(withFields({ kind: isText, name: isText, options: isRecord })),
    uses: listOf(withFields({ layer: isText, sources: listOf(isSource) })),
    inputForm: formOf(isText),
    outputForm: formOf(isSource),
  };
}

/** The architecture, if it is one; DataError names the part that is not. */
export function checkArchitecture(subject: string, value: unknown): Architecture {
  if (!isRecord(value))
    throw new DataError(`${subject}: the architecture must be an object; received ${describe(value)}.`);
  for (const [field, check] of Object.entries(fields())) {
    const part = (value as Record<string, unknown>)[field];
    if (!check(part)) {
      throw new DataError(
        `${subject}: ${field} of the architecture is not as it should be; received ${describe(part)}.`,
      );
    }
  }
  return value as unknown as Architecture;
}
