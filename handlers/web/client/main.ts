import { createAccountApi } from "./account/api.ts";
import { createSettings } from "./account/settings.ts";
import { createSignInDialog } from "./account/sign-in.ts";
import { createAnswerView } from "./answers/answer-view.ts";
import { createApi } from "./lib/api.ts";
import { createAskFirst } from "./ask-first.ts";
import { createComposer } from "./conversation/composer.ts";
import { createConfirmations } from "./answers/confirmations.ts";
import { createConversation } from "./conversation/conversation.ts";
import { createConversationList } from "./conversations/list.ts";
import { element, part } from "./lib/elements.ts";
import { createNotices } from "./lib/notices.ts";
import { createProviderButtons } from "./account/provider-sign-in.ts";
import { createReadingPlace } from "./conversation/reading-place.ts";
import { createRequest } from "./lib/request.ts";
import { createSession } from "./lib/session.ts";
import { createSourceViewer } from "./sources/viewer.ts";
import { createSidePanel } from "./side-panel.ts";
import { createStorage } from "./lib/storage.ts";
import { showSuggestions } from "./conversation/suggestions.ts";
import { createTaskPanel } from "./tasks/panel.ts";
import { createTroubleView } from "./answers/trouble-view.ts";

const log = part("log", HTMLElement);
const welcome = part("welcome", HTMLElement);
const startNew = part("new", HTMLButtonElement);
const announcer = part("announcer", HTMLElement);
const signInButton = part("sign-in-open", HTMLButtonElement);
const accountButton = part("account", HTMLButtonElement);

const storage = createStorage();
const session = createSession(storage);
const request = createRequest(session, () => storage.keepConversation(undefined));
const api = createApi(request, storage.conversation);
const accountApi = createAccountApi(request);
const place = createReadingPlace();
const viewer = createSourceViewer();
const notify = createNotices();
const askFirst = createAskFirst();
const elsewhere = createProviderButtons(request, session, notify);
const signIn = createSignInDialog(accountApi, session, elsewhere);
const settings = createSettings({ api: accountApi, session, notify, askFirst });
const tasks = createTaskPanel(request, notify);
const confirmations = createConfirmations((id, approve) => conversation.confirm(id, approve));

function add(view: HTMLElement): void {
  welcome.hidden = true;
  startNew.hidden = false;
  place.follow(() => log.append(view));
}

const conversation = createConversation(api, session, storage, {
  addQuestion(text) {
    const words = element("p", "", text);
    words.dir = "auto";
    const question = element("article", "question", words);
    question.setAttribute("aria-label", "Question");
    add(question);
    place.toEnd();
    return question;
  },
  addAnswer(question = "") {
    const answer = createAnswerView(question, {
      viewer,
      vote: api.vote,
      follow: place.follow,
      createConfirmationGroup: confirmations.createGroup,
    });
    add(answer.element);
    return answer;
  },
  addTrouble(problem, retry) {
    const again =
      retry &&
      ((): void => {
        view.remove();
        composer.focus();
        retry();
      });
    const view = createTroubleView(problem, again);
    add(view);
  },
  clear() {
    log.replaceChildren();
    welcome.hidden = false;
    startNew.hidden = true;
  },
  setBusy(busy) {
    composer.setBusy(busy);
    confirmations.setBusy(busy);
    if (busy) announcer.textContent = "Looking for the answer.";
  },
  announce(line) {
    announcer.textContent = line;
  },
  onToolResult: tasks.follow,
  onProgress() {
    list.mark(storage.conversation());
    if (rail.isOpen()) void list.refresh();
  },
  needSignIn(message, reason) {
    if (message.kind === "question") composer.giveBack(message.text);
    signIn.open(reason);
  },
});

const composer = createComposer(
  (question) => void conversation.ask(question),
  () => void conversation.stop(),
);

const list = createConversationList({
  request,
  notify,
  askFirst,
  open: (id) => void openConversation(id),
  onOpenRemoved: beginAnew,
});
const rail = createSidePanel("rail", storage, () => void list.refresh());
const taskPanel = createSidePanel("tasks", storage, tasks.refresh);

async function openConversation(id: string): Promise<void> {
  rail.closeDrawer();
  const opened = conversation.open(id);
  list.mark(id);
  // Hides the welcome text while the messages are being fetched.
  welcome.hidden = true;
  log.classList.add("loading");
  focusComposer();
  await opened;
  log.classList.remove("loading");
  welcome.hidden = log.childElementCount > 0;
  startNew.hidden = !welcome.hidden;
}

function beginAnew(): void {
  conversation.startNew();
  list.mark(undefined);
}

/**
 * Focuses the composer, except in an iframe, where the surrounding page has the focus, and on a phone, where
 * the keyboard would open.
 */
function focusComposer(): void {
  if (window.top === window && matchMedia("(pointer: fine)").matches) composer.focus();
}

startNew.addEventListener("click", () => {
  beginAnew();
  announcer.textContent = "New conversation.";
  composer.focus();
});
signInButton.addEventListener("click", () => signIn.open());
part("rail-sign-in", HTMLButtonElement).addEventListener("click", () => {
  rail.closeDrawer();
  signIn.open();
});
accountButton.addEventListener("click", settings.open);

let shownFor: string | undefined;

/** Shows the buttons and panels that fit the session. */
function showWho(): void {
  const user = session.user();
  const isSomebody = session.tokens() !== undefined;
  document.body.classList.toggle("signed-in", user !== undefined);
  signInButton.hidden = user !== undefined;
  accountButton.hidden = user === undefined;
  part("rail-guest", HTMLElement).hidden = user !== undefined;
  const name = user?.name || user?.email || "";
  part("account-initial", HTMLElement).textContent = Array.from(name)[0]?.toUpperCase() ?? "";
  accountButton.setAttribute("aria-label", `Account: ${name}`);
  const who = user?.id ?? (isSomebody ? "guest" : "nobody");
  if (who === shownFor) return;
  shownFor = who;
  rail.offer(isSomebody, user !== undefined);
  taskPanel.offer(user !== undefined, innerWidth >= 1200);
  if (user) tasks.refresh();
}

session.onChange((change) => {
  if (change.kind === "signed-out") {
    beginAnew();
    tasks.clear();
    list.clear();
    settings.close();
  }
  showWho();
  if (change.kind === "signed-in")
    notify(`Signed in as ${change.account.email ?? change.account.name ?? "you"}.`);
  if (change.kind !== "signed-out" || change.cause === "asked") return;
  if (change.cause === "elsewhere") notify("You signed out in another tab.");
  else signIn.open("You have been signed out. Sign in again to go on.");
});

let caughtUpAt = 0;

/** Fetches what may have changed while the page was hidden. */
function catchUp(): void {
  if (document.visibilityState === "hidden" || Date.now() - caughtUpAt < 3000) return;
  caughtUpAt = Date.now();
  if (session.user()) tasks.refresh();
  if (rail.isOpen()) void list.refresh();
}
addEventListener("focus", catchUp);
addEventListener("online", catchUp);
document.addEventListener("visibilitychange", catchUp);

focusComposer();
welcome.hidden = storage.conversation() !== undefined;
void begin();

async function begin(): Promise<void> {
  showWho();
  list.mark(storage.conversation());
  const suggested = showSuggestions(api, (question) => {
    composer.focus();
    void conversation.ask(question);
  });
  await elsewhere.finish();
  await Promise.all([suggested, conversation.restore()]);
  welcome.hidden = log.childElementCount > 0;
}
