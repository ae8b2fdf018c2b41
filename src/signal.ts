// The host's AbortSignal, also for TypeScript set-ups that declare neither DOM nor Node. Used by every floor.

/** AbortSignal where the host's types are known. */
export type HostSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : never;
