// The host's AbortSignal, also for TypeScript set-ups that declare neither DOM nor Node, and waiting that hears it.
// Used by every floor.

import { ArgumentError, describe } from "../errors.js";

/** What is used of an AbortSignal. */
interface SignalLike {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as AbortSignal declares it
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** AbortSignal; where the host's types do not declare it, what is used of it. */
export type HostSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : SignalLike;

/** Fails unless the signal is absent or an AbortSignal; throws its reason when it has aborted. */
export function checkSignal(subject: string, signal: HostSignal | undefined): void {
  checkIsSignal(subject, signal);
  signal?.throwIfAborted();
}

/** Fails unless the signal is absent or an AbortSignal, whether or not it has aborted. */
export function checkIsSignal(subject: string, signal: unknown): void {
  if (signal === undefined) return;
  const { throwIfAborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<SignalLike>;
  if ([throwIfAborted, addEventListener, removeEventListener].some((method) => typeof method !== "function")) {
    throw new ArgumentError(`${subject}: signal must be an AbortSignal; received ${describe(signal)}.`);
  }
}

/** As `patiently`, but nobody waits after an abort. */
export function closed(work: PromiseLike<unknown>, signal: HostSignal | undefined): Promise<unknown> {
  if (!signal?.aborted) return patiently(work);
  work.then(undefined, () => {});
  return Promise.resolve();
}

/** How long to wait, in milliseconds, for what only cleans up and may never end. */
const GRACE = 2000;

/** Settles as the promise does, or rejects with the signal's reason as soon as that aborts: nobody hears the promise then. */
export function heard<T>(promise: PromiseLike<T>, signal: HostSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    const forget = () => signal?.removeEventListener("abort", abort);
    promise.then(
      (value) => {
        forget();
        resolve(value);
      },
      (error) => {
        forget();
        reject(error);
      },
    );
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}

/**
 * Settles as the promise does, and after two seconds in any case, for what cleans up at the end and may hang: a generator
 * that works on its next value closes after it, which may never come.
 */
export function patiently(work: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, GRACE);
    const settled = (settle: (value: unknown) => void) => (value: unknown) => {
      clearTimeout(timer);
      settle(value);
    };
    Promise.resolve(work).then(settled(resolve), settled(reject));
  });
}
