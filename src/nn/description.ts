// One form for everything that the library makes and that files, workers and clones make again: its kind and the options
// it was made with. Layers, regularizers, constraints, initializers, losses, metrics, schedules and optimizers have it.
// registry.ts turns it into plain data and back.

/** `options` are as they were given; some of them may be objects or functions of the library, described in their turn. */
export interface Description {
  /** The name of the function that makes it; of a layer, its kind. */
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Something that tells how it was made; what a caller has made of functions of their own does not. */
export interface Described {
  readonly config?: Description | undefined;
}

/** By kind, the functions that make things of one family from their options, all in one object. */
export type Makers = Readonly<Record<string, (options: never) => unknown>>;

/** The thing, which tells from now on how it was made. */
export function describedAs<T extends object>(
  kind: string,
  options: object,
  thing: T,
): T & { readonly config: Description } {
  return Object.assign(thing, { config: { kind, options: options as Description["options"] } });
}
