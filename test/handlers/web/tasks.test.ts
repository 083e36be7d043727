// The page's tasks over the real routes: what is shown at once, and what is left when that was wrong.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProblemBody } from "../../../handlers/contract/problem.ts";
import { createTasksApi } from "../../../handlers/web/client/tasks/api.ts";
import { createTaskState } from "../../../handlers/web/client/tasks/state.ts";
import { RequestFailure } from "../../../handlers/web/client/lib/request.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { signIn } from "../../support/clients/signed-in.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

/** Two pages of one user, each with a state of its own. */
async function openTwice() {
  const { headers } = await signIn(app);
  const request = async (path: string, build: () => RequestInit = () => ({})) => {
    const init = build();
    const all = new Headers(init.headers);
    all.set("authorization", headers.authorization);
    const response = await app.fetch(path, { ...init, headers: all });
    if (response.ok) return response;
    const { code, detail } = (await response.json()) as ProblemBody;
    throw new RequestFailure({ code, detail, status: response.status, retryable: false });
  };
  const states = [1, 2].map(() => createTaskState(createTasksApi(request), () => {}));
  return states as [ReturnType<typeof createTaskState>, ReturnType<typeof createTaskState>];
}

const titles = (state: ReturnType<typeof createTaskState>) =>
  state.tasks().map(({ title }) => title);

test("a task shows before the server has it, and changes of it queue behind each other", async () => {
  const [here, there] = await openTwice();
  const adding = here.add({ title: "one" });
  expect(titles(here)).toEqual(["one"]);
  expect(await adding).toBeUndefined();
  const [task] = here.tasks();
  const changes = ["two", "three", "four"].map((title) => here.change(task?.id ?? "", { title }));
  expect(titles(here)).toEqual(["four"]);
  expect(await Promise.all(changes)).toEqual([undefined, undefined, undefined]);
  await there.refresh();
  expect(titles(there)).toEqual(["four"]);
});

test("a change of what was changed elsewhere is taken back and shows what is there now", async () => {
  const [here, there] = await openTwice();
  await here.add({ title: "mine" });
  await there.refresh();
  const id = here.tasks()[0]?.id ?? "";
  await here.change(id, { title: "changed" });
  expect(await there.change(id, { completed: true })).toMatchObject({ kind: "changed-elsewhere" });
  expect(there.tasks()).toMatchObject([{ title: "changed", completed: false }]);
  expect(await there.change(id, { completed: true })).toBeUndefined();
  expect(await here.remove(id)).toMatchObject({ kind: "changed-elsewhere" });
  expect(here.tasks()).toMatchObject([{ title: "changed", completed: true }]);
  expect(await here.remove(id)).toBeUndefined();
  expect(await there.change(id, { title: "gone" })).toMatchObject({ kind: "gone" });
  expect(titles(there)).toEqual([]);
});

test("a form opened before a refresh does not overwrite what the refresh brought", async () => {
  const [here, there] = await openTwice();
  await here.add({ title: "mine" });
  await there.refresh();
  const { id = "", updated_at: seen } = there.tasks()[0] ?? {};
  await here.change(id, { title: "changed" });
  await there.refresh();
  expect(await there.change(id, { title: "typed" }, seen)).toMatchObject({
    kind: "changed-elsewhere",
  });
  expect(titles(there)).toEqual(["changed"]);
});

test("what is being fetched does not undo what was done meanwhile", async () => {
  const [here] = await openTwice();
  await here.add({ title: "kept" });
  const fetching = here.refresh();
  const [task] = here.tasks();
  await here.change(task?.id ?? "", { completed: true });
  await fetching;
  expect(here.tasks()).toMatchObject([{ title: "kept", completed: true }]);
});

test("a refused task goes away again", async () => {
  const [here] = await openTwice();
  expect(await here.add({ title: "x".repeat(201) })).toMatchObject({ kind: "failed" });
  expect(titles(here)).toEqual([]);
});
