import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "./postgres-server.ts";
import { pause } from "../../../handlers/lib/time.ts";

export interface RealS3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly stop: () => Promise<void>;
}

/**
 * A real S3 server with conditional writes, where it is installed: `go install
 * github.com/versity/versitygw/cmd/versitygw@latest` brings it. Undefined: there is none.
 */
export const s3Binary: string | undefined = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  join(homedir(), "go", "bin"),
]
  .map((folder) => join(folder, "versitygw"))
  .find(existsSync);

/** Starts it on 127.0.0.1 with an empty bucket in a temporary directory. */
export async function startS3Server(): Promise<RealS3Server> {
  if (s3Binary === undefined) throw new Error("no versitygw on this machine");
  const directory = await mkdtemp(join(tmpdir(), "docent-s3-"));
  const bucket = "backups";
  await mkdir(join(directory, bucket));
  const keys = { accessKeyId: "docent", secretAccessKey: "only for this test" };
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(
    s3Binary,
    ["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive", "posix", directory],
    {
      stdio: "ignore",
      env: {
        ...process.env,
        ROOT_ACCESS_KEY_ID: keys.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: keys.secretAccessKey,
      },
    },
  );
  const ended = once(server, "exit");
  const stop = async () => {
    server.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) break;
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return { endpoint, bucket, keys, stop };
    await pause(100);
  }
  await stop();
  throw new Error("the S3 server does not start");
}
