// Runs a script as the database's thread, and hands over what V8 compiled of it when it is told to.
import { workerData, type MessagePort } from "node:worker_threads";
import { codeOf } from "./code-of.ts";
import { runScript } from "../adapters/runtimes/node/script.ts";

const { script, port } = workerData as { readonly script: URL; readonly port: MessagePort };
const running = runScript(new URL(script));
port.once("message", () => port.postMessage(codeOf(running)));
