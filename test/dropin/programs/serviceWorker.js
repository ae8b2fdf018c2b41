// A service worker, and as well the background of an extension: answers a message with what it has trained.

import { trainBuilds } from "./trainBuilds.js";

globalThis.addEventListener("install", () => globalThis.skipWaiting());
globalThis.addEventListener("activate", (event) => event.waitUntil(globalThis.clients.claim()));
globalThis.addEventListener("message", (event) => {
  const answer = trainBuilds().catch((error) => `${error}`);
  event.waitUntil(answer.then((trained) => event.source.postMessage(trained)));
});
