// Makes an element with attributes and children: texts stay texts, whatever is in them.
const svgNames = new Set(['svg', 'path', 'circle', 'line', 'text', 'g']);

export function element(name, attributes = {}, ...children) {
  const made = svgNames.has(name) ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
