// Sections about layers, sites and frames. `run` is made by report/page_details.cpp.

const LAYER_FIGURES = {
  'energy (mJ a frame)': 'energy_mJ',
  'kilocycles a frame': 'kcycles',
  'executed MACs (millions a frame)': 'MMAC',
  'MACs skipped (share)': 'skipped',
  'DRAM traffic (KiB a frame)': 'dram_KiB',
  'state moved (KiB a frame)': 'state_KiB',
  'state kept (KiB)': 'footprint_KiB',
  'used lanes (share)': 'utilization',
};
const LAYER_COLUMNS = [
  {name: 'order', title: '#', show: String},
  {name: 'name', title: 'layer', text: true},
  {name: 'execution', title: 'execution', text: true},
  {name: 'bound_by', title: 'bound by', text: true, show: word},
  {name: 'skipped', title: 'skipped', unit: 'of the MACs', show: percent},
  {name: 'MMAC', title: 'MACs', unit: 'millions', show: number},
  {name: 'kcycles', title: 'cycles', unit: 'thousands', show: number},
  {name: 'energy_mJ', title: 'energy', unit: 'mJ', show: number},
  {name: 'dram_KiB', title: 'DRAM', unit: 'KiB', show: number},
  {name: 'state_KiB', title: 'state moved', unit: 'KiB', show: number},
  {name: 'footprint_KiB', title: 'state kept', unit: 'KiB', show: number},
  {name: 'utilization', title: 'used', unit: 'lanes', show: percent},
];

function layers(run) {
  const node = section(
    'layers',
    'Layers',
    'Every layer of a stream in one mode, all figures a frame: MACs and the share ' +
      'that was skipped, time and what bound it, energy, traffic and state. Hover a bar for its values; click a heading to sort.',
  );
  const modes = run.layers.modes;
  let mode = modes.find(m => m.name === run.layers.shown),
    stream = mode.streams[0];
  let metric = Object.keys(LAYER_FIGURES)[0];
  const controls = element('div', {class: 'controls'});
  node.append(controls);
  const drawing = chart(
    charts(node),
    'Layers',
    'One bar a layer, in the order of execution.',
    {
      type: 'bar',
      data: {labels: [], datasets: [{data: [], backgroundColor: COLOURS[0]}]},
      options: {
        scales: {
          x: {grid: {display: false}, ticks: {maxRotation: 90, autoSkip: true, font: {size: 10}}},
          y: axis('', {beginAtZero: true}),
        },
        plugins: {
          legend: {display: false},
          tooltip: {
            callbacks: {
              label: item => `${metric}: ${number(item.raw)}`,
              afterLabel: item => {
                const layer = stream.layers[item.dataIndex];
                return [
                  `${layer.execution} execution, bound by ${word(layer.bound_by)}`,
                  `${percent(layer.skipped)} of the MACs skipped`,
                  `${number(layer.energy_mJ)} mJ, ${number(layer.kcycles)} kilocycles`,
                  `state: ${number(layer.state_KiB)} KiB moved`,
                ];
              },
            },
          },
        },
      },
    },
    'tall',
  );
  const rows = () => stream.layers.map((layer, i) => Object.assign({order: i + 1}, layer));
  const table = sortable(node, 'layer-table', LAYER_COLUMNS, rows());
  const refresh = () => {
    drawing.data.labels = stream.layers.map(layer => layer.name);
    drawing.data.datasets[0].data = stream.layers.map(layer => layer[LAYER_FIGURES[metric]]);
    drawing.data.datasets[0].backgroundColor = stream.layers.map(layer => colour(layer.execution, 0));
    drawing.options.scales.y.title.text = metric;
    drawing.update('none');
    table.replace(rows());
  };
  choice(
    controls,
    'mode',
    modes.map(m => m.name),
    mode.name,
    value => {
      mode = modes.find(m => m.name === value);
      stream = mode.streams.find(s => s.name === stream.name) || mode.streams[0];
      refresh();
    },
  );
  if (mode.streams.length > 1) {
    choice(
      controls,
      'stream',
      mode.streams.map(s => s.name),
      stream.name,
      value => {
        stream = mode.streams.find(s => s.name === value);
        refresh();
      },
    );
  }
  choice(controls, 'bars show', Object.keys(LAYER_FIGURES), metric, value => {
    metric = value;
    refresh();
  });
  refresh();
}

function sparsity(run) {
  const node = section(
    'sparsity',
    'Sparsity',
    'Share of zeros at every delta site: of the activations, of their ' +
      'differences to the frame before (deltas), and share of pixels of which no channel changed, in percent.',
  );
  if (missing(node, run.sparsity)) return;
  const grid = charts(node);
  const shares = values => values.map(x => (x === null ? null : 100 * x));
  for (const stream of run.sparsity.streams) {
    const lost = stream.temporal.every(x => x === null) ? ' A single frame has no deltas.' : '';
    const sets = [
      ['activations', stream.activation, COLOURS[0], [], 'circle'],
      ['deltas', stream.temporal, COLOURS[5], [6, 3], 'triangle'],
      ['unchanged pixels', stream.pixels, COLOURS[2], [2, 2], 'rect'],
    ].filter(([, values]) => values.some(x => x !== null));
    chart(
      grid,
      `Sparsity, ${stream.name} stream`,
      'Percent of zeros by site, in the order of execution.' + lost,
      {
        type: 'line',
        data: {
          labels: stream.names,
          datasets: sets.map(([label, values, ink, dash, shape]) => ({
            label,
            data: shares(values),
            borderColor: ink,
            backgroundColor: ink,
            borderDash: dash,
            pointStyle: shape,
            borderWidth: 1.5,
            pointRadius: 2.5,
          })),
        },
        options: {
          interaction: {mode: 'index', intersect: false},
          scales: {
            x: {grid: {display: false}, ticks: {autoSkip: true, maxRotation: 90, font: {size: 10}}},
            y: axis('zeros (%)', {min: 0, max: 100}),
          },
          plugins: {
            legend: lineLegend(),
            tooltip: {callbacks: {label: item => `${item.dataset.label}: ${item.raw.toFixed(1)} %`}},
          },
        },
      },
      'tall',
    );
  }
}

function frameChart(grid, run, key, unit, label) {
  const frames = run.frames;
  const sets = frames.modes.map(mode => ({
    label: mode.name,
    data: mode[key],
    borderColor: colour(mode.name, 0),
    backgroundColor: colour(mode.name, 0),
    borderDash: DASH_OF[mode.name] || [],
    pointStyle: SHAPE_OF[mode.name] || 'circle',
    borderWidth: 2,
    pointRadius: frames.numbers.length > 60 ? 0 : 3,
  }));
  let caption = `${label} of a frame, all streams (${unit}).`;
  if (key === 'time_ms' && !run.real_time.missing) {
    sets.push({
      label: 'until the next frame',
      data: frames.numbers.map(() => run.real_time.frame_time_ms),
      inked: true,
      borderColor: css('--ink'),
      borderDash: [4, 4],
      borderWidth: 1,
      pointRadius: 0,
      pointStyle: 'line',
    });
    caption += ' A frame above the dashed line is late.';
  }
  chart(grid, `${label} by frame`, caption, {
    type: 'line',
    data: {labels: frames.numbers, datasets: sets},
    options: {
      interaction: {mode: 'index', intersect: false},
      scales: {
        x: axis('frame', {ticks: {maxRotation: 0, autoSkip: true}, grid: {display: false}}),
        y: axis(`${label} (${unit})`, {beginAtZero: true}),
      },
      plugins: {
        legend: lineLegend(),
        tooltip: {
          callbacks: {
            title: items =>
              frames.aggregated > 1
                ? `frames ${items[0].label} to ${Math.min(+items[0].label + frames.aggregated, frames.frames) - 1}, mean`
                : `frame ${items[0].label}`,
            label: item => `${item.dataset.label}: ${number(item.raw)} ${unit}`,
          },
        },
      },
    },
  });
}

function frames(run) {
  const node = section(
    'frames',
    'Frames',
    'What every frame takes, from the first of the recording on: a change of scene ' +
      'shows as a peak of delta execution, whose first frame has none before it.',
  );
  if (missing(node, run.frames)) return;
  if (run.frames.aggregated > 1) {
    node.append(
      element(
        'p',
        {class: 'note', id: 'aggregated'},
        `${run.frames.frames} frames are more than a chart can show: ` +
          `each point is the mean of ${run.frames.aggregated} frames. The run’s frames.csv has every one.`,
      ),
    );
  }
  const grid = charts(node);
  frameChart(grid, run, 'energy_mJ', 'mJ', 'Energy');
  frameChart(grid, run, 'time_ms', 'ms', 'Time');
  frameChart(grid, run, 'dram_MB', 'MB', 'DRAM traffic');
  frameChart(grid, run, 'GMAC', 'billions', 'Executed MACs');
}
