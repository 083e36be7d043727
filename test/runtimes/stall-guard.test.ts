import { expect, test } from "vitest";
import { guardStalling } from "../../adapters/runtimes/shared/stall-guard.ts";

/** A stream of this many pieces, and whether it was cancelled. */
function createSource(pieces: number) {
  const state = { sent: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (state.sent === pieces) return controller.close();
      state.sent += 1;
      controller.enqueue(new Uint8Array(1000).fill(state.sent));
    },
    cancel() {
      state.isCancelled = true;
    },
  });
  return { state, body };
}

test("a stream is passed on as it is", async () => {
  const { body } = createSource(300);
  const headers = { "content-type": "text/event-stream" };
  const guarded = guardStalling(new Response(body, { headers, status: 201 }));
  expect(guarded.status).toBe(201);
  expect(guarded.headers.get("content-type")).toBe("text/event-stream");
  const bytes = new Uint8Array(await guarded.arrayBuffer());
  expect(bytes).toEqual(new Uint8Array(await new Response(createSource(300).body).arrayBuffer()));
});

test("a large body is handed over in pieces of at most 64 KB", async () => {
  const text = "0123456789".repeat(50_000);
  const headers = { "content-length": String(text.length) };
  const guarded = guardStalling(new Response(text, { headers }));
  let received = "";
  for await (const piece of guarded.body ?? []) {
    expect(piece.length).toBeLessThanOrEqual(64 * 1024);
    received += new TextDecoder().decode(piece);
  }
  expect(received).toBe(text);
});

test("a small one, and none, need no guard", () => {
  const small = new Response("x", { headers: { "content-length": "1" } });
  expect(guardStalling(small)).toBe(small);
  const none = new Response(null, { status: 204 });
  expect(guardStalling(none)).toBe(none);
});

test("a client that reads no further is given up, and the stream ended", async () => {
  const { state, body } = createSource(1_000_000);
  const reader = guardStalling(new Response(body), 50).body?.getReader();
  await reader?.read();
  await expect.poll(() => state.isCancelled).toBe(true);
  expect(state.sent).toBeLessThan(10);
  await expect(reader?.read()).rejects.toThrow("does not read");
});

test("one that waits for the next piece is not", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>();
  const reader = guardStalling(new Response(readable), 50).body?.getReader();
  setTimeout(() => void writable.getWriter().write(new TextEncoder().encode("late")), 200);
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("late");
});

test("a client that leaves ends the stream", async () => {
  const { state, body } = createSource(1_000_000);
  const reader = guardStalling(new Response(body), 50_000).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(state.isCancelled).toBe(true);
});
