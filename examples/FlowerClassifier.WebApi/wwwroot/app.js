// The page: takes images, sends a few at a time, and shows what comes back.
import { classify } from './predict.js';
import { showWaiting, showPrediction, showProblem } from './results.js';
import { showModel } from './model.js';

const atOnce = 4;
const waiting = [];
let running = 0;
let limits = { maximumBytes: Infinity };

const byId = (id) => document.getElementById(id);
const announce = (text) => { byId('status').textContent = text; };

function add(files) {
  if (files.length > 0) {
    announce(files.length === 1 ? `${files[0].name} is being classified` : `${files.length} images are being classified`);
  }
  for (const file of files) {
    waiting.push({ file, card: showWaiting(byId('results'), file) });
  }
  while (running < atOnce && waiting.length > 0) {
    work();
  }
}

async function work() {
  running++;
  while (waiting.length > 0) {
    const { file, card } = waiting.shift();
    try {
      const prediction = await classify(file, limits);
      showPrediction(card, prediction);
      announce(`${file.name}: ${prediction.class}, ${Math.round(100 * prediction.scores[0].probability)} percent`);
    } catch (error) {
      showProblem(card, error.message);
      announce(`${file.name}: ${error.message}`);
    }
  }
  running--;
}

for (const input of [byId('choose'), byId('photograph')]) {
  input.addEventListener('change', () => {
    add(input.files);
    input.value = ''; // The same file can be chosen again.
  });
}

document.addEventListener('paste', (event) => add(event.clipboardData.files));

// Anywhere on the page, so that a near miss does not open the image in place of the page.
const drop = byId('drop');
document.addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over'); });
document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) drop.classList.remove('over'); });
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  add(event.dataTransfer.files);
});

try {
  const response = await fetch('model');
  const model = await response.json();
  limits = model;
  showModel(model, { title: byId('title'), empty: byId('empty'), facts: byId('facts'), curves: byId('curves'), limits: byId('limits') });
} catch {
  announce('The server does not answer. Reload the page to try again.');
}
