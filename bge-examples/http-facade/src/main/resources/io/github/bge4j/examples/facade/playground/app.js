// Asks the service this page came from, and lets views.js show what it says.
import { compared, embedded, error, ranked } from './views.js';

const byId = id => document.getElementById(id);
const panels = ['embed', 'compare', 'rank'];
let key = '';
let offered = ['dense', 'sparse', 'colbert'];

/** Sends a request; throws an Error with what the service said. */
async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }
  let response;
  try {
    response = await fetch(path, body
      ? { method: 'POST', headers, body: JSON.stringify(body) }
      : { headers });
  } catch {
    throw new Error('The service cannot be reached.');
  }
  const answer = await response.json().catch(() => null);
  if (response.status === 401) {
    byId('access').open = true;
  }
  if (!response.ok || !answer) {
    throw new Error(answer?.error?.message ?? answer?.error ?? `Status ${response.status}`);
  }
  return answer;
}

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, millis: performance.now() - start };
}

/** Embeds texts by all that the model gives. */
function vectors(input, outputs, tokens) {
  return ask('v1/hybrid-embeddings', {
    input,
    outputs: outputs.filter(output => offered.includes(output)),
    return_tokens: tokens,
  });
}

const actions = {
  async embed(form) {
    const text = form.get('text');
    const { value, millis } = await timed(() => vectors([text], ['dense', 'sparse'], true));
    return embedded(text, value.data[0], millis);
  },
  async compare(form) {
    const texts = [form.get('first'), form.get('second')];
    const outputs = ['dense', 'sparse', 'colbert'];
    const { value, millis } = await timed(() => vectors(texts, outputs, true));
    return await compared(value.data, millis);
  },
  async rank(form) {
    const query = form.get('query');
    const documents = form.get('documents').split('\n').map(line => line.trim()).filter(Boolean);
    const { value, millis } = await timed(() => Promise.all([
      ask('v1/rerank', { query, documents, normalize: false }).catch(problem => problem),
      vectors([query, ...documents], ['dense', 'sparse'], false),
    ]));
    const [reranking, embeddings] = value;
    return ranked(documents, reranking, embeddings.data, millis);
  },
};

async function submit(panel) {
  const form = panel.querySelector('form');
  const result = panel.querySelector('.result');
  const button = panel.querySelector('button.primary');
  if (button.disabled || !form.reportValidity()) {
    return;
  }
  button.disabled = true;
  panel.setAttribute('aria-busy', 'true');
  try {
    result.replaceChildren(...await actions[panel.id](new FormData(form)));
  } catch (problem) {
    result.replaceChildren(error(problem.message));
  } finally {
    button.disabled = false;
    panel.removeAttribute('aria-busy');
  }
}

function show() {
  const wanted = panels.find(id => `#${id}` === location.hash) ?? panels[0];
  for (const id of panels) {
    byId(id).hidden = id !== wanted;
  }
  for (const link of byId('tabs').querySelectorAll('a')) {
    if (link.hash === `#${wanted}`) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

/** Shows an id whole, and of a folder its name. */
function model(place, name) {
  byId(place).textContent = /^([/.]|\w:\\)/.test(name) ? name.split(/[/\\]/).pop() : name;
  byId(place).title = name;
}

async function facts() {
  try {
    const health = await ask('health');
    const loading = health.reasons.some(reason => reason.endsWith('is loading'));
    byId('state').textContent = loading ? 'loading …' : health.status;
    byId('state').title = health.reasons.join('\n');
    byId('state').dataset.state = loading ? 'loading' : health.status;
    byId('device').textContent = health.device;
    byId('precision').textContent = health.precision;
    const info = await ask('info');
    model('embedder', info.model_id);
    model('reranker', info.reranker_model_id);
    if (info.outputs.length) {
      offered = info.outputs;
    }
    if (loading) {
      setTimeout(facts, 2000);
    }
  } catch (problem) {
    byId('state').title = problem.message;
    if (byId('state').dataset.state === undefined) {
      byId('state').textContent = problem.message;
    }
  }
}

for (const id of panels) {
  const panel = byId(id);
  panel.querySelector('form').addEventListener('submit', event => {
    event.preventDefault();
    submit(panel);
  });
  panel.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit(panel);
    }
  });
}
byId('key-form').addEventListener('submit', event => {
  event.preventDefault();
  key = byId('key').value.trim();
  facts();
});
window.addEventListener('hashchange', show);
show();
facts();
