// Starts a build's app on a data directory, asks it a question, and stops it: `node .tools/answer-once.ts BUILD DIRECTORY`.
import { createBuiltApp } from "./first-database.ts";

const [build = "", directory = ""] = process.argv.slice(2);
const app = await createBuiltApp(build, directory, "ERROR");
await app.start();
const answer = await app.fetch(
  new Request("http://localhost/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ message: "How do I set the port?" }),
  }),
);
await answer.text();
await app.stop();
if (!answer.ok) throw new Error(`the question was answered with ${answer.status}`);
