/** Milliseconds without any progress after which a client that does not read is disconnected. */
const patience = 30_000;

/** Bytes of a piece that is handed to the runtime; only a larger body is worth the work. */
const pieceBytes = 64 * 1024;

/**
 * The response, disconnected when its client reads nothing for 30 s, for runtimes without a timeout of their own for
 * writing. A large body is handed over in pieces, so that the runtime does not keep a copy of it for each client.
 */
export function guardStalling(response: Response, stalledMilliseconds = patience): Response {
  const length = response.headers.get("content-length");
  if (!response.body || (length !== null && Number(length) <= pieceBytes)) return response;
  const { status, headers } = response;
  return new Response(guardStream(response.body, stalledMilliseconds), { status, headers });
}

function guardStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  stalledMilliseconds: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let rest = new Uint8Array();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = () => void reader.cancel().catch(() => undefined);
  return new ReadableStream(
    {
      async pull(controller) {
        clearTimeout(timer);
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          rest = value;
        }
        controller.enqueue(rest.subarray(0, pieceBytes));
        rest = rest.subarray(pieceBytes);
        timer = setTimeout(() => {
          controller.error(new Error("the client does not read"));
          leave();
        }, stalledMilliseconds);
      },
      cancel() {
        clearTimeout(timer);
        leave();
      },
    },
    { highWaterMark: 0 },
  );
}
