// Characters that anchors drop: all but letters, marks, decimal digits, connectors, hyphens and spaces.
const dropped = /[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]/gu;

// Further headings have no anchor, so that memory stays bounded.
const mostHeadings = 20_000;

/**
 * Creates a function that returns the anchors of one page's headings, as GitHub and Docusaurus do: repeated
 * ones get -1, -2, …; null after 20,000 headings.
 */
export function createSlugger(): (heading: string) => string | null {
  const taken = new Map<string, number>();
  return (heading) => {
    if (taken.size >= mostHeadings) return null;
    const wanted = heading.toLowerCase().replace(dropped, "").replaceAll(" ", "-");
    let slug = wanted;
    while (taken.has(slug)) {
      const repeats = (taken.get(wanted) ?? 0) + 1;
      taken.set(wanted, repeats);
      slug = `${wanted}-${repeats}`;
    }
    taken.set(slug, 0);
    return slug;
  };
}
