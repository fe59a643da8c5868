// Sections about resources and placement. `run` is made by report/page_details.cpp.

function utilization(run) {
  const node = section(
    'utilization',
    'Utilization and stalls',
    'Where the cycles go: those of the MAC lanes, by cause, and ' + 'how long each resource was busy.',
  );
  const grid = charts(node);
  bars(
    grid,
    'Lane cycles by cause',
    'Percent of all lane cycles (MAC lanes × cycles); what is not an executed MAC is a stall, by its cause.',
    '% of the lane cycles',
    run.utilization.modes,
    run.utilization.lanes,
  );
  if (run.utilization.busy.missing) return missing(node, run.utilization.busy);
  bars(
    grid,
    'Busy resources',
    'Percent of the cycles in which a resource had work; they overlap, and the longest binds the time.',
    '% of the cycles',
    run.utilization.modes,
    run.utilization.busy.parts,
    false,
  );
}

function roofline(run) {
  const node = section(
    'roofline',
    'Roofline',
    'Every layer as a point: executed MACs a byte of DRAM traffic, and GMAC/s that it ' +
      'reached; the line is the accelerator’s DRAM bandwidth and peak. Points far below it wait for something else.',
  );
  const roof = run.roofline;
  if (missing(node, roof)) return;
  const points = roof.modes.flatMap(mode => mode.points);
  if (points.length === 0)
    return missing(node, {missing: 'No layer moves data to or from DRAM and executes MACs.'});
  const knees = roof.roofs.map(r => r.GMAC_per_s / r.GB_per_s);
  const low = Math.min(...knees, ...points.map(p => p.x)) / 1.5,
    high = Math.max(...knees, ...points.map(p => p.x)) * 1.5;
  const same = (a, b) => a.GMAC_per_s === b.GMAC_per_s && a.GB_per_s === b.GB_per_s;
  const roofs = roof.roofs.filter((r, i) => i === 0 || !same(r, roof.roofs[0]));
  const peaks = roofs
    .map(r => `${r.name}: ${number(r.GMAC_per_s)} GMAC/s, DRAM ${number(r.GB_per_s)} GB/s`)
    .join('; ');
  const skipped =
    roof.left_out > 0 ? ` ${roof.left_out} layers without DRAM traffic or MACs have no place in it.` : '';
  chart(
    charts(node),
    'Roofline',
    `${peaks}. Hover a point for its layer.${skipped}`,
    {
      data: {
        datasets: [
          ...roofs.map((r, i) => ({
            type: 'line',
            label: roofs.length > 1 ? `roof of ${r.name}` : 'roof',
            inked: true,
            borderColor: css('--ink'),
            borderDash: i ? [4, 4] : [],
            data: [low, r.GMAC_per_s / r.GB_per_s, high].map(x => ({
              x,
              y: Math.min(r.GMAC_per_s, x * r.GB_per_s),
            })),
            borderWidth: 1.5,
            pointRadius: 0,
            pointStyle: 'line',
          })),
          ...roof.modes.map((mode, i) => ({
            type: 'scatter',
            label: mode.name,
            data: mode.points,
            backgroundColor: colour(mode.name, i) + 'b0',
            borderColor: colour(mode.name, i),
            pointRadius: 4,
            pointStyle: SHAPE_OF[mode.name] || 'circle',
          })),
        ],
      },
      options: {
        scales: {
          x: axis('executed MACs a DRAM byte', {
            type: 'logarithmic',
            min: low,
            max: high,
            ticks: {callback: logTick, maxRotation: 0},
          }),
          y: axis('GMAC/s', {type: 'logarithmic', ticks: {callback: logTick}}),
        },
        plugins: {
          legend: lineLegend(),
          tooltip: {
            callbacks: {
              label: item =>
                item.raw.layer
                  ? `${item.dataset.label}, ${item.raw.layer}: ${number(item.raw.x)} MACs a byte, ${number(item.raw.y)} GMAC/s`
                  : '',
            },
          },
        },
      },
    },
    'taller',
  );
}

function selectiveChart(grid, stream, rows) {
  const set = name => ({
    label: name,
    data: rows.map(row => row[name + '_mJ']),
    borderColor: colour(name, 0),
    backgroundColor: colour(name, 0) + 'b0',
    pointStyle: SHAPE_OF[name],
    showLine: false,
    pointRadius: 3,
  });
  chart(
    grid,
    `Costs of the three, ${stream} stream`,
    'Millijoules a frame of every layer in dense, spatial and delta execution; a ring marks the chosen one.',
    {
      type: 'line',
      data: {
        labels: rows.map(row => row.layer),
        datasets: [
          set('dense'),
          set('spatial'),
          set('delta'),
          {
            label: 'chosen',
            data: rows.map(row => row[row.chosen + '_mJ']),
            showLine: false,
            pointRadius: 6,
            pointStyle: 'circle',
            backgroundColor: '#0000',
            borderColor: css('--ink'),
            inked: true,
          },
        ],
      },
      options: {
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: {grid: {display: false}, ticks: {autoSkip: true, maxRotation: 90, font: {size: 10}}},
          y: axis('energy (mJ a frame)', {type: 'logarithmic', ticks: {callback: logTick}}),
        },
        plugins: {
          legend: lineLegend(),
          tooltip: {
            callbacks: {
              label: item =>
                item.dataset.label === 'chosen'
                  ? `chosen: ${rows[item.dataIndex].chosen}`
                  : `${item.dataset.label}: ${number(item.raw)} mJ`,
            },
          },
        },
      },
    },
    'tall',
  );
}

function selective(run) {
  const node = section(
    'selective',
    'Selective execution',
    'The execution that selective placement chose for every layer, and the ' +
      'energy of the three that it chose from, in millijoules a frame.',
  );
  if (missing(node, run.selective)) return;
  const rows = run.selective.rows;
  const count = name => `${name} for ${rows.filter(row => row.chosen === name).length}`;
  node.append(
    element(
      'p',
      {},
      `Chosen: ${['dense', 'spatial', 'delta'].map(count).join(', ')} of ${rows.length} layers.`,
    ),
  );
  const grid = charts(node);
  for (const stream of new Set(rows.map(row => row.stream)))
    selectiveChart(
      grid,
      stream,
      rows.filter(row => row.stream === stream),
    );
  const cost = name => ({
    name: name + '_mJ',
    title: name,
    unit: 'mJ a frame',
    show: (value, row) => element(row.chosen === name ? 'b' : 'span', {}, number(value)),
  });
  sortable(
    node,
    'choices',
    [
      {name: 'stream', title: 'stream', text: true},
      {name: 'layer', title: 'layer', text: true},
      {name: 'chosen', title: 'chosen', text: true},
      cost('dense'),
      cost('spatial'),
      cost('delta'),
    ],
    rows,
  );
}
