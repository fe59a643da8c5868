'use strict';
// The page of one run. MODEL is written by report/html_report.cpp; its units are in its names.

function claim(run) {
  const node = section('claim', 'The claim, and what is left of it',
    'The ideal reduction is one over the density of the delta maps; every step takes away what hardware pays for. All bars are factors against the same work done densely.');
  const tiles = element('div', {class: 'tiles'});
  for (const tile of run.tiles) tiles.append(element('div', {class: 'tile'}, element('b', {}, tile.value === null ? '–' : times(tile.value)), element('span', {}, tile.text)));
  node.append(tiles);
  if (run.waterfall.length === 0) {
    missing(node, run.waterfall_missing);
  } else {
    const charts = element('div', {class: 'charts'});
    node.append(charts);
    chart(charts, 'Waterfall of the reduction', 'What is left of the ideal reduction (factor against dense execution), step by step.', {
      type: 'bar',
      data: {labels: run.waterfall.map(step => step.text), datasets: [{label: 'reduction', data: run.waterfall.map(step => step.reduction), backgroundColor: run.waterfall.map((step, i) => i === 0 ? COLOURS[7] : COLOURS[0])}]},
      options: {indexAxis: 'y', scales: {x: axis('reduction against dense (factor)', {beginAtZero: true})}, plugins: {legend: {display: false}, tooltip: {callbacks: {label: item => times(item.raw)}}}},
    });
  }
  if (run.reductions.length > 0) {
    sortable(node, 'reductions', [
      {name: 'mode', title: 'mode', text: true}, {name: 'against', title: 'against', text: true},
      {name: 'macs', title: 'MACs', show: times}, {name: 'cycles', title: 'cycles', show: times},
      {name: 'dram', title: 'DRAM accesses', show: times}, {name: 'energy', title: 'energy', show: times},
    ], run.reductions);
  }
}

function energy(run) {
  const node = section('energy', 'Energy', 'Energy of a frame (all streams) by the component that spends it and by the data it is spent on, in millijoules.');
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  const names = run.modes.map(mode => mode.name);
  stacked(charts, 'Energy by component', 'By component: DRAM, global buffer, NoC, PEs, register files, delta unit, leakage.', 'mJ a frame', names, run.energy_by_component);
  stacked(charts, 'Energy by kind of data', 'By kind of data: what the joules are spent on.', 'mJ a frame', names, run.energy_by_data);
}

function layers(run) {
  const node = section('layers', 'Layers', 'Every layer of a stream in one mode: work, time, what bound it, energy and state. Click a heading to sort; hover a bar for its value.');
  const controls = element('div', {class: 'controls'});
  node.append(controls);
  let mode = run.modes[run.modes.length - 1], stream = mode.streams[0];
  const metrics = {
    'energy (mJ a frame)': 'energy_mJ', 'cycles a frame': 'cycles', 'executed MACs a frame': 'macs', 'state traffic (KiB a frame)': 'state_KiB', 'utilization': 'utilization',
  };
  let metric = Object.keys(metrics)[0];
  const charts = element('div', {class: 'charts'});
  const bars = chart(charts, 'Layers', 'One bar a layer, in execution order.', {
    type: 'bar', data: {labels: [], datasets: [{label: '', data: [], backgroundColor: COLOURS[0]}]},
    options: {scales: {x: {ticks: {maxRotation: 90, autoSkip: true}}, y: axis('', {beginAtZero: true})}, plugins: {legend: {display: false}, tooltip: {callbacks: {label: item => number(item.raw) + ' ' + metric}}}},
  });
  const columns = [
    {name: 'name', title: 'layer', text: true}, {name: 'execution', title: 'execution', text: true}, {name: 'bound_by', title: 'bound by', text: true},
    {name: 'skipped', title: 'MACs skipped', show: percent}, {name: 'macs', title: 'MACs a frame', show: number}, {name: 'cycles', title: 'cycles a frame', show: number},
    {name: 'energy_mJ', title: 'energy, mJ a frame', show: number}, {name: 'dram_KiB', title: 'DRAM, KiB a frame', show: number}, {name: 'state_KiB', title: 'state, KiB a frame', show: number},
    {name: 'utilization', title: 'used lanes', show: percent},
  ];
  const table = element('div');
  const rows = () => stream.layers.map(layer => Object.assign({}, layer));
  const sorted = sortable(table, 'layer-table', columns, rows());
  const refresh = () => {
    bars.data.labels = stream.layers.map(layer => layer.name);
    bars.data.datasets[0].data = stream.layers.map(layer => layer[metrics[metric]]);
    bars.options.scales.y.title.text = metric;
    bars.update('none');
    sorted.replace(rows());
  };
  choice(controls, 'mode', run.modes.map(m => m.name), value => { mode = run.modes.find(m => m.name === value); stream = mode.streams.find(s => s.name === stream.name) || mode.streams[0]; refresh(); }).value = mode.name;
  choice(controls, 'stream', mode.streams.map(s => s.name), value => { stream = mode.streams.find(s => s.name === value); refresh(); });
  choice(controls, 'bars show', Object.keys(metrics), value => { metric = value; refresh(); });
  node.append(charts, table);
  refresh();
}

function sparsity(run) {
  const node = section('sparsity', 'Sparsity of the delta sites', 'Share of zeros of every site, before (activations) and after taking the difference to the previous frame (deltas), and of pixels without any change.');
  if (run.sites.length === 0) return missing(node, 'The trace has no delta sites (imported masks have none).');
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  for (const stream of run.sites) {
    chart(charts, `Sparsity, ${stream.name} stream`, `${stream.name} stream: share of zeros (percent) by site, in execution order.`, {
      type: 'line',
      data: {labels: stream.names, datasets: [
        {label: 'activations', data: stream.activation.map(x => 100 * x), borderColor: COLOURS[0], backgroundColor: COLOURS[0]},
        {label: 'deltas', data: stream.temporal.map(x => x === null ? null : 100 * x), borderColor: COLOURS[5], backgroundColor: COLOURS[5], borderDash: [6, 3]},
        {label: 'unchanged pixels', data: stream.pixels.map(x => x === null ? null : 100 * x), borderColor: COLOURS[2], backgroundColor: COLOURS[2], borderDash: [2, 2]},
      ].map(set => Object.assign(set, {borderWidth: 2, pointRadius: 2}))},
      options: {interaction: {mode: 'index', intersect: false}, scales: {x: {ticks: {autoSkip: true, maxRotation: 90}}, y: axis('zeros (%)', {min: 0, max: 100})}, plugins: {legend: {position: 'bottom'}, tooltip: {callbacks: {label: item => `${item.dataset.label}: ${item.raw.toFixed(1)} %`}}}},
    });
  }
}

function frames(run) {
  const node = section('frames', 'Frames', 'Energy and time of every frame (all streams): scene changes stand out, and the first frame is dense in every mode.');
  if (run.frames.aggregated > 1) node.append(element('p', {class: 'note'}, `Long recording: each point is the mean of ${run.frames.aggregated} frames; frames.csv has every one.`));
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  for (const [key, unit, label] of [['energy_mJ', 'mJ', 'Energy'], ['time_ms', 'ms', 'Time'], ['dram_MB', 'MB', 'DRAM traffic']]) {
    chart(charts, label + ' by frame', `${label} of a frame (${unit}).`, {
      type: 'line',
      data: {labels: run.frames.numbers, datasets: run.frames.modes.map((mode, i) => ({label: mode.name, data: mode[key], borderColor: COLOURS[i], backgroundColor: COLOURS[i], borderWidth: 2, pointRadius: run.frames.numbers.length > 60 ? 0 : 2}))},
      options: {interaction: {mode: 'index', intersect: false}, scales: {x: axis('frame'), y: axis(`${label} (${unit})`, {beginAtZero: true})}, plugins: {legend: {position: 'bottom'}, tooltip: {callbacks: {label: item => `${item.dataset.label}: ${number(item.raw)} ${unit}`}}}},
    });
  }
}

function state(run) {
  const node = section('state', 'State memory', `What the layers must remember between frames; it lives in: ${run.state_place}. Footprint and traffic count every stream.`);
  sortable(node, 'state-table', [
    {name: 'mode', title: 'mode', text: true}, {name: 'footprint_MiB', title: 'footprint, MiB', show: number}, {name: 'traffic_MiB', title: 'traffic, MiB a frame', show: number},
    {name: 'energy_mJ', title: 'energy, mJ a frame', show: number}, {name: 'share', title: 'share of energy', show: percent}, {name: 'index_share', title: 'indices, share of energy', show: percent},
  ], run.state);
}

function stalls(run) {
  const node = section('utilization', 'Utilization and stalls', 'Where the MAC lanes’ cycles go: executed MACs, and lanes that waited, by cause.');
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  stacked(charts, 'Lane cycles by cause', 'Share of all lane cycles (percent); what is not MACs is a stall by its cause.', '%', run.modes.map(mode => mode.name), run.lane_cycles);
  stacked(charts, 'Busy time of resources', 'Share of the time (percent of cycles) in which a resource had work; they overlap, so bars may exceed 100 %.', '%', run.modes.map(mode => mode.name), run.busy);
}

function roofline(run) {
  const node = section('roofline', 'Roofline', 'Every layer as a point: executed MACs a DRAM byte against MACs a second; the lines are the accelerator’s peak and its DRAM bandwidth.');
  if (!run.roofline) return missing(node, 'This result does not hold the accelerator’s peak figures.');
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  const roof = run.roofline;
  const knee = roof.peak_macs_per_s / roof.dram_bytes_per_s;
  const low = Math.min(knee, roof.lowest) / 2, high = Math.max(knee, roof.highest) * 2;
  chart(charts, 'Roofline', `Peak ${number(roof.peak_macs_per_s / 1e9)} GMAC/s, DRAM ${number(roof.dram_bytes_per_s / 1e9)} GB/s; hover a point for its layer.`, {
    data: {datasets: [
      {type: 'line', label: 'roof', data: [low, knee, high].map(x => ({x, y: Math.min(roof.peak_macs_per_s, x * roof.dram_bytes_per_s)})), borderColor: css('--ink'), borderWidth: 1.5, pointRadius: 0},
      ...roof.modes.map((mode, i) => ({type: 'scatter', label: mode.name, data: mode.points, backgroundColor: COLOURS[i], pointRadius: 3, pointStyle: ['circle', 'triangle', 'rect', 'crossRot'][i % 4], borderColor: COLOURS[i]})),
    ]},
    options: {scales: {x: axis('executed MACs a DRAM byte', {type: 'logarithmic'}), y: axis('MAC/s', {type: 'logarithmic'})}, plugins: {legend: {position: 'bottom'}, tooltip: {callbacks: {label: item => item.raw.layer ? `${item.raw.layer}: ${number(item.raw.x)} MAC/B, ${number(item.raw.y)} MAC/s` : ''}}}},
  });
}

function selective(run) {
  const node = section('selective', 'Selective execution', 'Per layer the execution that selective placement chose, and the energy of all three it chose from (mJ over all frames).');
  if (run.choices.length === 0) return missing(node, 'Selective execution was not run.');
  sortable(node, 'choices', [
    {name: 'stream', title: 'stream', text: true}, {name: 'layer', title: 'layer', text: true}, {name: 'chosen', title: 'chosen', text: true},
    {name: 'dense_mJ', title: 'dense, mJ', show: number}, {name: 'spatial_mJ', title: 'spatial, mJ', show: number}, {name: 'delta_mJ', title: 'delta, mJ', show: number},
  ], run.choices);
}

function provenance(run) {
  const node = section('provenance', 'Provenance', 'What these figures were made from, and the command that makes them again.');
  node.append(element('p', {}, element('code', {}, run.command)));
  for (const note of run.notes) node.append(element('p', {class: 'warning'}, note));
  const body = element('tbody', {}, ...run.provenance.map(([key, value]) => element('tr', {}, element('th', {class: 'text', scope: 'row'}, key), element('td', {class: 'text wrap'}, value))));
  node.append(element('div', {class: 'scroll'}, element('table', {}, body)));
}

function comparison(model) {
  const node = section('comparison', 'Side by side', `Delta execution (or the run’s last mode) of every run; ratios are ${model.runs[0].name} divided by the run, so that above one is better than it.`);
  for (const difference of model.differences) node.append(element('p', {class: 'warning'}, difference));
  sortable(node, 'comparison-table', [
    {name: 'run', title: 'run', text: true}, {name: 'mode', title: 'mode', text: true}, {name: 'accelerator', title: 'accelerator', text: true}, {name: 'quantizer', title: 'quantizer', text: true},
    {name: 'energy_mJ', title: 'mJ a frame', show: number}, {name: 'time_ms', title: 'ms a frame', show: number}, {name: 'dram_MB', title: 'DRAM, MB a frame', show: number}, {name: 'macs', title: 'MACs a frame', show: number},
    {name: 'energy_ratio', title: 'energy', show: times}, {name: 'time_ratio', title: 'time', show: times}, {name: 'dram_ratio', title: 'DRAM', show: times}, {name: 'mac_ratio', title: 'MACs', show: times},
  ], model.comparison);
  const charts = element('div', {class: 'charts'});
  node.append(charts);
  const names = model.comparison_energy.names;
  stacked(charts, 'Energy by component', 'Energy of a frame by component.', 'mJ a frame', names, model.comparison_energy.parts);
}

function page(model) {
  const run = model.runs[0];
  const several = model.runs.length > 1;
  const head = document.getElementById('page');
  head.append(element('h1', {}, model.title), element('p', {class: 'subtitle'}, model.subtitle));
  const parts = several ? [['comparison', 'Side by side']] : [['claim', 'Claim'], ['energy', 'Energy'], ['layers', 'Layers'], ['sparsity', 'Sparsity'], ['frames', 'Frames'], ['state', 'State'], ['utilization', 'Utilization'], ['roofline', 'Roofline'], ['selective', 'Selective'], ['provenance', 'Provenance']];
  head.append(element('nav', {'aria-label': 'Sections'}, ...parts.map(([id, title]) => element('a', {href: '#' + id}, title))));
  theme();
  if (several) {
    comparison(model);
  } else {
    for (const part of [claim, energy, layers, sparsity, frames, state, stalls, roofline, selective, provenance]) part(run);
  }
  theme();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', theme);
}

page(JSON.parse(document.getElementById('model').textContent));
