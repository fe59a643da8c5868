// Statistics over the clips of a sweep. `model` is made by report/clip_page.cpp; a spread is
// [number, mean, standard deviation, min, median, max].

const SPREAD_COLUMNS = ['clips', 'mean', 'deviation', 'min', 'median', 'max'];

const spreadRow = spread =>
  Object.fromEntries(SPREAD_COLUMNS.map((name, i) => ['spread' + i, spread[i]]));

const spreadColumns = show =>
  SPREAD_COLUMNS.map((title, i) => ({name: 'spread' + i, title, show: i === 0 ? String : show}));

function clipSites(grid, stream, sites) {
  const values = at => sites.map(([, , spread]) => 100 * spread[at]);
  const line = (label, at, colour, more = {}) => ({
    type: 'line',
    label,
    data: values(at),
    borderColor: colour,
    backgroundColor: colour,
    pointRadius: 2,
    borderWidth: 1.5,
    ...more,
  });
  chart(
    grid,
    `Zeros of delta maps, ${stream} stream`,
    `Percent of a site's delta maps that is zero, over ${sites[0][2][0]} clips: mean, the band of one standard ` +
      'deviation around it, and least and most of all clips.',
    {
      data: {
        labels: sites.map(([, name]) => name),
        datasets: [
          line('mean', 1, COLOURS[0]),
          line('median', 4, COLOURS[2], {showLine: false, pointStyle: 'rect'}),
          line('least', 3, COLOURS[7], {borderDash: [2, 2], pointRadius: 0}),
          line('most', 5, COLOURS[7], {borderDash: [6, 3], pointRadius: 0}),
          {
            type: 'bar',
            label: 'standard deviation',
            data: sites.map(([, , s]) => [100 * (s[1] - s[2]), 100 * (s[1] + s[2])]),
            backgroundColor: COLOURS[0] + '40',
            minBarLength: 1,
          },
        ],
      },
      options: {
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: axis('delta site', {grid: {display: false}, ticks: {autoSkip: true, maxRotation: 90}}),
          y: axis('zeros (%)', {max: 100}),
        },
        plugins: {legend: lineLegend()},
      },
    },
  );
}

/** A bar a class: the mean over its clips of each stream's zeros. */
function clipClasses(node, groups) {
  const classes = groups.filter(group => group.name);
  if (classes.length === 0) return;
  const prefix = 'temporal_sparsity_';
  const names = groups[0].quantities.map(([name]) => name).filter(name => name.startsWith(prefix));
  if (names.length === 0) return;
  const mean = (group, name) => {
    const found = group.quantities.find(([quantity]) => quantity === name);
    return found ? 100 * found[1][1] : null;
  };
  bars(
    charts(node),
    'Zeros of delta maps by class',
    'Percent of all delta maps of a stream that is zero, the mean over the clips of a class.',
    'zeros (%)',
    classes.map(group => `${group.name} (${group.clips})`),
    names.map(name => ({name: name.slice(prefix.length), values: classes.map(group => mean(group, name))})),
    false,
    classes.length > 3 ? '' : 'short',
  );
}

function clips(model) {
  const node = section(
    'clips',
    'Clips',
    'What the clips have in common, and how much they differ: over all of them, and by class.',
  );
  const {groups, all, failed, failed_clips: failedClips, open} = model.clips;
  if (missing(node, model.clips)) return;
  if (failed > 0)
    node.append(element('p', {class: 'warning'}, `Clips that failed and count for nothing here: ${failedClips} (points: ${failed}).`));
  if (open > 0) node.append(element('p', {class: 'warning'}, `Points that were not evaluated yet: ${open}.`));
  if (groups.length < all)
    node.append(
      element('p', {class: 'note'}, `${groups.length} of ${all} groups of clips; sites.csv and classes.csv have all.`),
    );
  const controls = element('div', {class: 'controls'}),
    body = element('div');
  node.append(controls, body);
  const show = title => {
    for (const old of drawn.filter(made => body.contains(made.canvas))) {
      drawn.splice(drawn.indexOf(old), 1);
      old.destroy();
    }
    body.replaceChildren();
    const group = groups.find(one => one.title === title);
    sortable(
      body,
      'clips-table',
      [{name: 'name', title: 'quantity', text: true, show: name => name.replaceAll('_', ' ')}, ...spreadColumns(number)],
      group.quantities.map(([name, spread]) => ({name, ...spreadRow(spread)})),
    );
    const grid = charts(body);
    for (const stream of new Set(group.sites.map(([name]) => name)))
      clipSites(grid, stream, group.sites.filter(([name]) => name === stream));
    if (!group.name) clipClasses(body, groups.filter(one => one.design === group.design));
    theme(drawn.filter(made => body.contains(made.canvas)));
  };
  const titles = groups.map(group => group.title);
  choice(controls, 'clips', titles, titles[0], show);
  show(titles[0]);
}
