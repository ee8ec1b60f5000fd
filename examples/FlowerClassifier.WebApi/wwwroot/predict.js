// Sends one image, and says in plain words what is wrong where there is no answer.
const tries = 5;

export async function classify(file, limits) {
  if (file.size > limits.maximumBytes) {
    throw new Error(`The image's file has more than ${limits.maximumBytes.toLocaleString('en')} bytes.`);
  }

  for (let attempt = 1; ; attempt++) {
    const response = await send(file);
    if (response.ok) {
      return response.json();
    }

    const seconds = Number(response.headers.get('Retry-After'));
    if (response.status !== 503 || attempt === tries) {
      throw new Error(await problemOf(response));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * (seconds || 1)));
  }
}

async function send(file) {
  const form = new FormData();
  form.append('image', file);
  try {
    return await fetch('predict', { method: 'POST', body: form });
  } catch {
    throw new Error('The server does not answer.');
  }
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title;
  } catch {
    return `The server answers ${response.status}.`;
  }
}
