const latin1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest " +
  "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig " +
  "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const greek =
  "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega";
const others =
  "amp& lt< gt> quot\" apos' OElig\u0152 oelig\u0153 Scaron\u0160 scaron\u0161 Yuml\u0178 fnof\u0192 circ\u02C6 tilde\u02DC sigmaf\u03C2 " +
  "ensp\u2002 emsp\u2003 thinsp\u2009 zwnj\u200C zwj\u200D lrm\u200E rlm\u200F ndash\u2013 mdash\u2014 lsquo\u2018 rsquo\u2019 sbquo\u201A ldquo\u201C rdquo\u201D bdquo\u201E " +
  "dagger\u2020 Dagger\u2021 bull\u2022 hellip\u2026 permil\u2030 prime\u2032 Prime\u2033 lsaquo\u2039 rsaquo\u203A frasl\u2044 euro\u20AC trade\u2122 larr\u2190 uarr\u2191 rarr\u2192 darr\u2193 harr\u2194 rArr\u21D2 hArr\u21D4 " +
  "forall\u2200 part\u2202 exist\u2203 empty\u2205 nabla\u2207 isin\u2208 notin\u2209 prod\u220F sum\u2211 minus\u2212 radic\u221A infin\u221E cap\u2229 cup\u222A int\u222B asymp\u2248 ne\u2260 equiv\u2261 le\u2264 ge\u2265 sub\u2282 sup\u2283 loz\u25CA check\u2713 " +
  "lbrace{ rbrace} lbrack[ rbrack] lpar( rpar) num# ast* plus+ comma, period. sol/ bsol\\ colon: semi; excl! quest? equals= lowbar_ grave` vert| verbar| dollar$ percnt% commat@ Tab\t NewLine\n";

const named = new Map<string, string>([
  ...latin1.split(" ").map((name, index) => [name, String.fromCharCode(160 + index)] as const),
  ...greek.split(" ").map((name, index) => [name, String.fromCharCode(0x391 + index)] as const),
  ...greek
    .split(" ")
    .map((name, index) => [name.toLowerCase(), String.fromCharCode(0x3b1 + index)] as const),
  ...others.split(" ").map((entry) => [entry.slice(0, -1), entry.slice(-1)] as const),
]);

// The characters that browsers show for &#128; to &#159;, used by old tools for Windows' quotes and dashes
// (HTML Standard, numeric character reference end state).
const windows1252 =
  "\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178";

/**
 * Decodes a character reference such as `&amp;` or `&#x27;`; undefined when it is unknown. Never returns NUL or
 * a lone surrogate.
 */
export function decodeEntity(reference: string): string | undefined {
  const body = reference.replace(/^&|;$/g, "");
  if (!body.startsWith("#")) return named.get(body);
  const code = /^#(?:x[\da-f]{1,6}|\d{1,7})$/i.test(body)
    ? Number(body.slice(1).replace(/^x/i, "0x"))
    : Number.NaN;
  if (Number.isNaN(code)) return undefined;
  if (code >= 0x80 && code <= 0x9f) return windows1252[code - 0x80];
  const unusable = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return unusable ? "\uFFFD" : String.fromCodePoint(code);
}
