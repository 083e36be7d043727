// Loaded by the page when an answer has maths: TeX to MathML, which browsers show with the system's own fonts.
import temml from "temml";

globalThis.docentTypeset = (tex, display) => {
  const frame = document.createElement("span");
  try {
    temml.render(tex, frame, {
      displayMode: display === "block",
      throwOnError: true,
      // Macros that call each other, and spaces and rules, in em, that reach beyond the answer.
      maxExpand: 100,
      maxSize: [20, 20],
    });
  } catch {
    return undefined;
  }
  // A label of the model's must not become the id of an element of the page.
  for (const named of frame.querySelectorAll("[id]")) named.removeAttribute("id");
  return frame.firstElementChild ?? undefined;
};
