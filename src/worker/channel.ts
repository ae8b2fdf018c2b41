// Calls between two threads: birpc over a port, with the moves and the errors of packing.ts.

import { type BirpcReturn, createBirpc } from "birpc";
import type { Port, Thread } from "../threads.js";
import { type PackedError, type Parcel, packError, unpackError } from "./packing.js";

/** Arguments and results that are parcels are sent as their content, and what they move is moved. */
export type Channel<Remote extends object, Local extends object> = BirpcReturn<Remote, Local>;

interface Message {
  /** Arguments of a call. */
  readonly a?: readonly unknown[];
  /** The result of a call. */
  readonly r?: unknown;
  /** Its error. */
  readonly e?: unknown;
}

/** Tells these messages from others between the same two, whose worker may have more to do. */
interface Envelope {
  readonly lanewise: Message;
}

class SealedParcel {
  constructor(readonly parcel: Parcel) {}
}

/** A parcel as argument or result of a call: the other side gets its content. */
export function send(parcel: Parcel): never {
  return new SealedParcel(parcel) as never;
}

/** `functions` are called by the other side; what comes back calls those of the other side. */
export function connect<Remote extends object, Local extends object>(
  port: Port,
  functions: Local,
  died?: (reason: string) => void,
): Channel<Remote, Local> {
  return createBirpc<Remote, Local>(functions, {
    bind: "functions",
    // A training may take for ever.
    timeout: -1,
    on: (hear) => {
      const ours = (data: Partial<Envelope> | null | undefined) => data?.lanewise && hear(data.lanewise);
      (port as Pick<Thread, "listen">).listen(ours, died);
    },
    post: ({ message, moved }) => port.post({ lanewise: message } satisfies Envelope, moved),
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
