// The real daemon on the simulated pad, on a free port of loopback, with a data folder of its own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const BINARY = process.env.SOOTHED ?? path.join(REPOSITORY, "target/debug/soothed");
const START_WITHIN_MS = 15_000;

/** Starts it and waits until it is healthy; a demo person has answered its check-list unless `answered` is false. */
export async function openDaemon({ speed = 30, answered = true } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), "soothe-browser-"));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}/`;
  let child = await run(data, address, url, speed, answered);
  const send = (method) => (at, body) =>
    fetch(new URL(at, url), { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return {
    url,
    get: async (at) => (await fetch(new URL(at, url))).json(),
    post: send("POST"),
    put: send("PUT"),
    /** As a power cut or the kernel's memory killer would. */
    kill: () => ended(child, "SIGKILL"),
    restart: async () => {
      child = await run(data, address, url, speed, answered);
    },
    close: async () => {
      await ended(child, "SIGTERM");
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function run(data, address, url, speed, answered) {
  const flags = ["--sim", "--speed", String(speed), "--data", data, "--listen", address, "--socket", path.join(data, "socket"), ...(answered ? [] : ["--unanswered"])];
  const child = spawn(BINARY, flags, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  child.stderr.on("data", (text) => (said += text));
  child.on("error", (error) => (said += `${error.message}: build it with \`cargo build -p soothed\`, or set SOOTHED`));
  for (let waited_ms = 0; waited_ms < START_WITHIN_MS; waited_ms += 50) {
    const healthy = await fetch(new URL("/healthz", url)).catch(() => null);
    if (healthy?.ok) return child;
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`${BINARY} did not become healthy: ${said}`);
}

function ended(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  return gone;
}

function freePort() {
  return new Promise((found) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
