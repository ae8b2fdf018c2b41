// The kinds of arguments that public functions take: how to make a valid one, and which wrong values it would still take.
// The tables in samples/ are written in these words; contract.test.ts derives calls from them.

/** Values that are of the wrong kind for most arguments. */
export const probes = {
  null: () => null,
  NaN: () => Number.NaN,
  string: () => "zebra",
  number: () => -1.5,
  true: () => true,
  "[]": () => [],
  "{}": () => ({}),
  function: () => () => undefined,
  symbol: () => Symbol("zebra"),
  bigint: () => 7n,
  date: () => new Date(0),
} as const;
export type Probe = keyof typeof probes;

export interface Kind {
  /** A new valid value, or one that calls may share. */
  readonly make: () => unknown;
  /** The probes that are valid here. */
  readonly takes: readonly Probe[];
  /** Whether the argument may be left out. */
  readonly optional: boolean;
  /** Of an object of options: each by its name. */
  readonly options?: Readonly<Record<string, Kind>>;
  /** Options that exclude some of the others: each is tried without these. */
  readonly instead?: readonly (readonly [without: readonly string[], name: string, kind: Kind])[];
  /** Names of options that no call may leave out. */
  readonly required?: readonly string[];
}

/** A value, or a function that makes it (a function as a value: `value(() => f)`), and the probes it takes. */
export function value(given: unknown, ...takes: Probe[]): Kind {
  return { make: typeof given === "function" ? (given as () => unknown) : () => given, takes, optional: false };
}

export const integer = (given: number) => value(given);
/** Any finite number. */
export const number = (given: number) => value(given, "number");
/** A number of which -1.5 is none: positive, or a fraction. */
export const positive = (given: number) => value(given);
export const flag = (given = true) => value(given, "true");
/** Any text. */
export const text = (given: string) => value(given, "string");
/** The path of a file or folder: any text is one. */
export const path = (given: string | (() => string)) => value(given, "string");
/** One of some words. */
export const word = (given: string) => value(given);
export const callback = (given: (...args: never[]) => unknown = () => undefined) => value(() => given, "function");
export const pattern = (given = /./) => value(given);
export const signal = () => value(() => new AbortController().signal);

/** The same kind, for an argument that may be left out. */
export function optional(kind: Kind): Kind {
  return { ...kind, optional: true };
}

/** The same kind, where null says "none". */
export function nullable(kind: Kind): Kind {
  return { ...kind, takes: [...kind.takes, "null"] };
}

/** An object of options, all of which can be given at once. */
export function options(kinds: Readonly<Record<string, Kind>>, required: readonly string[] = []): Kind {
  return {
    make: () => Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, kind.make()])),
    takes: required.length === 0 ? ["{}"] : [],
    optional: required.length === 0,
    options: kinds,
    required,
  };
}

/** One more option, which is given in place of others. */
export function instead(kind: Kind, without: readonly string[], name: string, other: Kind): Kind {
  return { ...kind, instead: [...(kind.instead ?? []), [without, name, other]] };
}

/** How one function is called. */
export interface Sample {
  readonly args: readonly Kind[];
  /** Takes any number of these after `args`. */
  readonly rest?: Kind;
  /** Called with `new`. */
  readonly constructs: boolean;
  /** The name, in the table of objects, of what the call gives, where its class does not tell. */
  readonly gives?: string;
  /** Runs the call, in a host that has what it needs. */
  readonly within?: (invoke: () => unknown) => unknown;
}

export function call(...args: readonly Kind[]): Sample {
  return { args, constructs: false };
}
export function create(...args: readonly Kind[]): Sample {
  return { args, constructs: true };
}
/** A call that gives a function, which the table of objects judges under that name. */
export function maker(gives: string, ...args: readonly Kind[]): Sample {
  return { args, constructs: false, gives };
}

/** Why a value is not judged by calls. */
export interface Exempt {
  readonly because: string;
}
export const exempt = (because: string): Exempt => ({ because });

/** An object with methods, or a function that some call gives. */
export interface ObjectSample<T = never> {
  /** Whether something is one. Functions are found by the word `gives` of the call that made them. */
  readonly is?: (object: T) => boolean;
  /** Makes one; may be waited for. */
  readonly make: () => unknown;
  /** What can be seen of its state; a refused call must not change it. */
  readonly state?: (object: T) => unknown;
  /** How itself is called, if it is a function. */
  readonly itself?: Sample | Exempt;
  readonly methods: Readonly<Record<string, Sample | Exempt>>;
}

/** An entry whose objects are of a class. */
export function ofClass<T>(
  kind: abstract new (...args: never[]) => T,
  make: () => T | Promise<T>,
  methods: ObjectSample["methods"],
  state?: (object: T) => unknown,
): ObjectSample {
  const is = (object: unknown) => object instanceof kind;
  return { is, make, methods, ...(state && { state }) } as ObjectSample;
}

export interface Table {
  readonly [name: string]: Sample | Exempt | Table;
}

export function isSample(value: Sample | Exempt | Table): value is Sample {
  return Array.isArray((value as Sample).args);
}
export function isExempt(value: Sample | Exempt | Table): value is Exempt {
  return typeof (value as Exempt).because === "string";
}
