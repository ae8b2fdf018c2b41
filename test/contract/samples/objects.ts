// Sample calls of the methods of everything that has some. One entry for each class, or kind of object or function.

import type { ObjectSample } from "../kinds.js";
import { estimatorObjects } from "./estimatorObjects.js";
import { fileObjects } from "./fileObjects.js";
import { modelObjects } from "./modelObjects.js";

export const objects: Readonly<Record<string, ObjectSample>> = { ...modelObjects, ...estimatorObjects, ...fileObjects };
