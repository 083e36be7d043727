import { PortFailure } from "../../../handlers/ports/failure.ts";

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Runs the work; what the file system refuses becomes a PortFailure, which names no path. */
export async function asPortFailure<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PortFailure) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (["EACCES", "EPERM", "EROFS"].includes(code)) {
      const message = `The backup's folder cannot be used by this process (${code})`;
      throw new PortFailure("unauthorized", message, { retryable: false, cause });
    }
    const message = `The backup's folder cannot be read or written (${code || "unknown reason"})`;
    throw new PortFailure("unavailable", message, { retryable: true, cause });
  }
}
