// The session that the models of a graph share, so that they share the values of its variables too.

import type { Graph } from "../../graph/graph.js";
import { Session, type SessionOptions } from "../../runtime/session.js";

const sessions = new WeakMap<Graph, Session>();

/** The shared session of a graph; made with these options by the first who asks. */
export function sessionOf(graph: Graph, options: SessionOptions = {}): Session {
  const known = sessions.get(graph);
  if (known) return known;
  const session = new Session(graph, options);
  sessions.set(graph, session);
  return session;
}

/** Makes a session the shared one of its graph, unless there is one. */
export function share(session: Session): Session {
  if (!sessions.has(session.graph)) sessions.set(session.graph, session);
  return session;
}
