// One card an image: its picture, its class, and a bar for every class.
import { element } from './dom.js';

export function showWaiting(list, file) {
  const picture = element('img', { alt: '', src: URL.createObjectURL(file) });
  picture.addEventListener('error', () => picture.classList.add('missing'));
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src));
  const answer = element('div', { class: 'answer' }, element('p', { class: 'quiet' }, 'Being classified …'));
  const card = element('li', { class: 'card' }, picture, element('div', { class: 'text' }, element('p', { class: 'file' }, file.name || 'image'), answer));
  list.prepend(card);
  return card;
}

export function showPrediction(card, prediction) {
  const bars = element('ul', { class: 'bars', 'aria-label': 'All classes' }, ...prediction.scores.map(bar));
  card.classList.add('done');
  card.querySelector('.answer').replaceChildren(element('h3', {}, prediction.class), bars);
}

export function showProblem(card, message) {
  card.classList.add('problem');
  card.querySelector('.answer').replaceChildren(element('p', {}, message));
}

function bar({ class: name, probability }) {
  const fill = element('span', { class: 'fill' });
  fill.style.width = `${100 * probability}%`;
  return element('li', {},
    element('span', { class: 'name' }, name),
    element('span', { class: 'track', 'aria-hidden': 'true' }, fill),
    element('span', { class: 'percent' }, `${(100 * probability).toFixed(1)} %`));
}
