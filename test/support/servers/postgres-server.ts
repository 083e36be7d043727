import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeOnce } from "./templates.ts";

export interface PostgresServer {
  readonly url: string;
  /** Stops it abruptly (SIGQUIT) or as an operator does (SIGINT), and starts it on the same data. */
  restart(signal: "SIGQUIT" | "SIGINT"): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's binaries on this machine; undefined: none. */
export const postgresBinaries: string | undefined = find();

/** Starts a fresh PostgreSQL on 127.0.0.1 in a temporary directory. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = postgresBinaries;
  if (binaries === undefined) throw new Error("no PostgreSQL on this machine");
  const directory = await mkdtemp(join(tmpdir(), "docent-postgres-"));
  const user = serverUser();
  if (user.uid !== undefined) await chown(directory, user.uid, user.gid ?? user.uid);
  const data = join(directory, "data");
  copyFolder(await makeOnce("postgres", initialise), data);
  const port = await freePort();
  const start = () =>
    startServer(
      join(binaries, "postgres"),
      ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", "", "-F"],
      { ...user, cwd: directory },
    );
  let server = await start();
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  return {
    url: `postgres://docent@127.0.0.1:${port}/postgres`,
    async restart(signal) {
      await end(signal);
      server = await start();
    },
    async stop() {
      await end("SIGINT");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes an empty cluster. It takes a second of a core, and to copy it a fifth. */
async function initialise(folder: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "docent-initdb-"));
  const user = serverUser();
  if (user.uid !== undefined) await chown(directory, user.uid, user.gid ?? user.uid);
  const data = join(directory, "data");
  const initialised = spawnSync(
    join(postgresBinaries ?? "", "initdb"),
    [
      "-D",
      data,
      "-U",
      "docent",
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--wal-segsize=1",
      "--no-sync",
    ],
    { ...user, cwd: directory, encoding: "utf8" },
  );
  if (initialised.status !== 0) throw new Error(`initdb: ${initialised.stderr}`);
  copyFolder(data, folder);
  await rm(directory, { recursive: true });
}

/** With owners and modes, which PostgreSQL looks at. */
function copyFolder(from: string, to: string): void {
  const copied = spawnSync("cp", ["-a", `${from}/.`, to], { encoding: "utf8" });
  if (copied.status !== 0) throw new Error(`cp: ${copied.stderr}`);
}

/** Resolves when it accepts connections. */
function startServer(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly uid?: number; readonly gid?: number },
): Promise<ChildProcess> {
  const server = spawn(program, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const log: string[] = [];
  return new Promise((resolve, reject) => {
    server.stderr.on("data", (chunk: Buffer) => {
      log.push(chunk.toString());
      if (log.join("").includes("ready to accept connections")) resolve(server);
    });
    server.once("exit", () => reject(new Error(`postgres: ${log.join("")}`)));
  });
}

function find(): string | undefined {
  const root = "/usr/lib/postgresql";
  const folders = existsSync(root)
    ? readdirSync(root)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(root, version, "bin"))
    : [];
  return [...folders, "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"].find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
}

/** PostgreSQL refuses to run as root. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const uid = Number(spawnSync("id", ["-u", name], { encoding: "utf8" }).stdout);
    const gid = Number(spawnSync("id", ["-g", name], { encoding: "utf8" }).stdout);
    if (uid > 0) return { uid, gid };
  }
  return {};
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
