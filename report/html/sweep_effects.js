// What the parameters of a sweep do. `model` is made by report/sweep_page.cpp.

function effectChart(grid, model, parameter, effect, objective) {
  const lows = effect.range.map(([low]) => low),
    highs = effect.range.map(([, high]) => high);
  const log = Math.min(...lows) > 0 && Math.max(...highs) / Math.min(...lows) > 30;
  const ends = objective.minimised ? lows : highs;
  const some =
    effect.levels.length < effect.tried
      ? ` ${effect.levels.length} of ${effect.tried} levels${parameter.ordered ? '' : ': those of least and of largest mean'}.`
      : '';
  chart(
    grid,
    parameter.label,
    `${objective.title} at each level of ${parameter.name}: bar, the range over all other parameters; ` +
      `circle, the mean; square, the best.${some}` +
      (model.effects.full_grid ? '' : ' No full grid: a mean may owe something to the other parameters.'),
    {
      data: {
        labels: effect.levels.map(level => lines(level, 14)),
        datasets: [
          {
            type: 'line',
            label: 'mean',
            data: effect.mean,
            borderColor: COLOURS[0],
            backgroundColor: COLOURS[0],
            // Where levels met different companions, a line would look like an effect.
            showLine: parameter.ordered && model.effects.full_grid,
            borderWidth: 2,
            pointRadius: 4,
          },
          {
            type: 'line',
            label: 'best',
            data: ends,
            showLine: false,
            borderColor: COLOURS[2],
            backgroundColor: COLOURS[2],
            pointStyle: 'rect',
            pointRadius: 5,
          },
          {
            type: 'bar',
            label: 'range',
            data: effect.range,
            backgroundColor: COLOURS[7] + '70',
            barPercentage: 0.5,
            // A level of one design would have no bar at all.
            minBarLength: 2,
          },
        ],
      },
      options: {
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: axis(parameter.label, {grid: {display: false}}),
          y: axis(
            objective.title,
            log ? {type: 'logarithmic', ticks: {callback: logTick}} : {beginAtZero: false, grace: '5%'},
          ),
        },
        plugins: {
          legend: lineLegend(),
          tooltip: {
            filter: item => item.dataset.label === 'mean',
            callbacks: {
              title: items => (items.length ? `${parameter.label} ${effect.levels[items[0].dataIndex]}` : ''),
              label: item => [
                `mean ${number(item.raw)} ${objective.unit} of ${effect.points[item.dataIndex]} designs`,
                `from ${number(lows[item.dataIndex])} to ${number(highs[item.dataIndex])} ${objective.unit}`,
                ...lines('best: ' + effect.best[item.dataIndex], 48),
              ],
            },
          },
        },
      },
    },
  );
}

function shareChart(node, model) {
  const {axes, objectives, effects} = model;
  const known = objectives.filter((_, o) => !effects.objectives[o].shares.missing);
  if (known.length === 0) return;
  const shares = effects.objectives.map(o => o.shares).filter(share => !share.missing);
  const part = (name, value) => ({name, values: shares.map(share => 100 * value(share))});
  const parts = [
    ...axes.map((parameter, a) => part(parameter.label, share => share.parameters[a])),
    part('combinations', share => share.interactions),
    part('not told apart', share => share.confounded),
  ].filter(p => p.values.some(value => value >= 0.05));
  const made = bars(
    charts(node),
    'Which parameter matters',
    'Percent of the variance of an objective over the designs that each parameter explains by itself' +
      (effects.full_grid ? '.' : ', estimated: the designs are not a full grid.') +
      ' Combinations: what no parameter explains by itself.',
    '% of the variance',
    known.map(o => o.name),
    parts,
    true,
    known.length > 2 ? '' : 'short',
  );
  made.options.scales.x.max = 100;
  theme([made]);
}

function effects(model) {
  const {axes, objectives} = model;
  const node = section(
    'effects',
    'Parameters',
    'What each parameter does to an objective: at every level, over all other parameters.',
  );
  if (missing(node, model.effects)) return;
  shareChart(node, model);
  const reasons = model.effects.objectives.map(o => o.shares.missing);
  for (const why of new Set(reasons.filter(Boolean))) {
    const names = objectives.filter((_, o) => reasons[o] === why).map(o => o.name);
    node.append(element('p', {class: 'note'}, `No shares of the variance of ${names.join(', ')}: ${why}.`));
  }
  const controls = element('div', {class: 'controls'}),
    body = element('div');
  node.append(controls, body);
  const show = name => {
    for (const old of drawn.filter(made => body.contains(made.canvas))) {
      drawn.splice(drawn.indexOf(old), 1);
      old.destroy();
    }
    body.replaceChildren();
    const o = objectives.findIndex(objective => objective.name === name);
    const grid = charts(body);
    for (const [a, effect] of model.effects.objectives[o].axes.entries())
      if (effect) effectChart(grid, model, axes[a], effect, objectives[o]);
    theme(drawn.filter(made => body.contains(made.canvas)));
  };
  if (axes.every(parameter => parameter.tried < 2))
    return missing(node, {missing: 'Of every parameter one level was tried, so that no effect can be seen.'});
  choice(
    controls,
    'objective',
    objectives.map(o => o.name),
    objectives[0].name,
    show,
  );
  show(objectives[0].name);
}
