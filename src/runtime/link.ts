// Linking: a program and a memory give the flat list of calls that a run walks. Nothing in a call is looked up or
// allocated when it is made.

import { ArgumentError, describe } from "../errors.js";
import { bases, type Instruction, type KernelCall, locate, type Program } from "../plan/program.js";
import type { LinearMemory } from "../tensor/memory.js";
import { addressParameters, type Kernels } from "../wasm/engine.js";
import type { Packing, Packings } from "./packings.js";

export type Call = () => void;

/** What a program runs on. */
export interface Machine {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly packings: Packings;
}

/** The calls of a program, one for each instruction. They last until memory grows or the arena moves. */
export function link({ instructions, packed, arenaBytes }: Program<Packing>, machine: Machine): readonly Call[] {
  const { kernels, memory, packings } = machine;
  const starts = startsOf(memory, arenaBytes);
  const masks = addressParameters();
  const linkKernel = ({ kernel, args, outdates }: KernelCall): Call => {
    const mask = masks[kernel];
    const located = args.map((arg, i) => ((mask >> i) & 1 ? locate(arg as number, starts) : arg));
    const f = kernels[kernel] as (...args: unknown[]) => unknown;
    if (!outdates) return bind(f, located);
    const [count] = located;
    return () => {
      f(count);
      packings.outdate();
    };
  };
  const linkOne = (instruction: Instruction): Call => {
    switch (instruction.kind) {
      case "kernel":
        return linkKernel(instruction);
      case "schedule": {
        const { node, valueAt, step, rate } = instruction;
        return follow(valueAt, node.name, memory, locate(step, starts), locate(rate, starts));
      }
      case "everyNth": {
        const { every, counter, body } = instruction;
        return everyNth(body.map(linkKernel), every, memory, locate(counter, starts));
      }
      case "renewal":
        return packings.renewal(packed[instruction.packing] as Packing, instruction.body.map(linkKernel));
    }
  };
  return instructions.map(linkOne);
}

/** Where each of `bases` lies in linear memory. */
export function startsOf({ arena }: LinearMemory, arenaBytes: number): readonly number[] {
  const starts = { permanent: 0, arena, workspace: arena + arenaBytes };
  return bases.map((base) => starts[base]);
}

/** A call with fixed arguments. Written out by their number: spreading an array costs more than most small kernels. */
function bind(f: (...args: unknown[]) => unknown, args: unknown[]): Call {
  const [a, b, c, d, e, g, h, i, j, l] = args;
  switch (args.length) {
    case 1:
      return () => f(a);
    case 3:
      return () => f(a, b, c);
    case 4:
      return () => f(a, b, c, d);
    case 5:
      return () => f(a, b, c, d, e);
    case 6:
      return () => f(a, b, c, d, e, g);
    case 7:
      return () => f(a, b, c, d, e, g, h);
    case 8:
      return () => f(a, b, c, d, e, g, h, i);
    case 9:
      return () => f(a, b, c, d, e, g, h, i, j);
    case 10:
      return () => f(a, b, c, d, e, g, h, i, j, l);
    case 11: {
      const [m] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m);
    }
    case 12: {
      const [m, n] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n);
    }
    case 13: {
      const [m, n, o] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o);
    }
    case 14: {
      const [m, n, o, p] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o, p);
    }
    case 15: {
      const [m, n, o, p, q] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o, p, q);
    }
    case 16: {
      const [m, n, o, p, q, r] = args.slice(10);
      return () => f(a, b, c, d, e, g, h, i, j, l, m, n, o, p, q, r);
    }
    default:
      return () => f(...args);
  }
}

/** Puts the rate for the number of updates made into its place. Both addresses hold as long as the other calls'. */
function follow(
  valueAt: (step: number) => number,
  name: string,
  { i32, f32 }: LinearMemory,
  step: number,
  rate: number,
): Call {
  return () => {
    const value = valueAt(i32[step / 4] as number);
    if (!(value >= 0 && value <= LARGEST)) {
      throw new ArgumentError(
        `${name}: a learning rate must be a finite number at least 0; the schedule gave ${describe(value)} ` +
          `for step ${i32[step / 4]}.`,
      );
    }
    f32[rate / 4] = value;
  };
}

/** The largest float. */
const LARGEST = 3.4028234663852886e38;

/** Makes the calls when the counter is a multiple of n. */
function everyNth(calls: readonly Call[], n: number, { i32 }: LinearMemory, counter: number): Call {
  return () => {
    if ((i32[counter / 4] as number) % n !== 0) return;
    for (const call of calls) call();
  };
}
