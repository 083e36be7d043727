// The least a Node process can do between a model and a browser: every byte as it comes.
import { Agent, createServer, request as ask } from "node:http";

const upstream = new URL(process.env.UPSTREAM ?? "");
const agent = new Agent({ keepAlive: true });

const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { message } = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({ messages: [{ role: "user", content: message }], stream: true });
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const asked = ask(upstream, { method: "POST", agent, headers }, (answer) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      answer.pipe(response);
    });
    asked.end(body);
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.stdout.write(`listening url=http://127.0.0.1:${server.address().port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
