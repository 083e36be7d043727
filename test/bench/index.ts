// npm run bench -- <name> [options]: prints figures beside a baseline of the same run. Tests never assert times.
const benches: Readonly<Record<string, { about: string; load: () => Promise<Bench> }>> = {
  answers: {
    about: "--data <folder>: how readers' questions of real documentation are answered",
    load: () => import("./answers.ts"),
  },
  busy: {
    about: "a stream's gaps and searches while 10 MB are taken in",
    load: () => import("./busy.ts"),
  },
  durable: {
    about:
      "[losses] [restore] [outage] [hour] [cost] [--kills 200] [--updates 100] [--lanes 3] [--minutes 10] [--seed 1]: what BACKUP_URL keeps, and costs",
    load: () => import("./sql-files.ts").then(() => import("./durable/index.ts")),
  },
  edge: {
    about: "the worker's bundle, and workerd's start to the first 200 beside an empty worker",
    load: () => import("./edge.ts"),
  },
  encoding: {
    about: "CPU of a token from parts to bytes in each dialect, and of storing it",
    load: () => import("./encoding.ts"),
  },
  fuzz: {
    about:
      "[--seconds 600] [--seed 1]: documents, bodies and answers made to be slow, and the longest pauses",
    load: () => import("./sql-files.ts").then(() => import("./fuzz.ts")),
  },
  http: {
    about: "requests a second of GET /health, beside node:http",
    load: () => import("./http.ts"),
  },
  ingest: {
    about: "[--files 420] [--folder <folder>]: docent ingest over HTTP, beside straight ingest",
    load: () => import("./ingest.ts"),
  },
  kills: {
    about: "[kills]: the server killed with SIGKILL under load, and what is left (200)",
    load: () => import("./kills.ts"),
  },
  readers: {
    about: "memory of readers who never read, and what comes back of it",
    load: () => import("./readers.ts"),
  },
  requests: {
    about: "CPU of refusing hostile requests, and of the API page's script",
    load: () => import("./requests.ts"),
  },
  restarts: {
    about: "[turns] [restarts]: chat turns while the database restarts, and what became of them",
    load: () => import("./sql-files.ts").then(() => import("./restarts.ts")),
  },
  retrieval: {
    about: "--data <folder>: how often the right passage comes first, and is quoted",
    load: () => import("./retrieval.ts"),
  },
  scale: {
    about: "ingest and search of 1,000, 10,000 and 100,000 passages",
    load: () => import("./sql-files.ts").then(() => import("./scale.ts")),
  },
  "sign-in": {
    about: "200 sign-ins with a wrong password beside 200 with an unknown address",
    load: () => import("./sign-in.ts"),
  },
  start: {
    about: "process start to first 200 and to first cited answer; memory",
    load: () => import("./start.ts"),
  },
  tasks: {
    about: "requests a second of GET /api/tasks, beside node:http and the same query",
    load: () => import("./sql-files.ts").then(() => import("./tasks.ts")),
  },
  stream: {
    about: "CPU and way of a streamed token, memory of a stream, beside a bare pass-through",
    load: () => import("./stream.ts"),
  },
  vectors: {
    about: "whether pgvector's index and Qdrant find first what looking at all finds",
    load: () => import("./sql-files.ts").then(() => import("./vectors.ts")),
  },
};

interface Bench {
  run(args: readonly string[]): Promise<void>;
}

const [name = "", ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench) {
  await (await bench.load()).run(args);
  process.exit();
}
console.log("npm run bench -- <name>\n");
for (const [each, { about }] of Object.entries(benches))
  console.log(`  ${each.padEnd(12)}${about}`);
process.exit(name === "" ? 0 : 2);

export {};
