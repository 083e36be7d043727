// A model's server for the stream bench, in a process of its own: the last message says how many tokens it
// answers and how many milliseconds lie between two ("2000 50"); 0: as fast as they are taken.
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
/** Says when it left, so that its way can be told from the time until it was asked for. */
const first = () =>
  frame({ role: "assistant", content: `first ${performance.timeOrigin + performance.now()} ` });
const last = `${frame({}, "stop")}data: ${JSON.stringify({ ...envelope, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } })}\n\ndata: [DONE]\n\n`;

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
  let left = count;
  const timer = setInterval(() => {
    if (left > 0) response.write(token);
    else {
      clearInterval(timer);
      response.end(last);
    }
    left -= 1;
  }, gap);
  response.on("close", () => clearInterval(timer));
}

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    // Passages of the documents come before the question.
    const question = JSON.parse(body).messages.at(-1).content.split("\n").at(-1);
    const [count, gap] = question.split(" ").map(Number);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(first());
    if (gap > 0) drip(response, count - 1, gap);
    else pour(response, count - 1);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening url=http://127.0.0.1:${server.address().port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
