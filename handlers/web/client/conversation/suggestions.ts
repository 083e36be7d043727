import type { Api } from "../lib/api.ts";
import { button, element, part } from "../lib/elements.ts";

/** Shows the server's suggested first questions, if there are any. */
export async function showSuggestions(api: Api, ask: (question: string) => void): Promise<void> {
  const root = part("suggestions", HTMLElement);
  const questions = await api.suggestions().catch((): string[] => []);
  root.replaceChildren(
    ...questions.slice(0, 4).map((question) => {
      const made = button("suggestion", question, () => ask(question));
      made.dir = "auto";
      return element("li", "", made);
    }),
  );
  root.hidden = questions.length === 0;
}
