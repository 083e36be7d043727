import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  /** A directory on it. */
  readonly path: string;
  /** Leaves this many bytes free. */
  fill(free: number): void;
  /** Removes what `fill` wrote. */
  empty(): void;
  remove(): void;
}

/** Mounts a tmpfs of so many megabytes, which only root may do; otherwise returns the reason why not. */
export function mountSmallDisk(megabytes: number): SmallDisk | string {
  if (process.platform !== "linux") return "a tmpfs can be mounted on Linux alone";
  const path = mkdtempSync(join(tmpdir(), "docent-disk-"));
  const options = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path];
  const mounted = spawnSync("mount", options, { encoding: "utf8" });
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    return `mounting is not permitted: ${(mounted.stderr ?? "no mount").trim()}`;
  }
  const filler = join(path, "filler");
  const empty = () => rmSync(filler, { force: true });
  return {
    path,
    fill(free) {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - free)));
    },
    empty,
    remove() {
      spawnSync("umount", ["-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
