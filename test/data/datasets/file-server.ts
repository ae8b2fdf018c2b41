// A server on 127.0.0.1 for tests of downloading.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface FileServer {
  readonly url: string;
  /** Names asked for, in order. */
  readonly requests: string[];
  /** What is served; may be changed while the server runs. A function answers by itself. */
  files: Record<string, Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void)>;
  stop(): Promise<void>;
}

/** Serves `/data/<name>`; stops when the test ends. */
export async function startFileServer(files: FileServer["files"]): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").replace("/data/", "");
    requests.push(name);
    const file = started.files[name];
    if (file === undefined) response.writeHead(404).end("no such file");
    else if (typeof file === "function") file(request, response);
    else response.writeHead(200, { "content-length": file.length }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  const started: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`,
    requests,
    files,
    stop,
  };
  return started;
}
