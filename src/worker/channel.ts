// Calls between two threads: birpc over a port, with the moves and the errors of packing.ts.

import { type BirpcReturn, createBirpc } from "birpc";
import { ArgumentError, StateError } from "../errors.js";
import type { Port } from "../host/threads.js";
import { type PackedError, type Parcel, packError, unpackError } from "./packing.js";

/** Arguments and results that are parcels are sent as their content, and what they move is moved. */
export type Channel<Remote extends object, Local extends object> = BirpcReturn<Remote, Local>;

interface Message {
  /** "q" for a call, "s" for the answer to one. */
  readonly t?: string;
  /** The name of the call. */
  readonly i?: string;
  /** Arguments of a call. */
  readonly a?: readonly unknown[];
  /** The result of a call. */
  readonly r?: unknown;
  /** Its error. */
  readonly e?: unknown;
}

/** Tells these messages from others between the same two, whose worker may have more to do. */
type Envelope =
  | { readonly lanewise: Message; readonly number: number }
  /** The message of that number came and could not be read. */
  | { readonly lanewiseLost: number };

class SealedParcel {
  constructor(readonly parcel: Parcel) {}
}

/** A parcel as argument or result of a call: the other side gets its content. */
export function send(parcel: Parcel): never {
  return new SealedParcel(parcel) as never;
}

/** So many of the last messages are remembered, in case that one is lost: it is known at once, or soon after. */
const REMEMBERED = 256;

/** `functions` are called by the other side; what comes back calls those of the other side. */
export function connect<Remote extends object, Local extends object>(
  port: Port,
  functions: Local,
  died?: (reason: string) => void,
): Channel<Remote, Local> {
  let sent = 0;
  let received = 0;
  /** By the numbers of the messages, the calls that they make or answer, until the other side has said more. */
  const calls = new Map<number, Message>();
  let hear = (_message: Message) => {};
  const lost = (number: number) => {
    const message = calls.get(number);
    if (message?.i === undefined) return;
    const error = new StateError(
      "the message could not be read on the other side: memory may be short, or it holds what does not go between threads.",
    );
    // Whoever waits, here for an answer or there, waits no longer.
    if (message.t === "q") hear({ t: "s", i: message.i, e: packError(error) });
    else post({ t: "s", i: message.i, e: packError(error) }, []);
  };
  const post = (message: Message, moved: readonly ArrayBuffer[]) => {
    const number = sent + 1;
    try {
      port.post({ lanewise: message, number } satisfies Envelope, moved);
    } catch (error) {
      throw new ArgumentError(`a message between threads must hold plain data only: ${(error as Error).message}`);
    }
    sent = number;
    calls.set(number, { t: message.t as string, i: message.i as string });
    if (calls.size > REMEMBERED) calls.delete(calls.keys().next().value as number);
  };
  return createBirpc<Remote, Local>(functions, {
    bind: "functions",
    // A training may take for ever.
    timeout: -1,
    on: (take) => {
      hear = take;
      port.listen({
        hear: (data: Envelope | null | undefined) => {
          if (typeof data !== "object" || data === null) return;
          if ("lanewiseLost" in data) lost(data.lanewiseLost);
          else if ("lanewise" in data) {
            received = data.number;
            take(data.lanewise);
          }
        },
        // Messages come in order: it was the next one.
        unreadable: () => port.post({ lanewiseLost: ++received } satisfies Envelope),
        ...(died && { died }),
      });
    },
    post: ({ message, moved }) => post(message, moved),
    serialize: (message: Message) => {
      const moved = new Set<ArrayBuffer>();
      const open = (value: unknown): unknown => {
        if (!(value instanceof SealedParcel)) return value;
        for (const buffer of value.parcel.moved) moved.add(buffer);
        return value.parcel.content;
      };
      const opened = {
        ...message,
        ...(message.a && { a: message.a.map(open) }),
        ...("r" in message && { r: open(message.r) }),
        ...("e" in message && { e: packError(message.e) }),
      };
      return { message: opened, moved: [...moved] };
    },
    deserialize: (message: Message) =>
      message.e === undefined ? message : { ...message, e: unpackError(message.e as PackedError) },
  });
}
