'use strict';
// Building blocks of the page: elements, numbers, charts, sortable tables.

const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999', '#882255', '#44aa99'];

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A number with four significant digits, or a dash for what there is not. */
function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) return value.toExponential(digits - 1);
  return value.toLocaleString('en', {maximumSignificantDigits: digits});
}
const times = value => number(value, 3) + (Number.isFinite(value) ? '×' : '');
const percent = value => (Number.isFinite(value) ? (100 * value).toFixed(1) + ' %' : '–');

function section(id, title, sentence) {
  const node = element('section', {id}, element('h2', {}, title), element('p', {}, sentence));
  document.getElementById('page').append(node);
  return node;
}

function missing(node, what) {
  node.append(element('p', {class: 'missing'}, what));
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const drawn = [];
/** Adds a chart with its caption and gives the Chart. `table` is read by those who cannot see it. */
function chart(parent, label, caption, config) {
  const canvas = element('canvas', {role: 'img', 'aria-label': label});
  parent.append(element('figure', {}, element('div', {class: 'canvas'}, canvas), element('figcaption', {}, caption)));
  config.options = Object.assign({responsive: true, maintainAspectRatio: false, animation: false}, config.options);
  const made = new Chart(canvas, config);
  drawn.push(made);
  return made;
}

function theme() {
  Chart.defaults.color = css('--ink');
  Chart.defaults.borderColor = css('--line');
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const made of drawn) {
    for (const axis of Object.values(made.options.scales || {})) {
      axis.ticks = Object.assign({}, axis.ticks, {color: css('--ink')});
      axis.grid = Object.assign({}, axis.grid, {color: css('--line')});
      if (axis.title) axis.title.color = css('--ink');
    }
    if (made.options.plugins && made.options.plugins.legend) {
      made.options.plugins.legend.labels = Object.assign({}, made.options.plugins.legend.labels, {color: css('--ink')});
    }
    made.update('none');
  }
}

const axis = (text, more = {}) => Object.assign({title: {display: true, text}}, more);

function stacked(parent, label, caption, unit, names, parts) {
  return chart(parent, label, caption, {
    type: 'bar',
    data: {labels: names, datasets: parts.map((part, i) => ({label: part.name, data: part.values, backgroundColor: COLOURS[i % COLOURS.length]}))},
    options: {
      indexAxis: 'y',
      scales: {x: axis(unit, {stacked: true, beginAtZero: true}), y: {stacked: true}},
      plugins: {
        legend: {position: 'bottom', labels: {boxWidth: 12}},
        tooltip: {callbacks: {label: item => `${item.dataset.label}: ${number(item.raw)} ${unit}`}},
      },
    },
  });
}

/**
 * A table that is sorted by a click on a heading. Columns: {name, title, text (bool), show (value -> string)}.
 * Rows are objects by the columns' names.
 */
function sortable(parent, id, columns, rows) {
  const head = element('tr');
  const body = element('tbody');
  const table = element('table', {id}, element('thead', {}, head), body);
  let sortedBy = null;
  let sign = 1;
  const fill = () => body.replaceChildren(...rows.map(row => element('tr', {}, ...columns.map(column => {
    const value = row[column.name];
    return element('td', {class: column.text ? 'text' : ''}, column.show ? column.show(value) : String(value ?? '–'));
  }))));
  const order = (a, b) => {
    const x = a[sortedBy.name], y = b[sortedBy.name];
    if (typeof x === 'string' || typeof y === 'string') return sign * String(x).localeCompare(String(y), 'en', {numeric: true});
    return sign * ((x ?? -Infinity) - (y ?? -Infinity));
  };
  for (const column of columns) {
    const button = element('button', {type: 'button', title: 'Sort by ' + column.title}, column.title);
    const cell = element('th', {scope: 'col', class: column.text ? 'text' : ''}, button);
    button.addEventListener('click', () => {
      sign = sortedBy === column ? -sign : (column.text ? 1 : -1);
      sortedBy = column;
      for (const other of head.children) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      rows.sort(order);
      fill();
    });
    head.append(cell);
  }
  fill();
  parent.append(element('div', {class: 'scroll', tabindex: '0'}, table));
  return {replace(newRows) { rows = newRows; if (sortedBy) rows.sort(order); fill(); }};
}

function choice(parent, label, values, changed) {
  const select = element('select', {}, ...values.map(value => element('option', {value}, value)));
  select.addEventListener('change', () => changed(select.value));
  parent.append(element('label', {}, label + ' ', select));
  return select;
}
