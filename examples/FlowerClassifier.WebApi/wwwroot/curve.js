// A small chart as SVG. Its label says in words what the lines show.
import { element } from './dom.js';

const width = 320, height = 180, left = 52, right = 10, top = 10, bottom = 30;

// Lines are of points, an x from 0 to the length given and a y from 0 on; 'dots' are points without a course. Without any point there is no chart.
export function curve(title, length, lines, highest) {
  const shown = lines.filter((line) => line.points.length > 0);
  if (shown.length === 0) {
    return [];
  }

  const all = shown.flatMap((line) => line.points);
  const mostY = highest ?? (1.05 * Math.max(...all.map(([, y]) => y)) || 1);
  const x = (value) => left + (value / length) * (width - left - right);
  const y = (value) => height - bottom - (value / mostY) * (height - top - bottom);

  const chart = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${title}: ${shown.map(words).join(', ')}, over ${epochs(length)}` });
  for (const part of [0, 0.5, 1]) {
    chart.append(
      element('line', { class: 'grid', x1: left, x2: width - right, y1: y(part * mostY), y2: y(part * mostY) }),
      element('text', { x: left - 6, y: y(part * mostY) + 4, 'text-anchor': 'end' }, short(part * mostY, 2)));
  }
  chart.append(
    element('text', { x: left, y: height - 10, 'text-anchor': 'middle' }, '0'),
    element('text', { x: width - right, y: height - 10, 'text-anchor': 'end' }, epochs(length)));
  shown.forEach((line, i) => chart.append(line.dots ? dots(line.points, x, y) : path(line.points, x, y, i)));

  const names = shown.length > 1 ? shown.map((line, i) => element('span', { class: `key line-${i}` }, line.name)) : [];
  return [element('figure', {}, element('figcaption', {}, title, ...names), chart)];
}

function words(line) {
  const values = line.points.map(([, y]) => y);
  return line.dots
    ? `${line.name} between ${short(Math.min(...values))} and ${short(Math.max(...values))}`
    : `${line.name} from ${short(values[0])} to ${short(values.at(-1))}`;
}

// A line of one point would not be seen.
function path(points, x, y, number) {
  if (points.length === 1) {
    return element('circle', { class: `line line-${number}`, cx: x(points[0][0]).toFixed(1), cy: y(points[0][1]).toFixed(1), r: 1 });
  }

  return element('path', { class: `line line-${number}`, d: points.map(([px, py], i) => `${i ? 'L' : 'M'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('') });
}

function dots(points, x, y) {
  return element('g', { class: 'dots' }, ...points.map(([px, py]) => element('circle', { cx: x(px).toFixed(1), cy: y(py).toFixed(1), r: 1.5 })));
}

const epochs = (count) => (count === 1 ? '1 epoch' : `${count} epochs`);
const short = (value, digits = 3) => Number(value.toPrecision(digits)).toString();
