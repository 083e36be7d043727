import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** Lines it has written to stdout so far. */
  readonly lines: readonly string[];
  /** Resolves to the first line with this beginning; rejects when the process ends without one. */
  line(start: string): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Runs a TypeScript file with this Node. */
export function startChild(file: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file.pathname, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const lines: string[] = [];
  const errors: string[] = [];
  const closed = once(child, "close");
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  return {
    process: child,
    lines,
    line: (start) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => line.startsWith(start));
          if (found !== undefined) resolve(found);
        };
        reader.on("line", look);
        void closed.then(() => reject(new Error(`the child ended: ${errors.join("")}`)));
        look();
      }),
    async kill(signal) {
      child.kill(signal);
      await closed;
    },
  };
}
