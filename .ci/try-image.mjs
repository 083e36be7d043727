// Runs the image's command as its user in its folder, on a read-only root, and checks the results.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const [root, folder] = process.argv.slice(2);
const { config } = JSON.parse(readFileSync(join(folder, "image.json"), "utf8")).Docker;
const variables = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)));

describeImage();
const port = await freePort();
const { child, since, output } = startContainer(["env", `PORT=${port}`, ...config.Cmd]);
try {
  await firstHealthy();
  const healthyAfter = since();
  const answer = await ask("How do I put it on a Hugging Face Space?");
  const answeredAfter = since();
  assert.match(answer.response, /\[1\]/, "the answer cites");
  assert.ok(answer.sources.length > 0, "the answer has sources");
  const runtime = startContainer(["node", "-e", "require('onnxruntime-node')"]);
  assert.equal(await exitOf(runtime.child), 0, "the embedder's runtime loads");
  const check = startContainer(["env", `PORT=${port}`, ...config.Healthcheck.Test.slice(1)]);
  assert.equal(await exitOf(check.child), 0, "the HEALTHCHECK finds it healthy");
  process.kill(serverOf(child.pid), "SIGTERM");
  assert.equal(await exitOf(child), 0, "SIGTERM ends it in good order");
  console.log(
    `image: healthy after ${healthyAfter} ms, first cited answer after ${answeredAfter} ms`,
  );
} catch (error) {
  console.error(output());
  child.kill("SIGKILL");
  throw error;
}

function describeImage() {
  assert.equal(config.User, "node");
  assert.deepEqual(Object.keys(config.ExposedPorts), ["7860/tcp"]);
  assert.ok(Array.isArray(config.Cmd) && config.Cmd[0] === "node", "CMD is in exec form");
  assert.deepEqual(readdirSync(join(root, "app")).sort(), [
    ".data",
    "dist",
    "node_modules",
    "package.json",
  ]);
  assert.deepEqual(readdirSync(join(root, "app/node_modules")).sort(), [
    "@electric-sql",
    "onnxruntime-common",
    "onnxruntime-node",
  ]);
  assert.deepEqual(readdirSync(join(root, "app/.data")), [], "the data directory is empty");
  assert.equal(statSync(join(root, "app/.data")).uid, 1000);
  for (const name of [".env", ".git", "test"]) assert.ok(!existsSync(join(root, "app", name)));
  const secrets = Object.keys(variables).filter((name) => /SECRET|TOKEN|KEY|PASSWORD/.test(name));
  assert.deepEqual(secrets, [], "no secret is in its environment");
  const megabytes = Number(
    execFileSync("du", ["-sm", "--exclude=models", join(root, "app")], { encoding: "utf8" }).split(
      "\t",
    )[0],
  );
  console.log(`image: ${megabytes} MB beside its base and the embedding model`);
  assert.ok(megabytes <= 120, "at most 120 MB beside its base and the embedding model");
}

/** Starts the command in the container's view: a read-only root except for the data directory. */
function startContainer(command) {
  const script = [
    `mount --bind "$ROOT" "$ROOT"`,
    `mount --bind "$ROOT/app/.data" "$ROOT/app/.data"`,
    `mount -o remount,bind,ro "$ROOT"`,
    `mount --rbind /dev "$ROOT/dev"`,
    `mount -t proc proc "$ROOT/proc"`,
    `exec chroot --userspec=1000:1000 "$ROOT" /bin/sh -c 'cd "$0" && exec "$@"' ${config.WorkingDir} "$@"`,
  ].join(" && ");
  const startedAt = performance.now();
  const container = spawn("unshare", ["--mount", "sh", "-c", script, "sh", ...command], {
    env: { ...variables, ROOT: root },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [container.stdout, container.stderr])
    stream.on("data", (chunk) => (text += chunk));
  return {
    child: container,
    since: () => Math.round(performance.now() - startedAt),
    output: () => text,
  };
}

/** The server's process id is the first step's, because each step replaces its process by `exec`. */
function serverOf(pid) {
  assert.match(readFileSync(`/proc/${pid}/cmdline`, "utf8"), /^node\0dist\/server\.js/);
  return pid;
}

async function firstHealthy() {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function ask(message) {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/api/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ message }),
    });
    assert.ok(response.ok, `chat answers ${response.status}`);
    const answer = await response.json();
    // The documents may still be being ingested.
    if (answer.sources.length > 0 || since() > 20_000) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function exitOf(ending) {
  if (ending.exitCode !== null) return ending.exitCode;
  return new Promise((resolve) => ending.on("exit", resolve));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
