import { PortFailure } from "../../../handlers/ports/failure.ts";
import type {
  PutCondition,
  SnapshotStore,
  StoredObject,
  StoredVersion,
} from "../../../handlers/ports/snapshot-store.ts";
import { pause } from "../../../handlers/lib/time.ts";
import { followRedirect, isRedirect } from "../transfer.ts";
import { checkDataset } from "./check.ts";
import { createHubClient, refusedByHub, type HubClientOptions } from "./client.ts";
import { commitOnto, countCommits, filesAt, filesBelow, readHead, squash } from "./repository.ts";
import { uploadFile, type CommitLine } from "./upload.ts";
import { isOfVersion, versionOf } from "./versions.ts";

export interface HubDatasetOptions extends HubClientOptions {
  /** Without a slash at its ends; may be empty. */
  readonly prefix: string;
}

/** Commits after which the history is squashed. */
const historyLimit = 500;
/** Other writers may commit between our look at the branch and our commit so often. */
const attempts = 12;

/**
 * A private dataset repository on a model hub, by its HTTP API and a token that may write. Each put and each delete
 * is a commit whose parent must be the commit that the condition was checked at. Commits are rationed: one a minute.
 */
export function createHubDatasetStore({ prefix, ...options }: HubDatasetOptions): SnapshotStore {
  const client = createHubClient(options);
  const base = prefix === "" ? "" : `${prefix}/`;
  const pathOf = (name: string) => base + name;
  /** Commits since the history was last looked at. */
  let commits = historyLimit;

  /** Commits what `plan` makes of the branch's present commit, again where another commit came first. */
  async function change(
    summary: string,
    plan: (head: string) => Promise<readonly CommitLine[]>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const head = await readHead(client);
      const lines = await plan(head);
      if (lines.length === 0) return;
      if ((await commitOnto(client, head, summary, lines)) === "done") break;
      if (attempt === attempts) {
        const message = "The dataset is committed to all the time, or the token may only propose";
        throw new PortFailure("unavailable", message, { retryable: true });
      }
      await pause(20 * attempt * (0.5 + Math.random()));
    }
    // What was committed counts, whatever becomes of the history.
    await shortenHistory().catch(() => undefined);
  }

  async function shortenHistory(): Promise<void> {
    commits += 1;
    if (commits < historyLimit) return;
    commits = (await countCommits(client)) ?? commits;
    if (commits < historyLimit) return;
    await squash(client);
    commits = 1;
  }

  async function put(
    name: string,
    given: Uint8Array,
    condition: PutCondition,
  ): Promise<StoredVersion> {
    const path = pathOf(name);
    const content = new Uint8Array(given);
    const version = await versionOf(content);
    let line: CommitLine | undefined;
    await change(`Put ${path}`, async (head) => {
      const [present] = await filesAt(client, head, [path]);
      const isMet =
        condition.kind === "absent" ? !present : isOfVersion(present, condition.version);
      if (!isMet) throw conflict();
      line ??= await uploadFile(client, path, content, version);
      return [line];
    });
    return { version };
  }

  async function get(name: string, attempt = 1): Promise<StoredObject | undefined> {
    const head = await readHead(client);
    const path = `/datasets/${client.repository}/resolve/${head}/${pathOf(name)}`;
    const reply = await client.send({ path });
    const error = reply.headers.get("x-error-code");
    if (reply.status === 404 && error === "EntryNotFound") return undefined;
    // Another process has squashed the history meanwhile.
    if (error === "RevisionNotFound" && attempt < 3) return get(name, attempt + 1);
    if (reply.status !== 200 && !isRedirect(reply)) throw refusedByHub(reply);
    const content = isRedirect(reply)
      ? await followRedirect(reply, client.urlOf(path), client.transport, client.credentials)
      : reply.content;
    return { content, version: await versionOf(content) };
  }

  return {
    kind: "hub-dataset",
    durability: "confirmed",
    paceMilliseconds: 60_000,
    check: () => checkDataset(client),
    put,
    get: (name) => get(name),
    async list(beginning) {
      const from = pathOf(beginning);
      const folder = from.slice(0, Math.max(0, from.lastIndexOf("/")));
      const found = await filesBelow(client, await readHead(client), folder);
      return found
        .filter(({ path }) => path.startsWith(from) && path !== ".gitattributes")
        .map(({ path, size, lfs }) => ({ name: path.slice(base.length), size: lfs?.size ?? size }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async delete(names) {
      if (names.length === 0) return;
      await change(`Delete ${names.length} objects`, async (head) => {
        const present = await filesAt(client, head, names.map(pathOf));
        return present.map(({ path }) => ({ key: "deletedFile", value: { path } }));
      });
    },
  };
}

function conflict(): PortFailure {
  const message = "The object is there already, or has another version";
  return new PortFailure("conflict", message, { retryable: false });
}
