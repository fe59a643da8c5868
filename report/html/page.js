// The page: about one run, or about several side by side.

function comparison(model) {
  const all = model.comparison;
  const node = section(
    'comparison',
    'Side by side',
    `Figures of a frame (all streams) of every run in one mode; a ratio is ` +
      `${all.runs[0]} divided by the run, so that above 1× the run needs less.`,
  );
  for (const difference of all.differences)
    node.append(element('p', {class: 'warning difference'}, 'Does not compare: ' + difference));
  const controls = element('div', {class: 'controls'});
  const body = element('div');
  node.append(controls, body);
  const show = name => {
    body.replaceChildren();
    for (const old of drawn.splice(0)) old.destroy();
    comparedMode(
      body,
      all,
      all.modes.find(mode => mode.name === name),
    );
    theme();
  };
  choice(
    controls,
    'mode',
    all.modes.map(mode => mode.name),
    all.shown,
    show,
  );
  show(all.shown);
}

function comparedMode(node, all, mode) {
  const absent = mode.rows.filter(row => row.not_run).map(row => row.run);
  if (absent.length > 0)
    node.append(
      element('p', {class: 'missing'}, `${absent.join(', ')}: ${mode.name} execution was not run.`),
    );
  const ratio = (name, title) => ({name: 'ratio_' + name, title, unit: 'ratio', show: times});
  sortable(
    node,
    'comparison-table',
    [
      {name: 'run', title: 'run', text: true},
      {name: 'energy_mJ', title: 'energy', unit: 'mJ a frame', show: number},
      ratio('energy_mJ', 'energy'),
      {name: 'time_ms', title: 'time', unit: 'ms a frame', show: number},
      ratio('time_ms', 'time'),
      {name: 'dram_MB', title: 'DRAM', unit: 'MB a frame', show: number},
      ratio('dram_MB', 'DRAM'),
      {name: 'GMAC', title: 'MACs', unit: 'billions a frame', show: number},
      ratio('GMAC', 'MACs'),
      {name: 'state_MiB', title: 'state kept', unit: 'MiB', show: number},
    ],
    mode.rows.slice(),
  );
  const grid = charts(node);
  const {runs, by_component: components, by_data: data} = mode.energy;
  bars(
    grid,
    'Energy by component',
    'Millijoules a frame by the component that spends them.',
    'mJ a frame',
    runs,
    components,
  );
  bars(
    grid,
    'Energy by kind of data',
    'Millijoules a frame by the data they are spent on.',
    'mJ a frame',
    runs,
    data,
  );
}

function comparedClaims(model) {
  const node = section(
    'claims',
    'Claims',
    'Every run against its own dense execution (factors), and the estimated area of its chip; a dash: not run, or not estimated.',
  );
  sortable(
    node,
    'claims-table',
    [
      {name: 'run', title: 'run', text: true},
      {name: 'ideal_reduction', title: 'ideal', unit: '1 / density', show: times},
      {name: 'mac_reduction', title: 'MACs', unit: 'times fewer', show: times},
      {name: 'cycle_reduction', title: 'time', unit: 'times less', show: times},
      {name: 'dram_access_reduction', title: 'DRAM accesses', unit: 'times fewer', show: times},
      {name: 'energy_reduction', title: 'energy', unit: 'times less', show: times},
      {name: 'area_mm2', title: 'area', unit: 'mm²', show: number},
    ],
    model.comparison.claims,
  );
}

function varied(model) {
  const all = model.comparison;
  const node = section(
    'varied',
    'What differs',
    'Provenance that is not the same in all runs, and the command that makes each again.',
  );
  const columns = all.runs.map((run, i) => ({name: 'run' + i, title: run, text: true, wrap: true}));
  sortable(
    node,
    'varied-table',
    [{name: 'key', title: 'key', text: true}, ...columns],
    all.varied.map(row =>
      Object.assign({key: keyName(row.key)}, ...row.values.map((value, i) => ({['run' + i]: value}))),
    ),
  );
  for (const [run, text] of all.commands) node.append(element('p', {}, run + ':'), command(text));
}

const RUN_PARTS = [
  ['claim', 'Claim', claim],
  ['energy', 'Energy', energy],
  ['layers', 'Layers', layers],
  ['sparsity', 'Sparsity', sparsity],
  ['frames', 'Frames', frames],
  ['realtime', 'Real time', realTime],
  ['state', 'State', state],
  ['utilization', 'Utilization', utilization],
  ['roofline', 'Roofline', roofline],
  ['selective', 'Selective', selective],
  ['dram', 'DRAM', dram],
  ['area', 'Area', area],
  ['table', 'Energy table', energyTable],
  ['provenance', 'Provenance', provenance],
];
const COMPARISON_PARTS = [
  ['comparison', 'Side by side', comparison],
  ['claims', 'Claims', comparedClaims],
  ['varied', 'What differs', varied],
];

function page(model) {
  const head = document.getElementById('page');
  const parts = model.run ? RUN_PARTS : COMPARISON_PARTS;
  head.append(element('h1', {}, model.title), element('p', {class: 'subtitle'}, model.subtitle));
  head.append(
    element(
      'nav',
      {'aria-label': 'Sections'},
      ...parts.map(([id, title]) => element('a', {href: '#' + id}, title)),
    ),
  );
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  if (model.run) notes(model.run);
  for (const [, , part] of parts) part(model.run || model);
  theme();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme());
}

page(JSON.parse(document.getElementById('model').textContent));
