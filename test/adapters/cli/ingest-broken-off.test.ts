import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../support/servers/run-cli.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { adminKey } from "../../support/stand-ins/stand-in-docent.ts";

/** How a server may break off an upload of which it has read 100,000 bytes, or all. */
const breaks: Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse) => void>
> = {
  "goes away": (request) => afterSome(request, () => request.socket.resetAndDestroy()),
  "refuses it": (request, response) =>
    afterSome(request, () => {
      response.writeHead(401, { "content-type": "application/problem+json" });
      response.end(JSON.stringify({ code: "invalid_token", detail: "The key is wrong." }));
    }),
  "answers in part": (request, response) =>
    request.resume().once("end", () => {
      response.writeHead(207, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"documents":', () => request.socket.destroy());
    }),
};

function afterSome(request: IncomingMessage, breakOff: () => void): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    const before = bytes;
    bytes += chunk.length;
    if (bytes > 100_000 && before <= 100_000) breakOff();
  });
}

test.each(Object.entries(breaks))(
  "ends with one line where the server %s in the middle of the upload",
  async (_, breakOff) => {
    const breaking = createServer((request, response) => {
      if (request.method === "POST") breakOff(request, response);
      else response.end("{}");
    });
    await new Promise<void>((resolve) => breaking.listen(0, "127.0.0.1", resolve));
    const folder = await temporaryDirectory();
    const text = "Words and more words. ".repeat(1000);
    const names = Array.from({ length: 150 }, (_each, index) => join(folder, `${index}.md`));
    await Promise.all(names.map((name) => writeFile(name, text)));
    const url = `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`;
    // In a process of its own, which an error outside of every call would end.
    const { code, stdout, stderr } = await runCli(["ingest", folder, "--url", url], {
      environment: { ADMIN_API_KEY: adminKey },
    });
    breaking.closeAllConnections();
    breaking.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^docent: The (server at http:\S+ closed the connection|key is wrong)\b.*\n$/,
    );
  },
);
