import {
  readFrontMatter,
  type FrontMatter,
} from "../../../handlers/documents/parsing/markdown/front-matter.ts";

/** A rule of Hugging Face Docker Spaces, and what is wrong where it is broken. */
export interface Finding {
  readonly rule: string;
  /** Undefined where the rule holds. */
  readonly trouble: string | undefined;
}

const colours = ["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"];
/** Characters; the Hub refuses a push with a longer one. */
const longestDescription = 60;

type Check = (matter: FrontMatter) => string | undefined;

// https://huggingface.co/docs/hub/spaces-config-reference
const frontMatterRules: Readonly<Record<string, Check>> = {
  "README.md has a title": (matter) => (matter.get("title") ? undefined : "add `title: …`"),
  "its sdk is docker": (matter) =>
    matter.get("sdk") === "docker" ? undefined : "set `sdk: docker`",
  "its short_description fits": (matter) => {
    const { length } = Array.from(matter.get("short_description") ?? "");
    if (length <= longestDescription) return undefined;
    return `it has ${length} characters, and a push with more than ${longestDescription} is refused`;
  },
  "its colours exist": (matter) => {
    const wrong = ["colorFrom", "colorTo"].filter((name) => {
      const colour = matter.get(name);
      return colour !== undefined && !colours.includes(colour);
    });
    if (wrong.length === 0) return undefined;
    return `${wrong.join(" and ")} must be one of ${colours.join(", ")}`;
  },
};

/** Checks a README.md and a Dockerfile against the rules of Docker Spaces; undefined means that there is none. */
export function checkSpace(readme: string | undefined, dockerfile: string | undefined): Finding[] {
  const matter = readme === undefined ? undefined : readFrontMatter(readme).values;
  const ofReadme = Object.entries(frontMatterRules).map(([rule, check]) => ({
    rule,
    trouble: matter ? check(matter) : "there is no README.md here",
  }));
  return [...ofReadme, ...checkDockerfile(dockerfile, Number(matter?.get("app_port") ?? 7860))];
}

function checkDockerfile(dockerfile: string | undefined, appPort: number): Finding[] {
  if (dockerfile === undefined) {
    return [{ rule: "there is a Dockerfile", trouble: "a Docker Space is built from one" }];
  }
  const text = dockerfile.replaceAll(/\\\r?\n/g, " ");
  const last = (instruction: string) =>
    [...text.matchAll(new RegExp(`^${instruction}\\s+(.+)$`, "gm"))].at(-1)?.[1]?.trim();
  const user = last("USER");
  const isExec = last("CMD")?.startsWith("[") ?? last("ENTRYPOINT")?.startsWith("[") ?? false;
  const exposed = last("EXPOSE")?.split("/")[0];
  const named = /^(?:ENV|ARG)\s.*?\b(\w*(?:SECRET|TOKEN|PASSWORD|API_KEY)\w*)[= ]\S/m.exec(
    text,
  )?.[1];
  return [
    {
      rule: "the Dockerfile runs as uid 1000",
      trouble:
        user !== undefined && /^(?:node|user|1000)(?::|$)/.test(user)
          ? undefined
          : "end with `USER node` (or 1000): a Space runs as uid 1000, whoever owns the files",
    },
    {
      rule: "its port is the one of the README",
      trouble:
        exposed === undefined || Number(exposed) === appPort
          ? undefined
          : `EXPOSE says ${exposed}, app_port ${appPort}: a Space waits for ever on another port`,
    },
    {
      rule: "its command takes SIGTERM",
      trouble: isExec ? undefined : 'write CMD as a list, such as ["node", "dist/server.js"]',
    },
    {
      rule: "it holds no secret",
      trouble:
        named === undefined
          ? undefined
          : `${named} would be in a layer for everybody to read: make it a secret of the Space`,
    },
  ];
}
