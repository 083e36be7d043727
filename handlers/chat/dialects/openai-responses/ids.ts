import { timeOfUuid } from "../../../lib/ids.ts";

/*
 * A response is an answer, so their ids are the same: `resp_`, and the hexadecimal digits of the answer's UUID. Ids of
 * its items begin likewise, so that an item that a later request names tells its response.
 */

/** The ids of an answer's response and of its items. */
export function idsOf(messageId: string) {
  const digits = messageId.replaceAll("-", "");
  return {
    response: `resp_${digits}`,
    message: `msg_${digits}`,
    /** @param index of the call among the answer's calls of the client's tools */
    call: (index: number) => `fc_${digits}_${index}`,
  };
}

/** The id of the answer that a response's or item's id belongs to; undefined for another text. */
export function answerIdOf(id: string): string | undefined {
  const [, digits = ""] = /^(?:resp|msg|fc)_([0-9a-f]{32})(?:_\d{1,9})?$/.exec(id) ?? [];
  return digits === "" ? undefined : digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** When the answer with this UUID version 7 began, seconds since 1970. */
export function createdAt(messageId: string): number {
  return Math.floor(timeOfUuid(messageId) / 1000);
}
