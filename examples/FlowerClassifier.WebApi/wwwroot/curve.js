// A small chart as SVG. Its label says in words what the lines show.
import { element } from './dom.js';
import { roundTicks, wholeTicks } from './ticks.js';

const width = 320, height = 180, left = 52, right = 10, top = 20, bottom = 30;

export const plain = (value) => Number(value.toPrecision(3)).toString();
export const percent = (value) => `${plain(100 * value)} %`;

// Lines are of points, an x from 0 to the length given and a y from 0 on; 'dots' are points without a course; 'style' says which of the line's two looks it has, where
// it is not by their order. Marks are values with a name, of which each gets a line across. Without any
// point there is no chart.
export function curve(title, length, lines, { highest, format = plain, marks = [] } = {}) {
  const shown = lines.filter((line) => line.points.length > 0);
  if (shown.length === 0) {
    return [];
  }

  const values = [...shown.flatMap((line) => line.points.map(([, y]) => y)), ...marks.map(({ value }) => value)];
  const rows = roundTicks(highest ?? Math.max(...values));
  const x = (value) => left + (value / length) * (width - left - right);
  const y = (value) => height - bottom - (value / rows.at(-1)) * (height - top - bottom);

  const label = [...shown.map((line) => words(line, format)), ...marks.map(({ name, value }) => `${name} ${format(value)}`)].join(', ');
  const chart = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${title}: ${label}, over ${epochs(length)}` });
  chart.append(
    ...rows.flatMap((row) => [
      element('line', { class: 'grid', x1: left, x2: width - right, y1: y(row), y2: y(row) }),
      element('text', { x: left - 6, y: y(row) + 4, 'text-anchor': 'end' }, format(row))]),
    ...wholeTicks(length).map((column) => element('text', { x: x(column), y: height - 10, 'text-anchor': 'middle' }, column.toString())),
    element('text', { x: width - right, y: height - 10, 'text-anchor': 'end' }, epochs(length)));
  shown.forEach((line, i) => chart.append(line.dots ? dots(line.points, x, y) : path(line.points, x, y, line.style ?? i)));
  for (const { name, value, below } of marks) {
    chart.append(
      element('line', { class: 'mark', x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      element('text', { class: 'mark', x: width - right, y: y(value) + (below ? 13 : -4), 'text-anchor': 'end' }, `${name} ${format(value)}`));
  }

  const names = shown.filter((line) => !line.dots).map((line, i) => element('span', { class: `key line-${line.style ?? i}` }, line.name));
  return [element('figure', {}, element('figcaption', {}, title, ...names), chart)];
}

function words(line, format) {
  const values = line.points.map(([, y]) => y);
  return line.dots
    ? `${line.name} between ${format(Math.min(...values))} and ${format(Math.max(...values))}`
    : `${line.name} from ${format(values[0])} to ${format(values.at(-1))}`;
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
