// What the model is, and the course of its training where the server knows it.
import { element } from './dom.js';
import { curve } from './curve.js';

export function showModel(model, { facts, curves, limits }) {
  limits.textContent = `JPEG, PNG, WebP, GIF or BMP, up to ${Math.floor(model.maximumBytes / 2 ** 20)} MB and ${Math.floor(model.maximumPixels / 1e6)} megapixels each.`;
  fact(facts, 'Network', model.network);
  fact(facts, 'Input', `${model.imageSize} × ${model.imageSize} pixels`);
  fact(facts, 'Classes', model.classes.join(', '));
  if (!model.training) {
    return;
  }

  const { epochs, learningRates } = model.training;
  const of = (name) => epochs.map((epoch, i) => [i + 1, epoch[name]]).filter(([, value]) => value !== null);
  curves.append(
    curve('Loss', epochs.length, [{ name: 'training', points: of('loss') }, { name: 'validation', points: of('validationLoss') }]),
    curve('Accuracy', epochs.length, [{ name: 'training', points: of('accuracy') }, { name: 'validation', points: of('validationAccuracy') }], 1),
    curve('Learning rate, step by step', epochs.length, [{ name: 'rate', points: learningRates.map(({ epoch, rate }) => [epoch, rate]), dots: true }]));
}

function fact(list, name, value) {
  list.append(element('dt', {}, name), element('dd', {}, value));
}
