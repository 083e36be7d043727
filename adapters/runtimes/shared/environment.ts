import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * The process's environment over the values of an optional `.env` file. A blank variable of the environment
 * wins too, so that a value in the file can be switched off.
 *
 * @throws Error when the file exists and cannot be read
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
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/** Windows' editors begin UTF-8 with a byte order mark, and its older shell writes UTF-16: both would hide settings. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}
