import { within } from "../../lib/time.ts";
import { Problem } from "../problem.ts";

/** Milliseconds for which a body may take as long as it likes; from then on it must keep to the pace below. */
const graceMilliseconds = 30_000;

/** The slowest average pace of a body: 128 kbit/s, which a poor mobile connection reaches. */
const slowestBytesPerSecond = 16 * 1024;

/** Milliseconds for which the rest of a refused body is read and dropped, at most. */
const discardingMilliseconds = 10_000;

type BodyReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * The request's whole body.
 *
 * @throws Problem 400 when the connection ends early, 408 for a body that comes too slowly, 413 for more than
 * `limit` bytes
 */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return new Uint8Array();
  const startedAt = performance.now();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const allowed = graceMilliseconds + (length / slowestBytesPerSecond) * 1000;
    const elapsed = performance.now() - startedAt;
    const { done, value } = await readChunk(reader, allowed - elapsed).catch((error: unknown) => {
      void discard(reader);
      throw error;
    });
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      void discard(reader);
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

async function readChunk(reader: BodyReader, milliseconds: number) {
  try {
    return await within(reader.read(), milliseconds, tooSlow);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(
      400,
      "incomplete_body",
      "The connection ended before the body was complete.",
      { cause },
    );
  }
}

/**
 * Reads the rest of the body and drops it. Cancelling would reset the connection before the caller has
 * read the answer, and leaving the rest unread would hold up the connection's next request. After 10 s it is cancelled.
 */
async function discard(reader: BodyReader): Promise<void> {
  const end = performance.now() + discardingMilliseconds;
  try {
    while (!(await within(reader.read(), end - performance.now(), tooSlow)).done);
  } catch {
    // The client has gone or goes on: either way the connection is of no more use.
    reader.cancel().catch(() => undefined);
  }
}

function tooLarge(limit: number): Problem {
  return new Problem(413, "body_too_large", `The body is larger than ${limit} bytes.`);
}

/** The rest of the body is still under way, so the connection cannot serve another request. */
function tooSlow(): Problem {
  return new Problem(408, "body_too_slow", "The body took too long to arrive.", {
    headers: { connection: "close" },
  });
}
