// Elements made and filled in one call.

const SVG = "http://www.w3.org/2000/svg";

/** Returns an element of HTML. Attributes that are functions listen to the event of that name; null leaves one out. */
export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Returns an element of SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Returns a formula: in `text`, `z_{3}` is a letter with an index, and what stands between asterisks is its value. */
export function formula(text) {
  return text.split(/([a-zδ]_\{[^}]*\}|\*[^*]*\*)/).map((part) => {
    const [, letter, index] = /^(.)_\{(.*)\}$/.exec(part) ?? [];
    if (letter) return [html("var", {}, letter), html("sub", {}, index)];
    return /^\*.*\*$/.test(part) ? html("strong", {}, part.slice(1, -1)) : part;
  });
}

/** Keeps the arrow keys to an element: elsewhere in the book they turn to another chapter. */
export function keepArrows(event) {
  if (event.key.startsWith("Arrow")) event.stopPropagation();
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}
