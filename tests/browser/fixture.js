// A device that is in whatever state a test puts it: the API is scripted, every file comes from the real
// daemon at `origin`. It shows what the simulated pad cannot be brought to in a moment.

import http from "node:http";
import { CONDITIONS, HELLO, PROTOCOLS, detail, samples, tuningSamples } from "./states.js";

const REFUSAL = {
  type: "refused", status: 409, title: "Refused", rule: "HL-H9", limit: "60 min of rest", reading: "17 min of rest",
  detail: "this site was heated 17 min ago; 60 min of rest are asked for", opens: "when the site has rested; another site may be free",
  opens_in_s: 2580,
};

/** What is said of pain where nobody has said anything. */
export const NO_DIARY = { entries: [], total: 0, sites: [] };

/** Starts it on a free port of loopback. */
export async function openFixture(origin, firstState) {
  const device = { state: firstState, silent: false, refuses: false, taps: [], bodies: [], diary: NO_DIARY, sessions: [] };
  const streams = new Set();
  const push = (stream) => {
    if (!device.silent) stream.write(`event: status\ndata: ${JSON.stringify({ ...device.state, seq: Date.now() })}\n\n`);
  };
  const server = http.createServer((request, response) => {
    const { url = "/", method } = request;
    if (!url.startsWith("/api/")) return pass(origin + url, request, response);
    if (url === "/api/v1/events") return stream(response, streams, push);
    const session = Number(url.match(/^\/api\/v1\/sessions\/(\d+)/)?.[1]);
    if (url.includes("/samples?")) return json(response, 200, curve(session, device.state));
    if (session) return json(response, 200, detail(session));
    if (method === "GET" && url === "/api/v1/checklist") return json(response, 200, { ...device.state.checklist, conditions: CONDITIONS });
    // What does not change is the real daemon's word.
    if (method === "GET" && ["/api/v1/sites", "/api/v1/exercises", "/api/v1/profile"].includes(url)) return pass(origin + url, request, response);
    if (method === "GET" && url === "/api/v1/protocols") return json(response, 200, { profile: device.state.profile, protocols: PROTOCOLS, broken: [] });
    if (method === "GET" && url === "/api/v1/red-flags") return pass(origin + url, request, response);
    if (method === "GET" && url.startsWith("/api/v1/pain?")) return json(response, 200, device.diary);
    if (method === "GET" && url.startsWith("/api/v1/sessions?")) return json(response, 200, { sessions: device.sessions, total: device.sessions.length });
    device.taps.push(`${method} ${url}`);
    request.on("data", (bytes) => device.bodies.push(String(bytes)));
    if (device.refuses && url !== "/api/v1/stop") return json(response, REFUSAL.status, REFUSAL);
    if (url === "/api/v1/pain") return json(response, 201, { entry: { nrs: 4 }, message: null, site: {} });
    return json(response, 200, { id: 12, off: true });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const timer = setInterval(() => streams.forEach(push), 500);
  return {
    device,
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

function curve(id, state) {
  const tuning = state.session?.protocol === "tune" || detail(id).protocol === "tune";
  return tuning ? tuningSamples(elapsed(state)) : samples(elapsed(state), peak(state));
}

function elapsed(state) {
  return state.session?.elapsed_s ?? state.last?.elapsed_s ?? 0;
}

/** @returns {number | null} the temperature that ended the session, where one did */
function peak(state) {
  const reading = Number.parseFloat(state.fault?.reading ?? "");
  return Number.isNaN(reading) ? null : reading;
}

function stream(response, streams, push) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(`event: hello\ndata: ${JSON.stringify(HELLO)}\n\n`);
  push(response);
  streams.add(response);
  response.on("close", () => streams.delete(response));
}

function json(response, status, body) {
  const type = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type });
  response.end(JSON.stringify(body));
}

function pass(target, request, response) {
  const { host: _, ...headers } = request.headers;
  http.get(target, { headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }).on("error", () => response.writeHead(502).end());
}
