"""A sweep's database that no run made: points with known figures. Standard library only."""
import itertools
import json
import sqlite3

SCHEMA = "1"
ENERGY = {"name": "energy", "expression": "modes.delta.energy_pJ.total", "minimised": True, "unit": "pJ"}
TIME = {"name": "time", "expression": "modes.delta.time_s", "minimised": True, "unit": "s"}
AGREEMENT = {"name": "agreement", "expression": "fidelity.spatial.top1_agreement", "minimised": False, "unit": ""}
AXES = {"accelerator.pe_array.fifo_depth": ["1", "2", "4", "8", "16"],
        "accelerator.glb.capacity": ["128 KiB", "512 KiB", "1 MiB", "4 MiB"],
        "energy": ["horowitz_45nm", "seneca_22nm"]}


def energy_of(depth, capacity, table):
    """pJ: falls with the depth up to 4, rises with the capacity."""
    return (8e9 / min(int(depth), 4) + 1e6 * float(depth)) * {"128 KiB": 1, "512 KiB": 1.1, "1 MiB": 1.2, "4 MiB": 1.5}[capacity] * (
        1 if table == "horowitz_45nm" else 0.4)


def time_of(depth, capacity, table):
    """s: falls with the depth and with the capacity."""
    return 1e-3 / (1 + 0.1 * int(depth)) / {"128 KiB": 1, "512 KiB": 2, "1 MiB": 3, "4 MiB": 3.1}[capacity]


def agreement_of(depth, capacity, table):
    return 0.9 if capacity == "128 KiB" else 0.95 + int(depth) / 1000


VALUES = {"energy": energy_of, "time": time_of, "agreement": agreement_of}


def grid(axes):
    return list(itertools.product(*axes.values()))


def write_sweep(path, axes=None, objectives=(ENERGY, TIME), points=None, values=None, failed=(), **facts):
    """@param points tuples of labels; all combinations unless given
    @param values functions of a point by the objectives' names
    @param failed {index: (status, message)}"""
    axes = AXES if axes is None else axes
    points = grid(axes) if points is None else points
    values = values or VALUES
    failed = dict(failed)
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    meta = {"schema": SCHEMA, "deltasim": "0.1.0", "name": "made_up", "description": "Where should the state live?",
            "sweep": "name: made_up\n", "set": "frames=2", "base": "base.yaml", "base_sha256": "ab" * 32,
            "base_levels": "[2, 2, 0]", "parameters": json.dumps([{"name": name, "levels": levels} for name, levels in axes.items()]),
            "objectives": json.dumps(list(objectives)), "command": "deltasim sweep made_up.yaml", **facts}
    columns = [f'"parameter {name}"' for name in axes] + [f'"objective {o["name"]}"' for o in objectives]
    kinds = ["TEXT NOT NULL"] * len(axes) + ["REAL"] * len(objectives)
    with database:
        database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        database.execute("CREATE TABLE points (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, status TEXT NOT NULL, "
                         + ", ".join(f"{column} {kind}" for column, kind in zip(columns, kinds))
                         + ", error TEXT NOT NULL DEFAULT '', wall_s REAL NOT NULL DEFAULT 0, finished_s REAL, details TEXT)")
        rows = []
        for i, point in enumerate(points):
            status, error = failed.get(i, ("done", ""))
            figures = [values[o["name"]](*point) if status == "done" else None for o in objectives]
            rows.append((i, f"{i:064x}", status, *point, *figures, error, 0.5, 1e9 + i, None))
        database.executemany(f"INSERT INTO points VALUES ({', '.join('?' * (8 + len(columns) - 1))})", rows)
    database.close()
