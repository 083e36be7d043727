import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * The process's environment over the values of an optional `.env` file. A blank variable of the environment
 * wins too, so that a value in the file can be switched off.
 *
 * @throws Error when there is a file that cannot be read
 */
export function readEnvironment(
  real: Readonly<Record<string, string | undefined>> = process.env,
  path = ".env",
): Readonly<Record<string, string | undefined>> {
  return { ...readFile(path), ...real };
}

function readFile(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(decode(readFileSync(path)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Docker makes a directory where it is to mount a file that the host does not have.
    if (code === "ENOENT" || code === "EISDIR") return {};
    throw error;
  }
}

/** Windows' editors begin UTF-8 with a byte order mark, and its older shell writes UTF-16: both would hide settings. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}
