import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe-core finds on the page as it is now: barriers by WCAG 2.2, level AA, and by axe's best practices, one line
 * each. Call it when nothing is moving: colours are measured. The debugger evaluates it, whatever the page's policy.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  // Without a value of its own, which would have to be sent here; it stays until the page is left.
  if (!(await page.evaluate<boolean>("'axe' in window")))
    await page.evaluate(`${axe.source}\n;undefined`);
  // What is as it should be is not described.
  const violations = await page.evaluate<axe.Result[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then((results) => results.violations)",
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(" ")}: ${html.slice(0, 200)}`),
  );
}
