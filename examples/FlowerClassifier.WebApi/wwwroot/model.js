// What the model is, and the course of its training if the server knows it.
import { element } from './dom.js';
import { curve, percent } from './curve.js';

const formats = 'JPEG, PNG, WebP, GIF or BMP';
const mostNamed = 8;
const fileUnits = [[2 ** 20, 'MB'], [2 ** 10, 'KB'], [1, 'bytes']];
const pixelUnits = [[1e6, 'megapixels'], [1, 'pixels']];

export function showModel(model, { title, empty, facts, curves, limits }) {
  document.title = model.title;
  title.textContent = model.title;
  empty.textContent = `No image yet. Give it one, and the answer appears here: ${answers(model.classes)}.`;
  limits.textContent = `${formats}, up to ${most(model.maximumBytes, fileUnits)} and ${most(model.maximumPixels, pixelUnits)} each.`;
  fact(facts, 'Network', model.network);
  fact(facts, 'Images', `Any ${formats}; it is resized to ${model.imageSize} × ${model.imageSize}.`);
  fact(facts, 'Classes', model.classes.join(', '));
  if (model.training) {
    showTraining(model.training, facts, curves);
  }
}

function showTraining({ epochs, learningRates, validationImages, minimumLearningRate, maximumLearningRate }, facts, curves) {
  // A training that was stopped has rates of an epoch that it did not finish.
  const length = Math.max(1, Math.ceil(epochs.at(-1)?.epoch ?? 0), Math.ceil(learningRates.at(-1)?.epoch ?? 0));
  const of = (name) => epochs.map((figures) => [figures.epoch, figures[name]]).filter(([, value]) => value !== null);
  const accuracies = of('validationAccuracy');
  if (accuracies.length > 0) {
    const [best, last] = [Math.max(...accuracies.map(([, value]) => value)), accuracies.at(-1)[1]];
    const share = best === last ? percent(last) : `${percent(best)} in the best epoch, ${percent(last)} in the last one,`;
    fact(facts, 'Accuracy', `${share} of ${validationImages} images that it was not trained on.`);
  }

  // How many of the images that it has seen a network knows says little of others.
  const bounds = minimumLearningRate === null || maximumLearningRate === null ? [] : [
    { name: 'L_min', value: minimumLearningRate, below: true },
    { name: 'L_max', value: maximumLearningRate }];
  curves.append(
    ...curve('Loss', length, [{ name: 'training', points: of('loss') }, { name: 'validation', points: of('validationLoss') }]),
    ...curve('Accuracy', length, [{ name: 'validation', points: accuracies, style: 1 }], { highest: 1, format: percent }),
    ...curve('Learning rate, step by step', length, [{ name: 'rate', points: learningRates.map(({ epoch, rate }) => [epoch, rate]), dots: true }], { marks: bounds }));
}

function answers(classes) {
  return classes.length > mostNamed ? `one of ${classes.length} classes` : `${classes.slice(0, -1).join(', ')} or ${classes.at(-1)}`;
}

function fact(list, name, value) {
  list.append(element('dt', {}, name), element('dd', {}, value));
}

// In the largest unit of which there is one, and never more than is allowed.
function most(value, units) {
  const [size, name] = units.find(([unit]) => value >= unit);
  return `${(Math.floor((10 * value) / size) / 10).toLocaleString('en')} ${name}`;
}
