// A model's server for the stream benches, in a process of its own: the last message says how many tokens it
// answers and how many milliseconds lie between two ("2000 50"; 0: as fast as they are taken). "held 50" says one token,
// and goes on after GET /go until GET /end.
import { createServer } from "node:http";

const envelope = {
  id: "chatcmpl-bench",
  object: "chat.completion.chunk",
  created: 1_790_000_000,
  model: "bench",
};
const frame = (delta, finish = null) =>
  `data: ${JSON.stringify({ ...envelope, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const token = frame({ content: " token" });
/** Says when it left, so that its way to the client can be measured. */
const stamped = () =>
  frame({ content: ` left ${(performance.timeOrigin + performance.now()).toFixed(2)} token` });
const last = `${frame({}, "stop")}data: ${JSON.stringify({ ...envelope, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } })}\n\ndata: [DONE]\n\n`;
/** One token of so many is stamped. */
const stampedOneOf = 20;

/** Of streams that are held, and of those that are open. */
const beginnings = new Set();
const endings = new Set();

function pour(response, count) {
  let left = count;
  const go = () => {
    while (left > 0) {
      left -= 1;
      if (!response.write(token)) return response.once("drain", go);
    }
    response.end(last);
  };
  go();
}

function drip(response, count, gap) {
  let sent = 0;
  let timer;
  const end = () => {
    clearInterval(timer);
    endings.delete(end);
    response.end(last);
  };
  const say = () => {
    sent += 1;
    if (sent > count) end();
    else response.write(sent % stampedOneOf === 0 ? stamped() : token);
  };
  const begin = () => (timer = setInterval(say, gap));
  // Not all in the same millisecond.
  if (count === Infinity) beginnings.add(() => setTimeout(begin, Math.random() * gap));
  else begin();
  endings.add(end);
  response.on("close", end);
}

function callAll(functions) {
  const all = [...functions];
  functions.clear();
  for (const each of all) each();
}

// Kept connections are never closed: a question that leaves just then would be lost.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
  if (request.url === "/go" || request.url === "/end") {
    callAll(request.url === "/go" ? beginnings : endings);
    response.end();
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    // Passages of the documents come before the question.
    const question = JSON.parse(body).messages.at(-1).content.split("\n").at(-1);
    const [count, gap] = question.split(" ").map(Number);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(stamped());
    if (gap > 0) drip(response, Number.isNaN(count) ? Infinity : count - 1, gap);
    else pour(response, count - 1);
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.stdout.write(`listening url=http://127.0.0.1:${server.address().port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
