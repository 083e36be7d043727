import * as sdk from "ai";
import type { ChatState, UIMessage } from "ai";
import type { TestApp } from "../apps/test-app.ts";

class MemoryState implements ChatState<UIMessage> {
  status: ChatState<UIMessage>["status"] = "ready";
  error: Error | undefined;
  messages: UIMessage[] = [];
  pushMessage = (message: UIMessage) => void this.messages.push(message);
  popMessage = () => void this.messages.pop();
  replaceMessage = (index: number, message: UIMessage) => {
    this.messages[index] = structuredClone(message);
  };
  snapshot = <Value>(value: Value): Value => structuredClone(value);
}

interface DataPart {
  readonly type: string;
  readonly data: unknown;
}

interface UiChatOptions {
  readonly id?: string;
  readonly headers?: Record<string, string>;
  /** The installed `ai` by default. */
  readonly version?: Sdk;
}

/** What the tests use of the AI SDK; its major versions differ in types only. */
export type Sdk = Pick<typeof sdk, "AbstractChat" | "DefaultChatTransport">;

/** The AI SDK's own chat class, on which `useChat` is built, in front of the app. */
function defineUiChat({ AbstractChat, DefaultChatTransport }: Sdk) {
  return class UiChat extends AbstractChat<UIMessage> {
    /** All data parts, including the transient ones. */
    readonly data: DataPart[];
    /** All of the server's responses. */
    readonly responses: Response[];

    constructor(docent: TestApp, { id = crypto.randomUUID(), headers = {} }: UiChatOptions) {
      const data: DataPart[] = [];
      const responses: Response[] = [];
      const transport = new DefaultChatTransport<UIMessage>({
        headers,
        fetch: async (url, init) => {
          const response = await docent.fetch(addressOf(url), init);
          responses.push(response);
          return response;
        },
      });
      super({ id, transport, state: new MemoryState(), onData: (part) => void data.push(part) });
      this.data = data;
      this.responses = responses;
    }

    ask(text: string, body: object = {}): Promise<void> {
      return this.sendMessage({ text }, { body });
    }

    /** The texts of the last message. */
    text(): string {
      return this.parts("text")
        .map((part) => ("text" in part ? part.text : ""))
        .join("");
    }

    /** The last message's parts of one type. */
    parts(type: string): UIMessage["parts"] {
      return (this.lastMessage?.parts ?? []).filter((part) => part.type === type);
    }
  };
}

function addressOf(url: string | URL | Request): string {
  return url instanceof Request ? url.url : url.toString();
}

export function openUiChat(docent: TestApp, { version = sdk, ...options }: UiChatOptions = {}) {
  const UiChat = defineUiChat(version);
  return new UiChat(docent, options);
}
