// In a page, or in a worker of its own: the stepper on the built package.

import * as lanewise from "../../src/index.js";
import { makeStepper, type Stepper } from "./stepper.js";

const held = globalThis as unknown as { stepper: Stepper | undefined };

export default async function (milliseconds: number): Promise<number> {
  held.stepper ??= await makeStepper(lanewise);
  return await held.stepper.run(milliseconds);
}
