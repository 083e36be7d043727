import { PortFailure, type FailureCode } from "../../../handlers/ports/failure.ts";
import { readRetryAfter } from "../../http/retry-after.ts";
import { meaningOf } from "../../http/status.ts";
import { textOfReply, type TransferReply } from "../transfer.ts";

/** Error codes whose status alone would be misread. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const byCode: Readonly<Record<string, readonly [FailureCode, "retry" | "final"]>> = {
  SlowDown: ["rate_limited", "retry"],
  RequestTimeout: ["timeout", "retry"],
  ExpiredToken: ["unauthorized", "final"],
  InvalidToken: ["unauthorized", "final"],
  NotImplemented: ["invalid", "final"],
  QuotaExceeded: ["out_of_credit", "final"],
};

/** The code in the body of an error, `NoSuchKey` for example; empty where there is none. */
export function s3CodeOf(reply: TransferReply): string {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(textOfReply(reply))?.[1] ?? "";
}

const undecided = ["unavailable", "retry"] as const;

/** The failure that a response that is no success means. Its message holds status and code, no other word of the body. */
export function refusedByBucket(reply: TransferReply): PortFailure {
  const name = s3CodeOf(reply);
  // 409: another request is changing the same object. It says nothing about who was first.
  const [code, again] = byCode[name] ?? (reply.status === 409 ? undecided : []);
  const general = meaningOf(reply.status, "");
  const retryAfter = readRetryAfter(reply.headers);
  const message = `The bucket answered ${reply.status}${name && ` (${name})`}`;
  return new PortFailure(code ?? general.code, message, {
    retryable: again === undefined ? general.retryable : again === "retry",
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** A bucket that cannot be used, whatever it is asked. */
export function unusableBucket(reason: string): PortFailure {
  return new PortFailure("invalid", `The bucket ${reason}`, { retryable: false });
}
