// The page about a sweep. `model` is made by report/sweep_page.cpp, a section's part under the key of its row below.

const PAGE_ROWS = 50;
const STATUS = {done: 'done', failed: 'failed', timed_out: 'timed out', open: 'not evaluated'};

function question(model) {
  const node = section('question', 'Question', model.question.description || 'The sweep file states none.');
  node.append(
    element(
      'div',
      {class: 'tiles'},
      ...model.question.tiles.map(tile =>
        element('div', {class: 'tile'}, element('b', {}, number(tile.value)), element('span', {}, tile.text)),
      ),
    ),
  );
  const {notes} = model.question;
  if (notes.length > 0) node.append(element('p', {class: 'warning'}, notes.join('; ') + '.'));
}

function findings(model) {
  const node = section('findings', 'Findings', 'Computed from the points below.');
  node.append(element('p', {class: 'findings'}, model.findings.sentences.join(' ').replaceAll(' %', '\u00a0%')));
  for (const note of model.findings.notes) node.append(element('p', {class: 'note'}, note));
}

/** Columns of a table of points: those of parameters sort by level, not by letters. */
function pointColumns(model) {
  const {axes, objectives} = model;
  return [
    {name: 'id', title: 'point', show: String},
    ...axes.map((parameter, a) => ({
      name: 'level' + a,
      title: parameter.label,
      text: true,
      show: level => parameter.levels[level],
    })),
    ...objectives.map((o, i) => ({name: 'value' + i, title: o.name, unit: o.unit || ' ', show: number})),
    {name: 'rank', title: 'rank', text: true},
  ];
}

function pointRows(model, rows, is_knee) {
  const {axes, objectives, points, front} = model;
  const best = new Set(front.all ? front.all.rows : []);
  return rows.map(row => {
    const made = {id: points.ids[row], rank: is_knee(row) ? 'knee' : best.has(row) ? 'not dominated' : ''};
    axes.forEach((_, a) => (made['level' + a] = points.levels[a][row]));
    objectives.forEach((_, o) => (made['value' + o] = points.values[o][row]));
    made.status = STATUS[points.status[row]];
    made.wall = points.wall_s[row];
    made.error = there(points.error[row]) ? points.messages[points.error[row]] : '';
    return made;
  });
}

/** One box a parameter, one of the status, and a word to look for. */
function pointFilters(model, controls, changed) {
  const {axes} = model;
  const tests = new Map();
  const every = 'all';
  const add = (label, values, test) =>
    choice(controls, label, [every, ...values], every, value => {
      if (value === every) tests.delete(label);
      else tests.set(label, row => test(row, value));
      changed();
    });
  axes.forEach((parameter, a) => {
    if (parameter.tried > 1 && parameter.levels.length <= 60)
      add(parameter.label, parameter.levels, (row, value) => parameter.levels[row['level' + a]] === value);
  });
  add('status', ['not dominated', ...Object.values(STATUS)], (row, value) =>
    value === 'not dominated' ? row.rank !== '' : row.status === value,
  );
  const word = element('input', {type: 'search', placeholder: 'word or point number'});
  word.addEventListener('input', () => {
    const wanted = word.value.trim().toLowerCase();
    const texts = row => [row.id, row.error, row.rank, ...axes.map((p, a) => p.levels[row['level' + a]])];
    if (wanted) tests.set('word', row => texts(row).some(text => String(text).toLowerCase().includes(wanted)));
    else tests.delete('word');
    changed();
  });
  controls.append(element('label', {}, 'find ', word));
  return row => [...tests.values()].every(test => test(row));
}

function points(model) {
  const all = model.points;
  const node = section(
    'points',
    'All points',
    'Every point of the sweep, also those that failed. Click a heading to sort; sweep.csv has them all.',
  );
  if (all.ids.length === 0) return missing(node, {missing: 'The sweep has no point yet.'});
  if (all.ids.length < all.all)
    node.append(
      element(
        'p',
        {class: 'note', id: 'left-out'},
        `${all.all} points are more than a page can hold: ${all.ids.length} of them are drawn and listed, ` +
          'the Pareto set and others evenly. Findings and effects are of all; sweep.csv has every one.',
      ),
    );
  const controls = element('div', {class: 'controls'});
  node.append(controls);
  const knee = model.front.all ? model.front.all.knee : null;
  const rows = pointRows(model, [...all.ids.keys()], row => row === knee);
  const columns = [
    ...pointColumns(model),
    {name: 'status', title: 'status', text: true},
    {name: 'wall', title: 'took', unit: 's', show: number},
  ];
  if (all.messages.length > 0) columns.push({name: 'error', title: 'message', text: true, wrap: true});
  const table = sortable(node, 'points-table', columns, rows.slice(), PAGE_ROWS);
  const passes = pointFilters(model, controls, () => table.replace(rows.filter(passes)));
}

function failures(model) {
  const node = section('failures', 'Failures', 'Points that could not be evaluated, by their message.');
  const {rows, messages} = model.failures;
  if (rows.length === 0) return missing(node, {missing: 'No point failed.'});
  if (messages > rows.length)
    node.append(
      element('p', {class: 'note'}, `The ${rows.length} most frequent of ${messages} messages; sweep.csv has all.`),
    );
  sortable(
    node,
    'failures-table',
    [
      {name: 'count', title: 'points', show: String},
      {name: 'status', title: 'status', text: true, show: status => STATUS[status]},
      {name: 'message', title: 'message', text: true, wrap: true},
      {
        name: 'points',
        title: 'which',
        text: true,
        wrap: true,
        show: (ids, row) => ids.join(', ') + (row.count > ids.length ? ', …' : ''),
      },
    ],
    rows,
  );
}

function provenance(model) {
  const node = section(
    'provenance',
    'Provenance',
    'What the points were made from, and the command that makes them again.',
  );
  if (model.provenance.command) node.append(command(model.provenance.command));
  pairs(
    node,
    'provenance-table',
    model.provenance.rows.map(([key, value]) => [
      keyName(key),
      value.includes('\n') ? command(value) : value,
    ]),
  );
}

const SWEEP_PARTS = [
  ['question', 'Question', question],
  ['findings', 'Findings', findings],
  ['front', 'Pareto front', front],
  ['effects', 'Parameters', effects],
  ['clips', 'Clips', clips],
  ['points', 'Points', points],
  ['failures', 'Failures', failures],
  ['provenance', 'Provenance', provenance],
];

function sweepPage(model) {
  const parts = SWEEP_PARTS.filter(([key]) => model[key]);
  document.getElementById('page').append(
    element('h1', {}, model.title),
    element('p', {class: 'subtitle'}, model.subtitle),
    element(
      'nav',
      {'aria-label': 'Sections'},
      ...parts.map(([id, title]) => element('a', {href: '#' + id}, title)),
    ),
  );
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const [, , part] of parts) part(model);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme());
}

sweepPage(JSON.parse(document.getElementById('model').textContent));
