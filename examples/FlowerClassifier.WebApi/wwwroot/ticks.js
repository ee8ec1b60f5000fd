// The round numbers of an axis.

// From 0 to the first one that is not below the value given: two to five steps of 1, 2 or 5 times a power of ten.
export function roundTicks(value) {
  const step = roundStep((value || 1) / 4);
  const count = Math.max(1, Math.ceil((value || 1) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

// Whole numbers from 0 on, none of them so near the length that their text would meet its own.
export function wholeTicks(length) {
  const step = Math.max(1, roundStep(length / 4));
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step).filter((tick) => tick <= 0.72 * length);
}

function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * (1 - 1e-9));
}
