// The Pareto front of a sweep. `model` is made by report/sweep_page.cpp; a row is a position in its columns.

// From few to much, for parameters of numbers.
const SCALE = ['#0072b2', '#56b4e9', '#009e73', '#e69f00', '#d55e00'];
const MOST_COLOURS = 10;
const IN_SET = 'Pareto set';

/** A colour between those of SCALE; `share` 0 to 1. */
function scaled(share) {
  const at = share * (SCALE.length - 1),
    low = Math.min(SCALE.length - 2, Math.floor(at));
  const part = (ink, i) => parseInt(ink.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map(i =>
    Math.round(part(SCALE[low], i) + (at - low) * (part(SCALE[low + 1], i) - part(SCALE[low], i))),
  );
  return '#' + mixed.map(value => value.toString(16).padStart(2, '0')).join('');
}

/** Levels of a parameter as groups of one colour each: {name, ink, has(level)}. */
function levelGroups(parameter, levels) {
  const tried = [...new Set(levels)].sort((a, b) => a - b);
  if (parameter.ordered) {
    const groups = Math.min(tried.length, MOST_COLOURS);
    const group = level => Math.floor((tried.indexOf(level) * groups) / tried.length);
    return Array.from({length: groups}, (_, g) => {
      const own = tried.filter(level => group(level) === g).map(level => parameter.levels[level]);
      const name = own.length > 1 ? `${own[0]} to ${own[own.length - 1]}` : own[0];
      return {name, ink: scaled(groups > 1 ? g / (groups - 1) : 0), has: level => group(level) === g};
    });
  }
  const few = tried.length > MOST_COLOURS ? MOST_COLOURS - 1 : tried.length;
  const groups = tried.slice(0, few).map((own, i) => ({
    name: parameter.levels[own],
    ink: COLOURS[i],
    has: level => level === own,
  }));
  if (few < tried.length)
    groups.push({
      name: `${tried.length - few} others`,
      ink: COLOURS[7],
      has: level => !tried.slice(0, few).includes(level),
    });
  return groups;
}

/** What a point is: its parameters, objectives and rank, a line each. */
function pointLines(model, row) {
  const {axes, objectives, points, front} = model;
  const varied = axes.map((parameter, a) => [parameter, a]).filter(([parameter]) => parameter.tried > 1);
  const found = [
    ...varied.map(([parameter, a]) => `${parameter.label}: ${parameter.levels[points.levels[a][row]]}`),
    ...objectives.map((o, i) => `${o.name}: ${number(points.values[i][row])} ${o.unit}`.trim()),
  ];
  if (front.all && front.all.knee === row) found.push('the knee');
  else if (front.all && front.all.rows.includes(row)) found.push('not dominated');
  return found;
}

const doneRows = model =>
  model.points.status.flatMap((status, row) =>
    status === 'done' && model.points.values.every(values => there(values[row])) ? [row] : [],
  );

/** The datasets of the chart of two objectives. */
function frontSets(model, x, y, colourBy) {
  const {points, axes, front} = model;
  const pair = front.pairs.find(p => p.objectives.includes(x) && p.objectives.includes(y));
  const best = new Set((front.all || pair).rows);
  const place = row => ({x: points.values[x][row], y: points.values[y][row], row});
  const cloud = (name, rows, ink) => ({
    label: name,
    data: rows.map(place),
    points: true,
    backgroundColor: ink + 'b0',
    pointRadius: rows.map(row => (best.has(row) ? 5 : 3)),
    pointBorderColor: rows.map(row => (best.has(row) ? css('--ink') : ink + '80')),
    pointBorderWidth: rows.map(row => (best.has(row) ? 1.5 : 0.5)),
    pointHitRadius: 4,
  });
  const rows = doneRows(model);
  const parameter = axes.findIndex(candidate => candidate.label === colourBy);
  const sets =
    parameter < 0
      ? [
          cloud(
            'dominated',
            rows.filter(row => !best.has(row)),
            COLOURS[7],
          ),
          cloud(
            'not dominated',
            rows.filter(row => best.has(row)),
            COLOURS[0],
          ),
        ]
      : levelGroups(
          axes[parameter],
          rows.map(row => points.levels[parameter][row]),
        ).map(group =>
          cloud(
            `${colourBy} ${group.name}`,
            rows.filter(row => group.has(points.levels[parameter][row])),
            group.ink,
          ),
        );
  sets.push({
    label: 'front of these two',
    type: 'line',
    data: pair.rows.map(place),
    stepped: 'before',
    inked: true,
    borderColor: css('--ink'),
    borderWidth: 1.5,
    pointRadius: 0,
    pointStyle: 'line',
  });
  const knee = (front.all || pair).knee;
  if (there(knee))
    sets.unshift({
      label: 'knee',
      data: [place(knee)],
      pointStyle: 'star',
      pointRadius: 12,
      inked: true,
      borderColor: css('--ink'),
      pointBorderWidth: 2,
      backgroundColor: '#0000',
    });
  return sets.filter(set => set.data.length > 0);
}

const wide = values => {
  const known = values.filter(there);
  const low = Math.min(...known);
  return low > 0 && Math.max(...known) / low > 30;
};

function frontChart(model, node, chosen) {
  const {points, objectives} = model;
  const made = chart(
    charts(node),
    'Designs',
    '',
    {
      type: 'scatter',
      data: {datasets: []},
      options: {
        scales: {x: axis(''), y: axis('')},
        plugins: {
          legend: lineLegend(),
          tooltip: {
            filter: (item, i, items) => items.findIndex(other => other.dataset.points) === i,
            callbacks: {
              title: items => (items.length ? `point ${points.ids[items[0].raw.row]}` : ''),
              label: item => pointLines(model, item.raw.row),
            },
          },
        },
      },
    },
    'taller',
  );
  const caption = made.canvas.closest('figure').querySelector('figcaption');
  const aim = o => `${o.name} is better ${o.minimised ? 'smaller' : 'larger'}`;
  return () => {
    const {x, y} = chosen;
    const scale = () =>
      chosen.log
        ? {type: 'logarithmic', ticks: {callback: logTick}, grid: {}}
        : {type: 'linear', ticks: {}, grid: {}};
    made.data.datasets = frontSets(model, x, y, chosen.colour);
    made.options.scales = {
      x: axis(objectives[x].title, scale()),
      y: axis(objectives[y].title, scale()),
    };
    caption.textContent =
      `${aim(objectives[x])}, ${aim(objectives[y])}. Ringed: not dominated in all objectives. ` +
      'The line joins those that no other design beats in these two. Hover a point for its design.';
    theme([made]);
  };
}

function frontControls(model, node, chosen, draw) {
  const {axes, objectives, points} = model;
  const controls = element('div', {class: 'controls'});
  node.append(controls);
  const names = objectives.map(o => o.name);
  const pick = (own, other) => name => {
    const before = chosen[own];
    chosen[own] = names.indexOf(name);
    if (chosen[other] === chosen[own]) chosen[other] = before;
    boxes[other].value = names[chosen[other]];
    draw();
  };
  const boxes = {
    x: choice(controls, 'x', names, names[chosen.x], pick('x', 'y')),
    y: choice(controls, 'y', names, names[chosen.y], pick('y', 'x')),
  };
  const labels = axes.filter(parameter => parameter.tried > 1).map(parameter => parameter.label);
  choice(controls, 'colour', [IN_SET, ...labels], IN_SET, name => {
    chosen.colour = name;
    draw();
  });
  const positive = points.values.every(values => values.every(value => !there(value) || value > 0));
  if (positive)
    choice(controls, 'axes', ['linear', 'logarithmic'], chosen.log ? 'logarithmic' : 'linear', name => {
      chosen.log = name === 'logarithmic';
      draw();
    });
}

/** One objective has a best design and no front: the designs by rank. */
function ranking(model, node) {
  const {points, objectives} = model;
  const sign = objectives[0].minimised ? 1 : -1;
  const rows = doneRows(model).sort((a, b) => sign * (points.values[0][a] - points.values[0][b]));
  const made = chart(charts(node), 'Designs by rank', `${objectives[0].title} of every design, the best first. Hover a point.`, {
    type: 'scatter',
    data: {
      datasets: [
        {
          label: objectives[0].name,
          data: rows.map((row, i) => ({x: i + 1, y: points.values[0][row], row})),
          backgroundColor: COLOURS[0],
          pointRadius: rows.length > 300 ? 2 : 4,
          pointHitRadius: 4,
        },
      ],
    },
    options: {
      scales: {
        x: axis('rank'),
        y: axis(objectives[0].title, wide(points.values[0]) ? {type: 'logarithmic', ticks: {callback: logTick}} : {}),
      },
      plugins: {
        legend: {display: false},
        tooltip: {
          filter: (item, i) => i === 0,
          callbacks: {
            title: items => (items.length ? `point ${points.ids[items[0].raw.row]}, rank ${items[0].raw.x}` : ''),
            label: item => pointLines(model, item.raw.row),
          },
        },
      },
    },
  });
  theme([made]);
}

function kneeText(model) {
  const {front, points, objectives} = model;
  if (!there(front.all.knee))
    return 'The Pareto set has no knee: it has fewer than three designs, or none lies below the line (plane) through its extremes.';
  const row = front.all.knee;
  const costs = objectives.map((o, i) => `${o.name} ${number(points.values[i][row])} ${o.unit}`.trim());
  return (
    `The knee, point ${points.ids[row]} (${costs.join(', ')}), is the design of the Pareto set that lies farthest ` +
    'below the line (plane) through the extremes of the set, each objective scaled to 0 to 1 over it: to either side of it ' +
    'a small gain in one objective costs much of another.'
  );
}

function front(model) {
  const {objectives, points} = model;
  const single = objectives.length === 1;
  const node = section(
    'front',
    single ? 'Designs' : 'Pareto front',
    single
      ? 'There is one objective, so that there is a best design and no front.'
      : 'Every design in two objectives. A design is dominated where another is as good in all objectives and better in one.',
  );
  if (missing(node, model.front)) return;
  if (doneRows(model).length === 0)
    return missing(node, {missing: 'No design has finite values in all objectives.'});
  if (single) return ranking(model, node);
  const chosen = {x: 0, y: 1, colour: IN_SET, log: false};
  chosen.log = wide(points.values[0]) || wide(points.values[1]);
  const controls = element('div');
  node.append(controls);
  const draw = frontChart(model, node, chosen);
  frontControls(model, controls, chosen, draw);
  draw();
  node.append(element('p', {class: 'note', id: 'knee'}, kneeText(model)));
  const best = model.front.all;
  node.append(element('h3', {}, `The ${best.rows.length} designs that are not dominated`));
  sortable(
    node,
    'front-table',
    pointColumns(model),
    pointRows(model, best.rows, row => row === best.knee),
    25,
  );
}
