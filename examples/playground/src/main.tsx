import { render } from "preact";
import { App, follow } from "./app.js";

follow();
render(<App />, document.getElementById("app") as HTMLElement);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it, as on a page that is not served securely, all but the way back without a network is the same.
  addEventListener("load", () => navigator.serviceWorker.register("./serviceWorker.js").catch(() => {}));
}
