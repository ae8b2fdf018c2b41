// For an engine that offers the language and nothing else: prints what the builds have trained.

import { trainBuilds } from "./trainBuilds.js";

trainBuilds().then(
  (trained) => print(JSON.stringify(trained)),
  (error) => print(`${error}\n${error.stack}`),
);
