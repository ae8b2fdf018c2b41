// What `compile` was given, as it is sent to a worker: data, so that functions of the caller's own are refused here.

import { ArgumentError } from "../errors.js";
import { type Compiled, compiledOf } from "../models/lanewise/compiled.js";
import type { Recipe } from "../training/model/recipe.js";

/** `variables` are those of the model. Fails with ArgumentError if a part is a function of the caller's own, and names it. */
export function sendable(subject: string, recipe: Recipe, variables: readonly { readonly name: string }[]): Compiled {
  const names = variables.map(({ name }) => name);
  return compiledOf(recipe, names, (part) => {
    throw new ArgumentError(
      `${subject}: functions cannot be sent to a worker; ${part} is one of your own. Take one of the library's, or train ` +
        "in a worker program of your own, which imports lanewise.",
    );
  });
}
