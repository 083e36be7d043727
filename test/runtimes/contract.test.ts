import { afterAll } from "vitest";
import { describeRuntime } from "../contracts/runtime.ts";
import { cleanUp } from "../support/server-process.ts";
import { runtimes } from "../support/runtimes.ts";

afterAll(cleanUp);

for (const { name, start, exceptions } of runtimes) describeRuntime(name, start, exceptions);
