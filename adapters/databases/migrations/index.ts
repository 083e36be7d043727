import accounts from "./0001-accounts-and-conversations.sql";
import documents from "./0002-documents.sql";
import signingIn from "./0003-accounts.sql";
import tasks from "./0004-tasks.sql";
import assistant from "./0005-assistant.sql";
import limits from "./0006-limits.sql";
import embeddings from "./0007-embeddings.sql";
import identities from "./0008-identities.sql";
import clientKeys from "./0009-client-keys.sql";
import documentFields from "./0010-document-fields.sql";
import unsupportedSentences from "./0011-unsupported-sentences.sql";
import abandonedDocuments from "./0012-abandoned-documents.sql";
import signIn from "./0013-sign-in.sql";
import feedback from "./0014-feedback.sql";
import usage from "./0015-usage.sql";
import runs from "./0017-runs.sql";

/** In order. A landed migration is never edited; a change is a new file and a new line here. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "0001-accounts-and-conversations", sql: accounts },
  { name: "0002-documents", sql: documents },
  { name: "0003-accounts", sql: signingIn },
  { name: "0004-tasks", sql: tasks },
  { name: "0005-assistant", sql: assistant },
  { name: "0006-limits", sql: limits },
  { name: "0007-embeddings", sql: embeddings },
  { name: "0008-identities", sql: identities },
  { name: "0009-client-keys", sql: clientKeys },
  { name: "0010-document-fields", sql: documentFields },
  { name: "0011-unsupported-sentences", sql: unsupportedSentences },
  { name: "0012-abandoned-documents", sql: abandonedDocuments },
  { name: "0013-sign-in", sql: signIn },
  { name: "0014-feedback", sql: feedback },
  { name: "0015-usage", sql: usage },
  { name: "0017-runs", sql: runs },
];
