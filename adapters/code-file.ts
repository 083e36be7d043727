import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";

// A file of code that V8 compiled earlier begins with the checksums of the source and of the code, each of 4 bytes: V8
// trusts both, and would run whatever a damaged file says.
const checksumBytes = 8;

/** The content of a file that keeps what V8 compiled of a source. */
export function toCodeFile(source: Uint8Array, code: Uint8Array): Buffer {
  const checksums = Buffer.alloc(checksumBytes);
  checksums.writeUInt32LE(crc32(source), 0);
  checksums.writeUInt32LE(crc32(code), 4);
  return Buffer.concat([checksums, code]);
}

/** What V8 compiled of a source; undefined where the file is missing, damaged, or another source's. */
export function readCodeFile(
  path: string | URL,
  source: Uint8Array,
): Buffer<ArrayBuffer> | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const checksums = Buffer.alloc(checksumBytes);
    // An ArrayBuffer of its own, which V8 takes as a whole.
    const code = Buffer.from(new ArrayBuffer(fstatSync(file).size - checksumBytes));
    readExactly(file, checksums, 0);
    readExactly(file, code, checksumBytes);
    const isWhole =
      crc32(source) === checksums.readUInt32LE(0) && crc32(code) === checksums.readUInt32LE(4);
    return isWhole ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Fills the buffer from a place in the file. @throws where the file ends before */
export function readExactly(file: number, buffer: Buffer, start: number): void {
  for (let done = 0; done < buffer.length;) {
    const bytes = readSync(file, buffer, done, buffer.length - done, start + done);
    if (bytes === 0) throw new Error("the file became shorter");
    done += bytes;
  }
}
