// A page of an extension.

import { trainBuilds } from "./trainBuilds.js";

globalThis.train = trainBuilds;
