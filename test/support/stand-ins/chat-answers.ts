// The chat stand-in's answers: plain, long, right-to-left and hostile ones, and their sources.
import type { Source } from "../../../handlers/contract/source.ts";

const excerpt =
  "Browsers only let a page read an answer when the server names the page's origin. Set ALLOWED_ORIGINS to the exact origin of your front end, for example https://app.example. Several origins are separated by commas.\n\nA wildcard such as https://*.example.app allows every subdomain. The Space's own origin is always allowed.";
const place = { document_id: "document", path: "docs/page.md", start: 0, end: 100, score: 1 };
export const sources: readonly Source[] = [
  {
    ...place,
    id: "one",
    title: "Docent",
    url: "https://docs.example/settings#origins",
    heading_path: ["Docent", "Settings", "Who may call"],
    excerpt,
  },
  {
    ...place,
    id: "two",
    title: "Front ends",
    url: "javascript:alert(1)",
    heading_path: ["Cookies and credentials"],
    excerpt: `<img src=x onerror="window.hacked=1"> Credentials travel only to listed origins. ${"long".repeat(90)}`,
  },
  {
    ...place,
    id: "three",
    title: "Running on a Space",
    url: null,
    heading_path: ["Variables"],
    excerpt: "A variable is public.",
  },
];
const plain = [
  "Set **`ALLOWED_ORIGINS`** to the exact origin of your front end, for example https://app.example. [1] ",
  "Several origins are separated by commas. [1]\n\n",
  "- A wildcard such as `https://*.example.app` allows every subdomain. [1]\n",
  "- Credentials travel only to listed origins. [2]\n\n",
  "```sh\nALLOWED_ORIGINS=https://app.example npm start\n```\n",
].join("");
const hostile =
  '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> [click](javascript:window.hacked=1) [data](data:text/html,x) [ok](https://ok.example/) ![pixel](https://evil.example/p.png) [1] [99]\n\n<iframe src="https://evil.example"></iframe>';

const invented =
  "Set **`ALLOWED_ORIGINS`**. [1] Origins are *also* read from [a file](https://docs.example/) on the **moon**. Commas separate them. [1]";

/** The sentence of `invented` that the sources do not support. */
export function unsupportedIn(content: string) {
  const [start, end] = [invented.indexOf("Origins are"), invented.indexOf(" Commas")];
  return content === invented ? [{ start, end }] : [];
}

/** The answer to a question; a word in the question selects it. */
export function answerTo(question: string): string {
  if (question.includes("hostile")) return hostile;
  if (question.includes("invented")) return invented;
  if (question.includes("long")) return "A word and another word, all the way down. ".repeat(100);
  if (question.includes("عربي")) return "يجب تعيين المتغير `ALLOWED_ORIGINS` إلى أصل الواجهة. [1]";
  return plain;
}
