import * as v from "valibot";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { readJson, refusedByHub, type HubClient } from "./client.ts";
import { uploadModeOf } from "./upload.ts";

const dataset = v.object({ private: v.boolean() });

/**
 * Creates the dataset where it is missing, and tries whether the token may write it.
 *
 * @throws PortFailure `invalid` where it is public, `unauthorized` where the token may not read or write it
 */
export async function checkDataset(client: HubClient): Promise<void> {
  const isPrivate = (await readPrivacy(client)) ?? (await create(client));
  if (!isPrivate) {
    const message = "The dataset is public: anyone could read the backup. Make it private";
    throw new PortFailure("invalid", message, { retryable: false });
  }
  await uploadModeOf(client, "lease.json", new Uint8Array(1));
}

/** Whether the dataset is private; undefined where there is none, or none that the token may see. */
async function readPrivacy(client: HubClient): Promise<boolean | undefined> {
  const reply = await client.send({ path: `/api/datasets/${client.repository}` });
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw refusedByHub(reply);
  return readJson(reply, dataset).private;
}

async function create(client: HubClient): Promise<boolean> {
  const [organization, name] = client.repository.split("/");
  const reply = await client.send({
    method: "POST",
    path: "/api/repos/create",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "dataset", name, organization, visibility: "private" }),
  });
  // 409: made by another process meanwhile, or there all along and hidden from this token.
  if (reply.status > 299 && reply.status !== 409) throw refusedByHub(reply);
  const isPrivate = await readPrivacy(client);
  if (isPrivate !== undefined) return isPrivate;
  const message = "The dataset cannot be seen with this token";
  throw new PortFailure("unauthorized", message, { retryable: false });
}
