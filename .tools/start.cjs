// The entry of every npm script. An old Node must be able to run it up to the message about its version.
"use strict";

const { execFileSync } = require("node:child_process");
const path = require("node:path");

const oldest = require("../package.json").engines.node.replace(">=", "");
const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(
    `Docent needs Node ${oldest} or newer, and this is ${process.versions.node}.\n` +
      "Run `npm ci` once: it brings Node 24 along for the npm scripts (its package `node` has an install\n" +
      "script, which package.json allows). Or install Node 24 yourself.",
  );
  process.exit(1);
}

const commands = {
  server: () => {
    stopWithParent();
    return run("../dist/server.js");
  },
  docent: () => run("../dist/docent.js"),
  bench: () => run("../test/bench/index.ts"),
  test: () => import("vitest/node").then((vitest) => runTests(vitest)),
};

async function main() {
  const [command] = process.argv.splice(2, 1);
  const start = commands[command];
  if (!start) throw new Error(`unknown command ${command}: ${Object.keys(commands).join(", ")}`);
  // The tests make their own build.
  if (command !== "test") await buildIfStale();
  await start();
}

async function buildIfStale() {
  const { isStale } = await import("./stale.ts");
  if (!isStale()) return;
  // In a process of its own, so that the server does not keep the build's memory.
  const script = path.join(__dirname, "build.ts");
  execFileSync(process.execPath, [script, "--if-stale"], { stdio: "inherit" });
}

/** npm runs scripts in a shell, which does not pass npm's SIGTERM on: stops when the parent process is gone. */
function stopWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    // Only once, because a second signal stops the server at once.
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, 500).unref();
}

/** In this process, so that signals reach the server directly. */
function run(file) {
  process.argv[1] = path.join(__dirname, file);
  return import(file);
}

async function runTests({ startVitest, parseCLI }) {
  const { filter, options } = parseCLI(["vitest", "run", ...process.argv.slice(2)]);
  const vitest = await startVitest("test", filter, {
    config: ".tools/vitest.config.ts",
    ...options,
  });
  await vitest.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
