'use strict';
// Building blocks of the page: elements, numbers, charts, sortable tables.

// Okabe and Ito's colours, which differ for all common kinds of colour blindness, and two of Tol's.
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#999999',
  '#882255',
  '#44aa99',
];
// What a name is drawn in, the same in every chart.
const COLOUR_OF = {
  dense: COLOURS[0],
  spatial: COLOURS[1],
  delta: COLOURS[2],
  selective: COLOURS[3],
  baseline: COLOURS[7],
  dram: COLOURS[0],
  glb: COLOURS[1],
  noc: COLOURS[2],
  pe: COLOURS[3],
  rf: COLOURS[4],
  delta_unit: COLOURS[5],
  state_memory: COLOURS[6],
  leakage: COLOURS[7],
  clock: COLOURS[8],
  weight: COLOURS[0],
  activation: COLOURS[1],
  partial_sum: COLOURS[2],
  state: COLOURS[3],
  index: COLOURS[4],
  compute: COLOURS[5],
  refresh: COLOURS[6],
  background: COLOURS[9],
  MACs: COLOURS[0],
  array: COLOURS[3],
};
const SHAPE_OF = {
  dense: 'circle',
  spatial: 'triangle',
  delta: 'rect',
  selective: 'rectRot',
  baseline: 'crossRot',
};
const DASH_OF = {dense: [], spatial: [6, 3], delta: [], selective: [8, 3, 2, 3], baseline: [2, 2]};

// Names of the result as a reader says them.
const WORDS = {
  dram: 'DRAM',
  glb: 'global buffer',
  noc: 'NoC',
  pe: 'PEs',
  rf: 'register files',
  delta_unit: 'delta unit',
  state_memory: 'state memory',
  partial_sum: 'partial sums',
  weight: 'weights',
  activation: 'activations',
  index: 'indices',
  compute: 'arithmetic',
  no_event: 'no event to work on',
  fifo_full: 'FIFO full',
  weights: 'waiting for weights',
  drain: 'drain of results',
  unmapped: 'no work mapped',
  MACs: 'executed MACs',
  array: 'PE array',
  active_standby: 'active standby',
  precharged_standby: 'precharged standby',
  active_power_down: 'active power-down',
  precharged_power_down: 'precharged power-down',
  self_refresh: 'self-refresh',
  refresh_bank: 'refresh of a bank',
};
const word = name => WORDS[name] || name.replaceAll('_', ' ');
/** A key of `provenance`: those of --set are paths of keys and stay as they are. */
const keyName = key => (key.startsWith('set_') ? '--set ' + key.slice(4) : key.replaceAll('_', ' '));
/** A colour for each name, no two alike as long as there are enough: its own one where it has one. */
function coloursOf(names) {
  const taken = new Map();
  for (const name of names) {
    const own = COLOUR_OF[name];
    if (own && ![...taken.values()].includes(own)) taken.set(name, own);
  }
  const free = COLOURS.filter(ink => ![...taken.values()].includes(ink));
  return names.map((name, i) => taken.get(name) || free.shift() || COLOURS[i % COLOURS.length]);
}
const colour = (name, i) => COLOUR_OF[name] || COLOURS[i % COLOURS.length];

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const there = value => value !== null && value !== undefined && Number.isFinite(value);

/** Four significant digits, or a dash for what there is not. */
function number(value) {
  if (!there(value)) return '–';
  if (value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-3)) return value.toExponential(2);
  return value.toLocaleString('en', {maximumSignificantDigits: 4});
}
const times = value =>
  there(value)
    ? value.toLocaleString('en', {minimumSignificantDigits: 3, maximumSignificantDigits: 3}) + '×'
    : '–';
const percent = value => (there(value) ? (100 * value).toFixed(1) + ' %' : '–');

/** A label of a chart as lines of at most `width` letters. */
function lines(text, width) {
  const found = [''];
  for (const part of text.split(' ')) {
    const last = found.length - 1;
    if (found[last] && found[last].length + part.length >= width) found.push(part);
    else found[last] += (found[last] ? ' ' : '') + part;
  }
  return found;
}

function section(id, title, sentence) {
  const node = element('section', {id}, element('h2', {}, title), element('p', {}, sentence));
  document.getElementById('page').append(node);
  return node;
}

/** Says what is not there; true where that is so. */
function missing(node, part) {
  if (!part.missing) return false;
  node.append(element('p', {class: 'missing'}, part.missing));
  return true;
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const drawn = [];

function charts(node) {
  const grid = element('div', {class: 'charts'});
  node.append(grid);
  return grid;
}

/** Adds a chart with its caption (what it shows, with units) and gives the Chart. */
function chart(parent, label, caption, config, height = '') {
  const canvas = element('canvas', {role: 'img', 'aria-label': `${label}. ${caption}`});
  const frame = element('div', {class: 'canvas ' + height}, canvas);
  parent.append(element('figure', {}, element('h3', {}, label), frame, element('figcaption', {}, caption)));
  config.options = Object.assign(
    {responsive: true, maintainAspectRatio: false, animation: false},
    config.options,
  );
  const made = new Chart(canvas, config);
  drawn.push(made);
  return made;
}

/** Gives charts the colours of the page's scheme, light or dark, and draws them. */
function theme(charts = drawn) {
  const ink = css('--ink'),
    line = css('--line');
  Chart.defaults.color = ink;
  for (const made of charts) {
    for (const axis of Object.values(made.options.scales || {})) {
      axis.ticks.color = ink;
      axis.grid.color = line;
      axis.grid.borderColor = line;
      if (axis.title) axis.title.color = ink;
    }
    const legend = made.options.plugins.legend;
    if (legend && legend.labels) legend.labels.color = ink;
    for (const set of made.data.datasets) if (set.inked) set.borderColor = ink;
    made.update('none');
  }
}

const axis = (text, more = {}) => Object.assign({title: {display: true, text}}, more);
const legend = (more = {}) =>
  Object.assign({position: 'bottom', labels: {boxWidth: 12, boxHeight: 12, padding: 8}}, more);
const lineLegend = () => legend({labels: {usePointStyle: true, boxWidth: 8, boxHeight: 8, padding: 10}});

/** Writes each bar's value behind its end. */
const VALUES_AT_BARS = {
  id: 'valuesAtBars',
  afterDatasetsDraw(made) {
    const context = made.ctx;
    context.save();
    context.fillStyle = css('--ink');
    context.font = `12px ${Chart.defaults.font.family}`;
    context.textBaseline = 'middle';
    made.getDatasetMeta(0).data.forEach((bar, i) => {
      context.fillText(times(made.data.datasets[0].data[i]), bar.x + 5, bar.y);
    });
    context.restore();
  },
};

/** Only powers of ten and their halves and doubles carry a label. */
const logTick = value => {
  const first = String(value.toExponential()).slice(0, 1);
  return ['1', '2', '5'].includes(first) ? number(value) : '';
};

/** Horizontal bars, one a name of `names`; `parts` are stacked, or beside each other. */
function bars(parent, label, caption, unit, names, parts, together = true, height = '') {
  const inks = coloursOf(parts.map(part => part.name));
  return chart(
    parent,
    label,
    caption,
    {
      type: 'bar',
      data: {
        labels: names.map(name => lines(name, 18)),
        datasets: parts.map((part, i) => ({
          label: word(part.name),
          data: part.values,
          backgroundColor: inks[i],
          borderWidth: 0,
        })),
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: axis(unit, {stacked: together, beginAtZero: true}),
          y: {stacked: together, grid: {display: false}},
        },
        plugins: {
          legend: legend(),
          tooltip: {
            callbacks: {
              title: items => names[items[0].dataIndex],
              label: item => `${item.dataset.label}: ${number(item.raw)} ${unit}`,
            },
          },
        },
      },
    },
    height,
  );
}

/** Which part of a long list is shown: "51 to 100 of 240", and buttons to turn to the next. */
function pager(turn) {
  const said = element('span', {class: 'shown'});
  const back = element('button', {type: 'button', class: 'back'}, 'Back');
  const next = element('button', {type: 'button', class: 'next'}, 'Next');
  let from = 0,
    step = 0;
  const by = way => () => {
    from += way * step;
    turn();
  };
  back.addEventListener('click', by(-1));
  next.addEventListener('click', by(1));
  return {
    node: element('div', {class: 'controls pager'}, said, back, next),
    first: () => (from = 0),
    part(rows, most) {
      step = most;
      const end = Math.min(rows.length, from + most);
      said.textContent = rows.length ? `${from + 1} to ${end} of ${rows.length}` : 'none';
      back.hidden = next.hidden = rows.length <= most;
      back.disabled = from === 0;
      next.disabled = end === rows.length;
      return most < Infinity ? rows.slice(from, end) : rows;
    },
  };
}

/**
 * A table that is sorted by a click on a heading.
 * Columns: {name, title, unit (second line), text (left-aligned), show (value -> string or node)}.
 * Rows are objects by the columns' names. Of more than `most` rows a part is shown, with buttons for the others.
 */
function sortable(parent, id, columns, rows, most = Infinity) {
  const head = element('tr');
  const body = element('tbody');
  const table = element('table', {id}, element('thead', {}, head), body);
  const turned = pager(() => fill());
  let sortedBy = null;
  let sign = 1;
  const cell = (column, row) => {
    const value = row[column.name];
    const shown = column.show ? column.show(value, row) : (value ?? '–');
    return element('td', {class: column.text ? 'text ' + (column.wrap ? 'wrap' : '') : ''}, shown);
  };
  const fill = () =>
    body.replaceChildren(
      ...turned.part(rows, most).map(row => element('tr', {class: row.mark || ''}, ...columns.map(column => cell(column, row)))),
    );
  const order = (a, b) => {
    const x = a[sortedBy.name],
      y = b[sortedBy.name];
    if (typeof x === 'string' || typeof y === 'string') {
      return sign * String(x ?? '').localeCompare(String(y ?? ''), 'en', {numeric: true});
    }
    return sign * ((x ?? -Infinity) - (y ?? -Infinity));
  };
  for (const column of columns) {
    const button = element('button', {type: 'button', title: 'Sort by ' + column.title}, column.title);
    if (column.unit) button.append(element('small', {}, column.unit));
    const heading = element(
      'th',
      {scope: 'col', class: column.text ? 'text' : '', 'data-name': column.name},
      button,
    );
    button.addEventListener('click', () => {
      sign = sortedBy === column ? -sign : column.text ? 1 : -1;
      sortedBy = column;
      for (const other of head.children) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      rows.sort(order);
      turned.first();
      fill();
    });
    head.append(heading);
  }
  fill();
  parent.append(element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': id}, table));
  if (most < Infinity) parent.append(turned.node);
  return {
    replace(newRows) {
      rows = newRows;
      turned.first();
      if (sortedBy) rows.sort(order);
      fill();
    },
  };
}

/** Rows of a name and a value each. */
function pairs(parent, id, rows) {
  parent.append(
    element(
      'div',
      {class: 'scroll whole'},
      element(
        'table',
        {id},
        element(
          'tbody',
          {},
          ...rows.map(([key, value]) =>
            element(
              'tr',
              {},
              element('th', {class: 'text', scope: 'row'}, key),
              element('td', {class: 'text wrap'}, value),
            ),
          ),
        ),
      ),
    ),
  );
}

function command(text) {
  return element('pre', {}, element('code', {}, text));
}

function choice(parent, label, values, chosen, changed) {
  const select = element('select', {}, ...values.map(value => element('option', {value}, value)));
  select.value = chosen;
  select.addEventListener('change', () => changed(select.value));
  parent.append(element('label', {}, label + ' ', select));
  return select;
}
