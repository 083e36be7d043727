import { createAnswerView } from "./answer-view.ts";
import { createApi } from "./api.ts";
import { createCitationPanel } from "./citations.ts";
import { createComposer } from "./composer.ts";
import { createConversation } from "./conversation.ts";
import { button, element, part } from "./elements.ts";
import { createReadingPlace } from "./reading-place.ts";
import { createStorage } from "./storage.ts";
import { createTroubleView } from "./trouble-view.ts";

const log = part("log", HTMLElement);
const welcome = part("welcome", HTMLElement);
const suggestions = part("suggestions", HTMLElement);
const startNew = part("new", HTMLButtonElement);
const announcer = part("announcer", HTMLElement);

const storage = createStorage();
const api = createApi(storage);
const place = createReadingPlace();
const panel = createCitationPanel();

function add(view: HTMLElement): void {
  welcome.hidden = true;
  startNew.hidden = false;
  place.follow(() => log.append(view));
}

const conversation = createConversation(api, storage, {
  addQuestion(text) {
    const words = element("p", "", text);
    words.dir = "auto";
    const question = element("div", "question", words);
    add(question);
    place.toEnd();
  },
  addAnswer() {
    const answer = createAnswerView({ openSource: panel.open, follow: place.follow });
    add(answer.element);
    return answer;
  },
  addTrouble(problem, retry) {
    const view = createTroubleView(problem, () => {
      view.remove();
      composer.focus();
      retry();
    });
    add(view);
  },
  clear() {
    log.replaceChildren();
    welcome.hidden = false;
    startNew.hidden = true;
  },
  setBusy(busy) {
    composer.setBusy(busy);
    if (busy) announcer.textContent = "Looking for the answer.";
  },
  announce(line) {
    announcer.textContent = line;
  },
});

const composer = createComposer(
  (question) => void conversation.ask(question),
  () => void conversation.stop(),
);

startNew.addEventListener("click", () => {
  conversation.startNew();
  announcer.textContent = "New conversation.";
  composer.focus();
});

async function suggest(): Promise<void> {
  const questions = await api.suggestions().catch((): string[] => []);
  suggestions.replaceChildren(
    ...questions.slice(0, 4).map((question) => {
      const ask = button("suggestion", question, () => {
        composer.focus();
        void conversation.ask(question);
      });
      ask.dir = "auto";
      return element("li", "", ask);
    }),
  );
  suggestions.hidden = questions.length === 0;
}

// In an iframe the focus belongs to the page around it; on a phone the keyboard would jump up.
if (window.top === window && matchMedia("(pointer: fine)").matches) composer.focus();
welcome.hidden = storage.conversation() !== undefined;
void begin();

async function begin(): Promise<void> {
  await Promise.all([suggest(), conversation.restore()]);
  welcome.hidden = log.childElementCount > 0;
}
