// What Docent's HTTP layer is measured against: node:http by hand. `bare` sends the body and nothing else;
// `equal` sends the same headers and writes the same log line as Docent does.
import { randomUUID } from "node:crypto";
import { createServer, type RequestListener } from "node:http";

const body = JSON.stringify({ status: "healthy" });

const bare: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(body);
};

const equal: RequestListener = (request, response) => {
  const startedAt = Date.now();
  const id = randomUUID();
  response.writeHead(200, {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; frame-ancestors 'self' https://huggingface.co; base-uri 'none'; form-action 'none'",
    "x-request-id": id,
    vary: "origin",
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
  const ms = Date.now() - startedAt;
  const time = new Date().toISOString();
  process.stdout.write(
    `${time} info request method=${request.method} route=${request.url} status=200 ms=${ms} request_id=${id}\n`,
  );
};

const server = createServer(process.argv[2] === "bare" ? bare : equal);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  process.stdout.write(`listening url=http://127.0.0.1:${port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
