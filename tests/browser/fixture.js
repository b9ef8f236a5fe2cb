// A device that is in whatever state a test puts it: the API is scripted, every file comes from the real
// daemon at `origin`. It shows what the simulated pad cannot be brought to in a moment.

import http from "node:http";
import { HELLO, samples } from "./states.js";

const REFUSAL = {
  type: "refused", status: 409, title: "Refused", rule: "HL-H22",
  detail: "the pad is at 38.4 °C; 10.0 °C to 38.0 °C is accepted", opens: "when the pad is between 10 and 38 °C",
};

/** Starts it on a free port of loopback. */
export async function openFixture(origin, firstState) {
  const device = { state: firstState, silent: false, refuses: false, taps: [] };
  const streams = new Set();
  const push = (stream) => {
    if (!device.silent) stream.write(`event: status\ndata: ${JSON.stringify({ ...device.state, seq: Date.now() })}\n\n`);
  };
  const server = http.createServer((request, response) => {
    const { url = "/", method } = request;
    if (!url.startsWith("/api/")) return pass(origin + url, request, response);
    if (url === "/api/v1/events") return stream(response, streams, push);
    if (url.includes("/samples?")) return json(response, 200, samples(elapsed(device.state), device.state.fault?.reading_c ?? null));
    device.taps.push(`${method} ${url}`);
    if (device.refuses && url !== "/api/v1/stop") return json(response, REFUSAL.status, REFUSAL);
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

function elapsed(state) {
  return state.session?.elapsed_s ?? state.last?.elapsed_s ?? 0;
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
