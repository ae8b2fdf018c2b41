// Serves the examples and dist/ to browsers on this machine: a page may not load modules from file: addresses.
//   node examples/browser/serve.mjs [port]

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const root = new URL("../../", import.meta.url);
const home = "/examples/browser/index.html";
const types = { html: "text/html; charset=utf-8", js: "text/javascript", map: "application/json" };

const server = createServer(async ({ url }, response) => {
  const { pathname } = new URL(url, "http://localhost");
  if (pathname === "/") return response.writeHead(302, { location: home }).end();
  try {
    if (!/^\/(dist|examples)\//.test(pathname)) throw new Error("not served");
    const content = await readFile(new URL(`.${pathname}`, root));
    response.writeHead(200, { "content-type": types[pathname.split(".").pop()] ?? "application/octet-stream" });
    response.end(content);
  } catch {
    response.writeHead(404).end("not found");
  }
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () =>
  console.log(`http://localhost:${server.address().port}${home}`),
);
