import { adminKey } from "./callers.ts";
import { bearer, send } from "./people.ts";
import type { TestApp } from "../apps/test-app.ts";

interface As {
  readonly app?: TestApp;
  readonly token?: string;
}

/** Asks and votes as a user of this token and app, unless told otherwise, and reads as the operator. */
export function createFeedbackClient(docent: TestApp, own: () => string) {
  const get = (path: string, app = docent) => app.fetch(path, { headers: bearer(adminKey) });
  return {
    /** The answer as JSON. */
    async ask(message: string, { app = docent, token = own() }: As = {}) {
      const headers = { ...bearer(token), accept: "application/json" };
      const response = await app.post("/api/chat", { message }, headers);
      if (response.status !== 200) throw new Error(await response.text());
      return response.json();
    },
    async vote(messageId: string, body: object, { app = docent, token = own() }: As = {}) {
      const response = await send(app, "POST", `/api/chat/${messageId}/feedback`, { token, body });
      if (response.status !== 204) throw new Error(await response.text());
    },
    get,
    readQuestions: async (query = "", app = docent) =>
      (await get(`/api/questions${query}`, app)).json(),
    readFeedback: async (query = "", app = docent) =>
      (await get(`/api/feedback${query}`, app)).json(),
  };
}

export type FeedbackClient = ReturnType<typeof createFeedbackClient>;
