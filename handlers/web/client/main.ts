import { createAccountApi } from "./account/api.ts";
import { createSettings } from "./account/settings.ts";
import { createSignInDialog } from "./account/sign-in.ts";
import { createAnswerView } from "./answers/answer-view.ts";
import { createAddress } from "./lib/address.ts";
import { createApi } from "./lib/api.ts";
import { createAskFirst } from "./ask-first.ts";
import { createComposer } from "./conversation/composer.ts";
import { createConfirmations } from "./answers/confirmations.ts";
import { createConversation } from "./conversation/conversation.ts";
import { createConversationList } from "./conversations/list.ts";
import { element, part } from "./lib/elements.ts";
import { createNotices } from "./lib/notices.ts";
import { onReturn } from "./lib/on-return.ts";
import { createProviderButtons } from "./account/provider-sign-in.ts";
import { followInPage } from "./lib/page-link.ts";
import { createReadingPlace } from "./conversation/reading-place.ts";
import { createRequest } from "./lib/request.ts";
import { createSession } from "./lib/session.ts";
import { createSourceViewer } from "./sources/viewer.ts";
import { createSidePanel } from "./side-panel.ts";
import { createStage } from "./conversation/stage.ts";
import { createStorage } from "./lib/storage.ts";
import { showAccount } from "./account/who.ts";
import { showSuggestions } from "./conversation/suggestions.ts";
import { createTabs } from "./lib/tabs.ts";
import { createTaskPanel } from "./tasks/panel.ts";
import { createTroubleView } from "./answers/trouble-view.ts";

const log = part("log", HTMLElement);
const announcer = part("announcer", HTMLElement);

const storage = createStorage();
const session = createSession(storage);
const address = createAddress(storage);
const tabs = createTabs();
const stage = createStage();
const request = createRequest(session, address.close);
const api = createApi(request, address.conversation);
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
  stage.show("conversation");
  place.follow(() => log.append(view));
}

const conversation = createConversation(api, session, address, {
  addQuestion(text) {
    const words = element("p", "", text);
    words.dir = "auto";
    // Screen readers go from question to question as from heading to heading.
    words.setAttribute("role", "heading");
    words.ariaLevel = "2";
    const question = element("article", "question", words);
    question.setAttribute("aria-label", "Question");
    add(question);
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
        composer.takeFocus();
        retry();
      });
    const view = createTroubleView(problem, again);
    add(view);
  },
  clear() {
    place.clear();
    stage.show("welcome");
  },
  showEnd: place.toEnd,
  showLoading: () => stage.show("loading"),
  showMissing() {
    stage.show("missing");
    announcer.textContent = "This conversation cannot be opened.";
  },
  showTitle: stage.showTitle,
  setBusy(busy) {
    composer.setBusy(busy);
    confirmations.setBusy(busy);
    if (busy) announcer.textContent = "Looking for the answer.";
  },
  announce(line) {
    announcer.textContent = line;
  },
  onToolResult: tasks.follow,
  onNew() {
    list.mark(address.conversation());
    // It also has the title.
    void list.refresh();
  },
  onAsked: tabs.tell,
  onProgress() {
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
  open(id) {
    rail.closeDrawer();
    address.show(id, "new");
    void showNamed();
  },
  onOpenRemoved: () => beginAnew("current"),
  onChange: tabs.tell,
  showTitle: stage.showTitle,
});
const rail = createSidePanel("rail", storage, () => void list.refresh());
const taskPanel = createSidePanel("tasks", storage, tasks.refresh);

/** Shows the conversation that the address names, or the welcome text. */
async function showNamed(): Promise<void> {
  const shown = conversation.restore();
  list.mark(address.conversation());
  focusComposer();
  await shown;
}

function beginAnew(entry: "new" | "current"): void {
  address.show(undefined, entry);
  void showNamed();
}
address.onTravel(() => void showNamed());

/**
 * Focuses the composer, except in an iframe, where the surrounding page has the focus, and on a phone, where
 * the keyboard would open.
 */
function focusComposer(): void {
  if (window.top === window && matchMedia("(pointer: fine)").matches) composer.focus();
}

function startNew(): void {
  beginAnew("new");
  announcer.textContent = "New conversation.";
  composer.focus();
}
part("new", HTMLButtonElement).addEventListener("click", startNew);
part("missing-new", HTMLButtonElement).addEventListener("click", startNew);
followInPage(part("home", HTMLAnchorElement), () => beginAnew("new"));
part("missing-sign-in", HTMLButtonElement).addEventListener("click", () => signIn.open());
part("sign-in-open", HTMLButtonElement).addEventListener("click", () => signIn.open());
part("rail-sign-in", HTMLButtonElement).addEventListener("click", () => {
  rail.closeDrawer();
  signIn.open();
});
part("account", HTMLButtonElement).addEventListener("click", settings.open);

let shownFor: string | undefined;

/** Shows the buttons and panels that fit the session. */
function showWho(): void {
  const user = session.user();
  const isSomebody = session.tokens() !== undefined;
  showAccount(user);
  const who = user?.id ?? (isSomebody ? "guest" : "nobody");
  if (who === shownFor) return;
  shownFor = who;
  rail.offer(isSomebody, user !== undefined);
  taskPanel.offer(user !== undefined, innerWidth >= 1200);
  if (user) tasks.refresh();
}

session.onChange((change) => {
  if (change.kind === "signed-out") {
    leaveConversation(change.cause);
    tasks.clear();
    list.clear();
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  }
  showWho();
  if (change.kind === "signed-in") {
    if (stage.scene() === "missing") {
      address.reopen();
      void showNamed();
    }
    notify(`Signed in as ${change.account.email ?? change.account.name ?? "you"}.`);
  }
  if (change.kind !== "signed-out" || change.cause === "asked") return;
  if (change.cause === "elsewhere") notify("You signed out in another tab.");
  else signIn.open("You have been signed out. Sign in again to go on.");
});

/** Removes the conversation from the screen; keeps its address for a reader whose session has ended unasked. */
function leaveConversation(cause: "asked" | "unasked" | "elsewhere"): void {
  if (cause === "unasked" && address.named() !== undefined) {
    conversation.leave();
    address.close();
    stage.show("missing");
  } else {
    address.show(undefined, "current");
    conversation.leave();
  }
  list.mark(undefined);
}

const catchUp = onReturn(() => {
  if (session.user()) tasks.refresh();
  if (rail.isOpen()) void list.refresh();
  void conversation.catchUp();
});
tabs.onNews(catchUp);

void begin();

async function begin(): Promise<void> {
  showWho();
  if (address.conversation() !== undefined) stage.show("loading");
  focusComposer();
  const suggested = showSuggestions(api, (question) => {
    composer.takeFocus();
    void conversation.ask(question);
  });
  await elsewhere.finish();
  await Promise.all([suggested, showNamed()]);
}
