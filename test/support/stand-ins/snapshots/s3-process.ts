import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fault, FaultScope, Traffic } from "./faulty-server.ts";
import type { S3StandIn, S3StandInOptions } from "./s3-stand-in.ts";

export type S3Command =
  | {
      readonly kind: "fault";
      readonly at: "gateway" | "edge";
      readonly fault: Fault;
      readonly scope: FaultScope;
    }
  | { readonly kind: "end" | "traffic" | "objects" };

export interface S3Process extends Pick<S3StandIn, "endpoint" | "bucket" | "keys"> {
  readonly fault: (fault: Fault, scope?: FaultScope, at?: "gateway" | "edge") => Promise<void>;
  /** Ends all faults. */
  readonly endFaults: () => Promise<void>;
  readonly traffic: () => Promise<Readonly<Record<"gateway" | "edge", Traffic>>>;
  readonly objects: () => Promise<readonly { readonly key: string; readonly size: number }[]>;
  readonly stop: () => Promise<void>;
}

/** The S3 stand-in in a process of its own, so that its work is not measured along with what calls it. */
export async function startS3Process(options: S3StandInOptions = {}): Promise<S3Process> {
  const script = fileURLToPath(new URL("./s3-process-child.ts", import.meta.url));
  const child = fork(script, [JSON.stringify(options)], {
    // Regular expressions pass, too.
    serialization: "advanced",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const ended = once(child, "exit");
  const waiting = new Map<number, (value: unknown) => void>();
  child.on("message", ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  let last = 0;
  const answerTo = <Value>(id: number): Promise<Value> =>
    new Promise((resolve, reject) => {
      waiting.set(id, (value) => resolve(value as Value));
      void ended.then(() => reject(new Error("the S3 stand-in's process has ended")));
    });
  const ask = <Value>(command: S3Command): Promise<Value> => {
    last += 1;
    const answer = answerTo<Value>(last);
    child.send({ id: last, command });
    return answer;
  };
  const place = await answerTo<Pick<S3StandIn, "endpoint" | "bucket" | "keys">>(0);
  return {
    ...place,
    fault: (fault, scope = {}, at = "gateway") => ask({ kind: "fault", at, fault, scope }),
    endFaults: () => ask({ kind: "end" }),
    traffic: () => ask({ kind: "traffic" }),
    objects: () => ask({ kind: "objects" }),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
