// Node's built-in modules, without an import that a bundler for browsers would stumble over. Used by folder and cache.

/** The modules that touch the disk; undefined in a browser. */
export function nodeModules() {
  // Bundlers see no module name here, while esbuild and webpack refuse `import("node:fs/promises")` for browsers.
  const { process } = globalThis;
  if (typeof process?.getBuiltinModule !== "function") return undefined;
  return {
    fs: process.getBuiltinModule("node:fs/promises"),
    os: process.getBuiltinModule("node:os"),
    path: process.getBuiltinModule("node:path"),
  };
}
