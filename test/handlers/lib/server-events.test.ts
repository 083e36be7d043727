import { expect, test } from "vitest";
import { readServerEvents } from "../../../handlers/lib/server-events.ts";
import { parseChatEvent } from "../../../handlers/web/client/lib/wire.ts";

const text = [
  ": heartbeat\n\n",
  "id: 1\ndata: ä漢👩‍🚀\n\n",
  "data:no space\r\ndata: second line\r\n\r\n",
  "event: x\nid: 2\rdata\r\r",
  "retry: 1\n\ndata: cut off",
].join("");
const events = [
  { id: "1", data: "ä漢👩‍🚀" },
  { id: "1", data: "no space\nsecond line" },
  { id: "2", data: "" },
];

test.each([1, 2, 3, 5, 1000])("reads events in pieces of %i bytes", async (size) => {
  const bytes = new TextEncoder().encode(text);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const read: object[] = [];
  for await (const event of readServerEvents(stream)) read.push(event);
  expect(read).toEqual(events);
});

test("lets go of the connection when the reader leaves early", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\ndata: 2\n\n")),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const event of readServerEvents(stream)) if (event.data === "1") break;
  expect(cancelled).toBe(true);
});

test.each(["", "[DONE]", "null", "1", '{"type":"something-new"}', "{"])(
  "passes over %j",
  (data) => {
    expect(parseChatEvent(data)).toBeUndefined();
  },
);
