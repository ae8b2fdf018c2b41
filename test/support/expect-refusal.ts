// A refused call: the class of the error and its whole message.

import { expect } from "vitest";

export function expectRefusal(call: () => unknown, kind: new (...args: never[]) => Error, message: string): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, message).toBeInstanceOf(kind);
  expect((thrown as Error).message).toBe(message);
}
