import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { readJson, refusedByHub, type HubClient } from "./client.ts";
import type { CommitLine } from "./upload.ts";
import type { DatasetFile } from "./versions.ts";

const refs = v.object({
  branches: v.array(v.object({ name: v.string(), targetCommit: v.string() })),
});
const files = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    oid: v.string(),
    size: v.number(),
    lfs: v.nullish(v.object({ oid: v.string(), size: v.number() })),
  }),
);
const json = { accept: "application/json", "content-type": "application/json" };

/** The commit that branch main is at. @throws PortFailure */
export async function readHead(client: HubClient): Promise<string> {
  const path = `/api/datasets/${client.repository}/refs`;
  const { branches } = await client.askJson({ path }, refs);
  const main = branches.find(({ name }) => name === "main");
  if (main) return main.targetCommit;
  throw new PortFailure("not_found", "The dataset has no branch main", { retryable: false });
}

/** Those of the paths that are files at that commit. @throws PortFailure */
export async function filesAt(
  client: HubClient,
  commit: string,
  paths: readonly string[],
): Promise<DatasetFile[]> {
  const found: DatasetFile[] = [];
  for (let from = 0; from < paths.length; from += 100) {
    const some = { paths: paths.slice(from, from + 100), expand: false };
    const path = `/api/datasets/${client.repository}/paths-info/${commit}`;
    const request = { method: "POST", path, headers: json, body: JSON.stringify(some) } as const;
    found.push(...(await client.askJson(request, files)).filter(({ type }) => type === "file"));
  }
  return found;
}

/** All files at that commit in a folder and its folders; the folder may be empty, for all. @throws PortFailure */
export async function filesBelow(
  client: HubClient,
  commit: string,
  folder: string,
): Promise<DatasetFile[]> {
  const found: DatasetFile[] = [];
  const below = folder === "" ? "" : `/${folder}`;
  let path: string | undefined =
    `/api/datasets/${client.repository}/tree/${commit}${below}?recursive=true&expand=false`;
  while (path !== undefined) {
    const reply = await client.send({ path, headers: json });
    // The folder is not there.
    if (reply.status === 404 && reply.headers.get("x-error-code") === "EntryNotFound") return [];
    if (reply.status !== 200) throw refusedByHub(reply);
    found.push(...readJson(reply, files).filter(({ type }) => type === "file"));
    path = nextPage(reply.headers);
  }
  return found;
}

/** The address of the next page (RFC 8288). */
function nextPage(headers: Headers): string | undefined {
  return /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get("link") ?? "")?.[1];
}

/** `moved`: another commit came first, and nothing was changed. */
export type CommitEnd = "done" | "moved";

/** Commits the lines if main is still at that commit. @throws PortFailure */
export async function commitOnto(
  client: HubClient,
  parentCommit: string,
  summary: string,
  lines: readonly CommitLine[],
): Promise<CommitEnd> {
  const header = { key: "header", value: { summary, description: "", parentCommit } };
  const reply = await client.send({
    method: "POST",
    path: `/api/datasets/${client.repository}/commit/main`,
    headers: { "content-type": "application/x-ndjson" },
    body: [header, ...lines].map((line) => JSON.stringify(line)).join("\n"),
  });
  if (reply.status === 200 || reply.status === 201) return "done";
  if (reply.status === 412 || reply.status === 409) return "moved";
  throw refusedByHub(reply);
}

/** How many commits main has; undefined where the hub does not tell. @throws PortFailure */
export async function countCommits(client: HubClient): Promise<number | undefined> {
  const path = `/api/datasets/${client.repository}/commits/main?limit=1`;
  const reply = await client.send({ path });
  if (reply.status !== 200) throw refusedByHub(reply);
  const count = reply.headers.get("x-total-count");
  return count === null ? undefined : Number(count);
}

/** Makes one commit of all: the hub slows down after some thousands. @throws PortFailure */
export async function squash(client: HubClient): Promise<void> {
  const reply = await client.send({
    method: "POST",
    path: `/api/datasets/${client.repository}/super-squash/main`,
    headers: json,
    body: JSON.stringify({ message: "Keep the latest state only" }),
  });
  if (reply.status < 200 || reply.status > 299) throw refusedByHub(reply);
}
