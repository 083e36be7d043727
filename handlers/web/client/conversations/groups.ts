import type { ConversationSummary } from "../../../contract/conversation.ts";

export interface Group {
  readonly name: string;
  readonly members: readonly ConversationSummary[];
}

/** Groups conversations by the calendar days since their last use; keeps their order. */
export function groupByAge(conversations: readonly ConversationSummary[], now: Date): Group[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const day = 86_400_000;
  const nameOf = ({ updated_at }: ConversationSummary): string => {
    const time = Date.parse(updated_at);
    if (time >= midnight) return "Today";
    if (time >= midnight - day) return "Yesterday";
    return time >= midnight - 7 * day ? "Last seven days" : "Earlier";
  };
  const groups = Map.groupBy(conversations, nameOf);
  return Array.from(groups, ([name, members]) => ({ name, members }));
}
