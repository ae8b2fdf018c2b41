// Settings as tables: what each is called, what it may be, and what it is unless chosen. Forms, addresses and files are
// all read through these, so that a value from outside is checked by the same rule as one from a slider.

import { countPoints, isPoints } from "./ownPoints.js";

interface Described {
  readonly label: string;
  /** One line for those who do not know the word. */
  readonly hint?: string;
}

export interface NumberField extends Described {
  readonly kind: "number";
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The steps of a slider where they are not even: learning rates go by factors. */
  readonly stops?: readonly number[];
  /** Typed rather than slid along: what has too many values for a slider. */
  readonly typed?: boolean;
}

export interface ChoiceField<T extends string = string> extends Described {
  readonly kind: "choice";
  readonly initial: T;
  readonly options: Readonly<Record<T, string>>;
}

/** Points that the visitor has set, as the text that ownPoints.ts reads. */
export interface PointsField extends Described {
  readonly kind: "points";
  readonly initial: string;
  readonly most: number;
}

export interface FlagField extends Described {
  readonly kind: "flag";
  readonly initial: boolean;
}

/** Units of the hidden layers, from the inputs up. */
export interface LayersField extends Described {
  readonly kind: "layers";
  readonly initial: readonly number[];
  readonly mostLayers: number;
  readonly mostUnits: number;
}

export type Field = NumberField | ChoiceField | FlagField | LayersField | PointsField;
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F> = F extends NumberField
  ? number
  : F extends ChoiceField<infer T>
    ? T
    : F extends FlagField
      ? boolean
      : F extends PointsField
        ? string
        : readonly number[];

export type Settings<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export function choice<const T extends string>(
  label: string,
  options: Readonly<Record<T, string>>,
  initial: NoInfer<T>,
  hint?: string,
): ChoiceField<T> {
  return { kind: "choice", label, options, initial, ...(hint && { hint }) };
}

export function initialSettings<F extends Fields>(fields: F): Settings<F> {
  return Object.fromEntries(Object.entries(fields).map(([key, { initial }]) => [key, initial])) as Settings<F>;
}

export type Reading = { readonly value: unknown } | { readonly problem: string };

/** The value that a text stands for, or what is wrong with it. */
export function readField(field: Field, text: string): Reading {
  const refuse = (rule: string): Reading => ({ problem: `${field.label} must be ${rule}; received ${shorten(text)}.` });
  switch (field.kind) {
    case "number": {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      const whole = Number.isInteger(field.step);
      if (!(value >= field.min && value <= field.max) || (whole && !Number.isInteger(value))) {
        return refuse(`${whole ? "an integer" : "a number"} from ${field.min} to ${field.max}`);
      }
      return { value };
    }
    case "choice":
      if (!Object.hasOwn(field.options, text)) return refuse(`one of ${Object.keys(field.options).join(", ")}`);
      return { value: text };
    case "flag":
      if (text !== "on" && text !== "off") return refuse("on or off");
      return { value: text === "on" };
    case "points":
      if (!isPoints(text) || countPoints(text) > field.most) return refuse(`at most ${field.most} points`);
      return { value: text };
    case "layers": {
      const units = text === "" ? [] : text.split(",").map(Number);
      const fits = units.every((n) => Number.isInteger(n) && n >= 1 && n <= field.mostUnits);
      if (!fits || units.length > field.mostLayers) {
        return refuse(`at most ${field.mostLayers} numbers of units from 1 to ${field.mostUnits}`);
      }
      return { value: units };
    }
  }
}

/** The settings that a file tells of, each checked by its field; those that are missing or not allowed stay as they are. */
export function mergeSettings<F extends Fields>(
  fields: F,
  settings: Settings<F>,
  told: Readonly<Record<string, unknown>>,
): Settings<F> {
  const merged: Record<string, unknown> = { ...settings };
  for (const [key, field] of Object.entries<Field>(fields)) {
    if (!Object.hasOwn(told, key) || typeof told[key] !== typeof field.initial) continue;
    const reading = readField(field, writeField(field, told[key]));
    if ("value" in reading) merged[key] = reading.value;
  }
  return merged as Settings<F>;
}

export function writeField(field: Field, value: unknown): string {
  if (field.kind === "flag") return value ? "on" : "off";
  return String(value);
}

/** All settings from texts by key; what is wrong is told and stays as it is initially. */
export function readSettings<F extends Fields>(
  fields: F,
  texts: Iterable<readonly [string, string]>,
): { readonly settings: Settings<F>; readonly problems: readonly string[] } {
  const values: Record<string, unknown> = { ...initialSettings(fields) };
  const problems: string[] = [];
  for (const [key, text] of texts) {
    if (!Object.hasOwn(fields, key)) {
      problems.push(`There is no setting ${shorten(key)}.`);
      continue;
    }
    const reading = readField(fields[key] as Field, text);
    if ("problem" in reading) problems.push(reading.problem);
    else values[key] = reading.value;
  }
  return { settings: values as Settings<F>, problems };
}

/** The settings that are not the initial ones, as texts by key. */
export function writeSettings<F extends Fields>(fields: F, settings: Settings<F>): [string, string][] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const text = writeField(field, settings[key]);
    return text === writeField(field, field.initial) ? [] : [[key, text] as [string, string]];
  });
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
