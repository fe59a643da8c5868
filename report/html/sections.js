// Sections about claims, energy, state and provenance. `run` is made by report/page_claims.cpp.

function waterfall(grid, fall) {
  if (fall.missing) return grid.append(element('p', {class: 'missing'}, fall.missing));
  chart(
    grid,
    `Delta against ${fall.against} execution`,
    `Factor by which delta execution needs less than ${fall.against} execution (1× is break-even), one overhead ` +
      'after the other; MACs, then cycles, then energy, over the frames after the first.',
    {
      type: 'bar',
      data: {
        labels: fall.texts.map(text => lines(text, 20)),
        datasets: [
          {
            data: fall.reductions,
            backgroundColor: fall.reductions.map((x, i) =>
              i === 0 ? COLOURS[7] : x < 1 ? COLOURS[5] : COLOURS[0],
            ),
          },
        ],
      },
      options: {
        indexAxis: 'y',
        layout: {padding: {right: 48}},
        scales: {
          x: axis(`reduction against ${fall.against} (factor)`, {beginAtZero: true}),
          y: {grid: {display: false}, ticks: {autoSkip: false, font: {size: 11}}},
        },
        plugins: {
          legend: {display: false},
          tooltip: {
            callbacks: {
              title: items => fall.texts[items[0].dataIndex],
              label: item => times(item.raw),
            },
          },
        },
      },
      plugins: [VALUES_AT_BARS],
    },
    'tall',
  );
}

function claim(run) {
  const node = section(
    'claim',
    'The claim, and what is left of it',
    'The claim is one over the density of the delta maps; hardware then pays for borders, imbalance, memory ' +
      'and state. Every factor says how many times less delta execution needs than the execution it is set against.',
  );
  node.append(
    element(
      'div',
      {class: 'tiles'},
      ...run.claim.tiles.map(tile =>
        element(
          'div',
          {class: 'tile'},
          element('b', {}, times(tile.value)),
          element('span', {}, there(tile.value) ? tile.text : tile.text + ': not measured'),
        ),
      ),
    ),
  );
  const grid = charts(node);
  for (const fall of run.claim.waterfalls) waterfall(grid, fall);
  if (run.claim.reductions.length === 0) {
    missing(node, {missing: 'No reductions: only one mode was run, and there is no baseline.'});
    return;
  }
  sortable(
    node,
    'reductions',
    [
      {name: 'mode', title: 'mode', text: true},
      {name: 'against', title: 'against', text: true},
      {name: 'macs', title: 'MACs', unit: 'times fewer', show: times},
      {name: 'cycles', title: 'time', unit: 'times less', show: times},
      {name: 'dram', title: 'DRAM accesses', unit: 'times fewer', show: times},
      {name: 'energy', title: 'energy', unit: 'times less', show: times},
    ],
    run.claim.reductions,
  );
}

function energy(run) {
  const node = section(
    'energy',
    'Energy',
    'Energy of a frame (all streams, mean over the frames), in millijoules, in every mode that was run.',
  );
  const grid = charts(node);
  bars(
    grid,
    'Energy by component',
    'Millijoules a frame by the component that spends them.',
    'mJ a frame',
    run.energy.modes,
    run.energy.by_component,
  );
  bars(
    grid,
    'Energy by kind of data',
    'Millijoules a frame by the data they are spent on; arithmetic has none.',
    'mJ a frame',
    run.energy.modes,
    run.energy.by_data,
  );
}

function dram(run) {
  const node = section(
    'dram',
    'DRAM',
    'What the DRAM spends its energy on, and what refresh takes of its energy and time.',
  );
  if (missing(node, run.dram)) return;
  bars(
    charts(node),
    'DRAM energy by term',
    'Millijoules a frame by what the DRAM does; a term that the energy table counts as zero is not drawn.',
    'mJ a frame',
    run.dram.modes,
    run.dram.terms,
  );
  const models = {table: 'flat prices of the table', currents: 'currents of the part'};
  sortable(
    node,
    'dram-table',
    [
      {name: 'mode', title: 'mode', text: true},
      {name: 'part', title: 'part', text: true},
      {name: 'energy_model', title: 'priced by', text: true, show: value => models[value] || value},
      {name: 'interface', title: 'I/O', text: true, show: word},
      {
        name: 'refresh_energy',
        title: 'refresh',
        unit: 'of its energy',
        show: (value, row) =>
          value === 0 && row.energy_model === 'table' ? 'not priced apart' : percent(value),
      },
      {name: 'refresh_time', title: 'refresh', unit: 'of its time', show: percent},
    ],
    run.dram.rows,
  );
}

function state(run) {
  const node = section(
    'state',
    'State memory',
    'What the layers remember from frame to frame: how much, where, ' +
      'what moves a frame (read and written), and what that costs. All streams together.',
  );
  if (missing(node, run.state)) return;
  node.append(element('p', {}, 'The state lives in: ', element('b', {}, word(run.state.place)), '.'));
  const names = run.state.rows.map(row => row.mode);
  const share = name => run.state.rows.map(row => 100 * row[name]);
  const grid = charts(node);
  bars(
    grid,
    'Energy of state and indices',
    'Percent of the mode’s energy that state and event indices take.',
    '% of the energy',
    names,
    [
      {name: 'state', values: share('share')},
      {name: 'index', values: share('index_share')},
    ],
  );
  bars(
    grid,
    'State kept and moved',
    'MiB kept between frames, and MiB read and written in a frame.',
    'MiB',
    names,
    [
      {name: 'kept', values: run.state.rows.map(row => row.footprint_MiB)},
      {name: 'moved a frame', values: run.state.rows.map(row => row.traffic_MiB)},
    ],
    false,
  );
  const columns = [
    {name: 'mode', title: 'mode', text: true},
    {name: 'footprint_MiB', title: 'kept', unit: 'MiB', show: number},
    {name: 'traffic_MiB', title: 'moved', unit: 'MiB a frame', show: number},
    {name: 'energy_mJ', title: 'energy', unit: 'mJ a frame', show: number},
    {name: 'share', title: 'state', unit: 'of the energy', show: percent},
    {name: 'index_share', title: 'indices', unit: 'of the energy', show: percent},
  ];
  if (run.state.rows.some(row => there(row.hours))) {
    columns.push(
      {name: 'hours', title: 'worn out after', unit: 'hours, levelled', show: number},
      {name: 'worst_hours', title: 'worn out after', unit: 'hours, hottest layer', show: number},
    );
  }
  sortable(node, 'state-table', columns, run.state.rows);
}

function area(run) {
  const node = section(
    'area',
    'Area',
    'An estimate of the chip’s area, so that designs can be compared at equal area.',
  );
  if (missing(node, run.area)) return;
  node.append(
    element(
      'p',
      {},
      element('b', {}, `${number(run.area.total_mm2)} mm²`),
      ` at ${run.area.node_nm} nm; ` +
        `${percent(run.area.unverified_share)} of it rests on figures that nobody verified.`,
    ),
  );
  bars(
    charts(node),
    'Area by component',
    'Square millimetres by component.',
    'mm²',
    ['chip'],
    run.area.parts,
    true,
    'short',
  );
}

function realTime(run) {
  const node = section(
    'realtime',
    'Real time',
    'Whether a frame is done when the next one comes, and what waiting costs.',
  );
  if (missing(node, run.real_time)) return;
  const late = run.real_time.rows.filter(row => row.missed > 0);
  const rate = `${number(run.real_time.frame_rate_hz)} frames a second, ${number(run.real_time.frame_time_ms)} ms each`;
  node.append(
    element(
      'p',
      {class: late.length ? 'warning' : ''},
      late.length
        ? `${rate}: ${late.map(row => row.mode).join(', ')} cannot keep up.`
        : `${rate}: every mode keeps up.`,
    ),
  );
  sortable(
    node,
    'realtime-table',
    [
      {name: 'mode', title: 'mode', text: true},
      {name: 'busy_ms', title: 'busy', unit: 'ms a frame', show: number},
      {name: 'idle_ms', title: 'idle', unit: 'ms a frame', show: number},
      {name: 'worst_ms', title: 'longest frame', unit: 'ms', show: number},
      {name: 'missed', title: 'missed', unit: 'of the frames', show: percent},
      {name: 'energy_mJ', title: 'energy, with idling', unit: 'mJ a frame', show: number},
      {name: 'idle_mJ', title: 'of it idling', unit: 'mJ a frame', show: number},
      {name: 'power_mW', title: 'power', unit: 'mW, mean', show: number},
    ],
    run.real_time.rows,
  );
}

function energyTable(run) {
  const node = section(
    'table',
    'What the energy rests on',
    'Every entry of the energy table that was used, its share of the energy, and whether somebody has read the ' +
      'figure in its source or a public copy of it.',
  );
  const table = run.energy_table;
  if (missing(node, table)) return;
  node.append(
    element(
      'p',
      {class: table.unverified_share > 0 ? 'warning' : ''},
      `${table.name}, ${table.mode} execution: ${percent(table.unverified_share)} of the energy rests on entries that nobody verified.`,
    ),
  );
  sortable(
    node,
    'entries',
    [
      {name: 'title', title: 'entry', text: true},
      {name: 'share', title: 'share', unit: 'of the energy', show: percent},
      {name: 'status', title: 'status', text: true},
      {name: 'node_nm', title: 'node', unit: 'nm', show: number},
      {name: 'voltage_V', title: 'supply', unit: 'V', show: number},
      {
        name: 'source',
        title: 'source',
        text: true,
        wrap: true,
        show: (value, row) => [value, row.scaling, row.note].filter(Boolean).join('; '),
      },
    ],
    table.rows.map(row => Object.assign(row, {mark: row.status === 'verified' ? '' : 'unverified'})),
  );
  if (table.as_zero.length > 0) {
    node.append(element('p', {}, 'Needed, but counted as zero:'));
    pairs(node, 'as-zero', table.as_zero);
  }
  for (const note of table.notes) node.append(element('p', {class: 'note'}, note));
}

function provenance(run) {
  const node = section(
    'provenance',
    'Provenance',
    'What these figures were made from (files by their SHA-256), and the command that makes them again.',
  );
  node.append(command(run.provenance.command));
  if (run.provenance.missing_files.length > 0) {
    node.append(
      element(
        'p',
        {class: 'warning'},
        `Beside result.json, the run’s folder lacks ${run.provenance.missing_files.join(' and ')}.`,
      ),
    );
  }
  pairs(
    node,
    'provenance-table',
    run.provenance.rows.map(([key, value]) => [keyName(key), value]),
  );
}

/** What a reader must know before the first figure. */
function notes(run) {
  if (run.provenance.notes.length === 0) return;
  const list = element('ul', {}, ...run.provenance.notes.map(note => element('li', {}, note)));
  document
    .getElementById('page')
    .append(element('section', {id: 'notes', class: 'warning'}, element('b', {}, 'Notes of the run'), list));
}
