// The Node server whose backup is TEST_HASTE times as fast as over a real store, and that takes the lease of a holder
// silent for TEST_SILENCE milliseconds: its intervals are no setting.
import { paceOf } from "../../../adapters/databases/backup/lease/pace.ts";
import { createListener } from "../../../adapters/runtimes/node/listener.ts";
import { createBoundedServer } from "../../../adapters/runtimes/node/server.ts";
import { createProcessApp } from "../../../adapters/runtimes/shared/process-app.ts";
import { hasten } from "./haste.ts";

const { TEST_HASTE, TEST_SILENCE } = process.env;
const silence = TEST_SILENCE === undefined ? undefined : Number(TEST_SILENCE);
const backupPace = hasten(paceOf(0), Number(TEST_HASTE), silence);
const docent = createProcessApp({ backupPace });
const server = createBoundedServer(createListener(docent));
server.listen(docent.server.port, docent.server.host, () => {
  const address = server.address();
  docent.listening(typeof address === "object" && address ? address.port : 0, {
    gently: () => new Promise((resolve) => server.close(resolve)),
    dropIdle: () => server.closeIdleConnections(),
    now: () => server.closeAllConnections(),
  });
});
