// What the model is, and the course of its training where the server knows it.
import { element } from './dom.js';
import { curve } from './curve.js';

const fileUnits = [[2 ** 20, 'MB'], [2 ** 10, 'KB'], [1, 'bytes']];
const pixelUnits = [[1e6, 'megapixels'], [1, 'pixels']];

export function showModel(model, { facts, curves, limits }) {
  limits.textContent = `JPEG, PNG, WebP, GIF or BMP, up to ${most(model.maximumBytes, fileUnits)} and ${most(model.maximumPixels, pixelUnits)} each.`;
  fact(facts, 'Network', model.network);
  fact(facts, 'Input', `${model.imageSize} × ${model.imageSize} pixels`);
  fact(facts, 'Classes', model.classes.join(', '));
  if (!model.training) {
    return;
  }

  // A training that was stopped has rates of an epoch that it did not finish.
  const { epochs, learningRates } = model.training;
  const length = Math.max(1, Math.ceil(epochs.at(-1)?.epoch ?? 0), Math.ceil(learningRates.at(-1)?.epoch ?? 0));
  const of = (name) => epochs.map((figures) => [figures.epoch, figures[name]]).filter(([, value]) => value !== null);
  curves.append(
    ...curve('Loss', length, [{ name: 'training', points: of('loss') }, { name: 'validation', points: of('validationLoss') }]),
    ...curve('Accuracy', length, [{ name: 'training', points: of('accuracy') }, { name: 'validation', points: of('validationAccuracy') }], 1),
    ...curve('Learning rate, step by step', length, [{ name: 'rate', points: learningRates.map(({ epoch, rate }) => [epoch, rate]), dots: true }]));
}

function fact(list, name, value) {
  list.append(element('dt', {}, name), element('dd', {}, value));
}

// In the largest unit of which there is one, and never more than is allowed.
function most(value, units) {
  const [size, name] = units.find(([unit]) => value >= unit);
  return `${(Math.floor((10 * value) / size) / 10).toLocaleString('en')} ${name}`;
}
