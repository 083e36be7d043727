// The least a Node process can do to answer: what Docent's start is measured against.
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"status":"healthy"}');
});
server.listen(Number(process.env["PORT"]), process.env["HOST"]);
