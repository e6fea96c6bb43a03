// Makes elements of what the service said. Scores are computed here, as FlagEmbedding defines them.

const MOST_CELLS = 48;
const MOST_TOKENS = 12;

/** How long the page may stand still. */
const SLICE_MILLIS = 30;

/** From here on the heat is so bright that its text must be dark, in the dark too. */
const STRONG = 0.55;

/** Makes an element; text never becomes markup. */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [property, value] of Object.entries(properties)) {
    if (property.startsWith('--')) {
      element.style.setProperty(property, value);
    } else if (property in element) {
      element[property] = value;
    } else {
      element.setAttribute(property, value);
    }
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

const score = value => value.toFixed(3);
const least = (a, b) => Math.min(a, b);
const clamp = value => least(1, Math.max(0, value));

export function error(message) {
  return el('p', { className: 'error', role: 'alert' }, message);
}

function card(title, note, ...children) {
  return el('div', { className: 'card' },
    el('h3', {}, title), note ? el('p', { className: 'note' }, note) : null, ...children);
}

function tiles(...pairs) {
  return el('dl', { className: 'tiles' },
    ...pairs.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

const millisTile = millis => ['Time', `${millis.toFixed(0)} ms`];

/** Shows one text: its tokens as they stand in it, the heaviest of them, and the dense vector. */
export function embedded(text, item, millis) {
  const weights = item.tokens.map(token => token.weight ?? 0);
  const largest = Math.max(...weights, Number.MIN_VALUE);
  const views = [tiles(
    ['Tokens', item.tokens.length],
    ['Dimensions', item.dense?.length ?? '–'],
    ['Weighted', item.sparse?.indices.length ?? '–'],
    millisTile(millis))];
  if (item.truncated) {
    views.push(el('p', { className: 'error', role: 'status' },
      'The text is longer than the service reads; its end was cut.'));
  }
  if (item.sparse) {
    views.push(card('Lexical weights', 'The special tokens around a text have none.',
      marked(text, item.tokens, largest), legend(largest)));
    views.push(card('Heaviest tokens', '', heaviest(item.tokens, largest)));
  } else {
    views.push(card('Lexical weights', 'This model gives none; BGE-M3 does.'));
  }
  if (item.dense) {
    views.push(card('Dense vector', `${item.dense.length} numbers, of length 1 together.`,
      strip(item.dense)));
  }
  return views;
}

/** The text itself with every token marked. Places are code points, as the service counts. */
function marked(text, tokens, largest) {
  const letters = Array.from(text);
  const view = el('p', { className: 'marked' });
  let done = 0;
  for (const token of tokens) {
    if (token.special) {
      view.append(el('span', { className: 'special' }, token.text));
      continue;
    }
    let start = Math.max(done, token.start);
    while (start < token.stop && !letters[start].trim()) {
      start++;
    }
    view.append(letters.slice(done, start).join(''));
    done = Math.max(start, token.stop);
    if (start < done) {
      const weight = token.weight ?? 0;
      view.append(el('mark', {
        '--v': weight / largest,
        className: weight / largest > STRONG ? 'strong' : '',
        title: `${token.text.trim()} (token ${token.id}): ${score(weight)}`,
      }, letters.slice(start, done).join('')));
    }
  }
  return view;
}

function legend(largest) {
  return el('p', { className: 'legend' },
    '0', el('span', { className: 'scale', 'aria-hidden': 'true' }), score(largest));
}

function heaviest(tokens, largest) {
  const seen = new Map();
  for (const token of tokens) {
    if (token.weight) {
      seen.set(token.id, token);
    }
  }
  const sorted = [...seen.values()].sort((a, b) => b.weight - a.weight).slice(0, MOST_TOKENS);
  return el('ol', { className: 'bars' }, ...sorted.map(token => el('li', {},
    el('span', { className: 'name' }, token.text.trim() || '␣'),
    bar(token.weight / largest),
    el('span', { className: 'value' }, score(token.weight)))));
}

function bar(share) {
  return el('span', { className: 'bar', '--v': clamp(share), 'aria-hidden': 'true' });
}

/** A column for each number, up for positive ones. */
function strip(vector) {
  const svg = name => document.createElementNS('http://www.w3.org/2000/svg', name);
  const largest = Math.max(...vector.map(Math.abs), Number.MIN_VALUE);
  const picture = svg('svg');
  picture.setAttribute('viewBox', `0 -1 ${vector.length} 2`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label',
    `Dense vector; it begins ${vector.slice(0, 4).map(score).join(', ')}`);
  picture.setAttribute('class', 'strip');
  const path = svg('path');
  path.setAttribute('d', vector.map((value, i) =>
    `M${i} 0h1v${(-value / largest).toFixed(3)}h-1z`).join(''));
  picture.append(path);
  return picture;
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function sparseDot(a, b) {
  const weights = new Map(a.indices.map((index, i) => [index, a.values[i]]));
  return b.indices.reduce((sum, index, i) => sum + (weights.get(index) ?? 0) * b.values[i], 0);
}

/**
 * Multiplies all rows of two matrices, a slice at a time so that the page stays alive. Returns the
 * best product of each row of the first, and all products of as many rows as are shown.
 */
async function align(first, second) {
  const best = [];
  const cells = [];
  let pause = performance.now() + SLICE_MILLIS;
  for (const row of first) {
    const products = second.map(other => dot(row, other));
    best.push(products.reduce((most, value) => Math.max(most, value), -Infinity));
    if (cells.length < MOST_CELLS) {
      cells.push(products);
    }
    if (performance.now() > pause) {
      await new Promise(resolve => { setTimeout(resolve); });
      pause = performance.now() + SLICE_MILLIS;
    }
  }
  return { best, cells };
}

/** Shows how alike two texts are, and why. */
export async function compared([first, second], millis) {
  const scores = [];
  if (first.dense) {
    scores.push(['Dense', dot(first.dense, second.dense), 'cosine of two vectors']);
  }
  if (first.sparse) {
    scores.push(['Sparse', sparseDot(first.sparse, second.sparse), 'products of shared weights']);
  }
  const alignment = first.colbert && await align(first.colbert, second.colbert);
  if (alignment) {
    const { best } = alignment;
    const mean = best.reduce((sum, value) => sum + value, 0) / best.length;
    scores.push(['ColBERT', mean, 'mean of the best matches']);
  }
  if (scores.length > 1) {
    const mean = scores.reduce((sum, [, value]) => sum + value, 0) / scores.length;
    scores.push(['Combined', mean, 'mean of the others']);
  }
  const views = [el('dl', { className: 'scores' }, ...scores.map(([name, value, note]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, score(value)), bar(value),
      el('dd', { className: 'note' }, note))))];
  if (first.sparse) {
    views.push(card('Shared tokens', 'What the sparse score is the sum of.',
      shared(first.tokens, second.tokens)));
  }
  if (alignment) {
    views.push(card('ColBERT alignment',
      'Each row is a token of the first text, each column one of the second. '
        + 'The framed cell is the best match of its row.',
      heatMap(alignment.cells, first.tokens.slice(1), second.tokens.slice(1))));
  }
  views.push(el('p', { className: 'note' }, `Embedded in ${millis.toFixed(0)} ms`));
  return views;
}

function shared(first, second) {
  const weights = new Map(second.filter(token => token.weight).map(token => [token.id, token]));
  const both = new Map();
  for (const token of first) {
    const other = weights.get(token.id);
    if (token.weight && other) {
      both.set(token.id, { text: token.text.trim(), product: token.weight * other.weight });
    }
  }
  const sorted = [...both.values()].sort((a, b) => b.product - a.product).slice(0, MOST_TOKENS);
  if (!sorted.length) {
    return el('p', {}, 'None: the texts have no weighted token in common.');
  }
  return el('ol', { className: 'bars' }, ...sorted.map(({ text, product }) => el('li', {},
    el('span', { className: 'name' }, text), bar(product / sorted[0].product),
    el('span', { className: 'value' }, score(product)))));
}

function heatMap(cells, rowTokens, columnTokens) {
  const columns = columnTokens.slice(0, MOST_CELLS);
  const name = token => token.text.trim() || '␣';
  const head = el('tr', {}, el('td'), ...columns.map(token =>
    el('th', { scope: 'col' }, el('span', {}, name(token)))));
  const body = cells.map((row, i) => {
    const best = row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
    return el('tr', {}, el('th', { scope: 'row' }, name(rowTokens[i])),
      ...columns.map((token, j) => el('td', {
        '--v': clamp(row[j]),
        className: `${row[j] > STRONG ? 'strong' : ''} ${j === best ? 'best' : ''}`,
        title: `${name(rowTokens[i])} · ${name(token)}: ${score(row[j])}`,
      }, row[j].toFixed(2).replace('-0.00', '0.00'))));
  });
  const table = el('div', {
    className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'ColBERT alignment, a table',
  }, el('table', { className: 'heat' }, el('thead', {}, head), el('tbody', {}, ...body)));
  const cut = rowTokens.length > MOST_CELLS || columnTokens.length > MOST_CELLS;
  return el('div', {}, table,
    cut ? el('p', { className: 'note' }, `Only the first ${MOST_CELLS} tokens are shown.`) : null);
}

/** Shows three orders of the same documents side by side. */
export function ranked(documents, reranking, [query, ...items], millis) {
  const orders = [];
  if (reranking instanceof Error) {
    orders.push({ title: 'Reranker', problem: reranking.message });
  } else {
    orders.push({
      title: 'Reranker',
      note: 'logit of query and document together',
      hits: reranking.results.map(hit => ({ index: hit.index, score: hit.relevance_score })),
      share: value => 1 / (1 + Math.exp(-value)),
    });
  }
  const sorted = measure => items
    .map((item, index) => ({ index, score: measure(item) }))
    .sort((a, b) => b.score - a.score);
  if (query.dense) {
    orders.push({
      title: 'Dense',
      note: 'cosine of two vectors',
      hits: sorted(item => dot(query.dense, item.dense)),
      share: value => value,
    });
  }
  if (query.sparse) {
    const hits = sorted(item => sparseDot(query.sparse, item.sparse));
    orders.push({
      title: 'Sparse',
      note: 'products of shared weights',
      hits,
      share: value => value / Math.max(hits[0].score, Number.MIN_VALUE),
    });
  }
  const reference = orders[0].hits?.map(hit => hit.index);
  const columns = el('div', { className: 'columns' },
    ...orders.map((order, i) => column(order, documents, i > 0 ? reference : null)));
  const light = event => {
    const index = event.target.closest('li')?.dataset.index;
    for (const item of columns.querySelectorAll('li')) {
      item.classList.toggle('lit', item.dataset.index === index);
    }
  };
  columns.addEventListener('pointerover', light);
  return [columns, el('p', { className: 'note' }, `Ranked in ${millis.toFixed(0)} ms`)];
}

function column(order, documents, reference) {
  if (order.problem) {
    return card(order.title, '', error(order.problem));
  }
  return card(order.title, order.note, el('ol', { className: 'hits' },
    ...order.hits.map((hit, place) => el('li', { 'data-index': hit.index },
      el('span', { className: 'badge', title: 'Line of the document' }, hit.index + 1),
      el('span', { className: 'text' }, documents[hit.index]),
      bar(order.share(hit.score)),
      el('span', { className: 'value' },
        score(hit.score), reference ? moved(reference.indexOf(hit.index) - place) : null)))));
}

function moved(places) {
  if (!places) {
    return null;
  }
  const up = places > 0;
  return el('span', {
    className: `moved ${up ? 'up' : 'down'}`,
    title: `${Math.abs(places)} ${up ? 'above' : 'below'} its place by the reranker`,
  }, `${up ? '▲' : '▼'} ${Math.abs(places)}`);
}
