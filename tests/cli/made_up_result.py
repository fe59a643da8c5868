"""A result.json of made-up figures, with all that `run` writes and a report reads."""

KINDS = ("weight", "activation", "partial_sum", "state", "index")
REDUCTIONS = {"mac_reduction": 4.0, "cycle_reduction": 2.0, "dram_access_reduction": 1.5, "energy_reduction": 1.25}


def figures(frames, state=True, scale=1.0):
    bits = {kind: 8000 * frames for kind in KINDS}
    energy = 3e9 * frames * scale
    return {
        "frames": frames, "cycles": 1000 * frames, "time_s": 1e-3 * frames,
        "macs": {"dense": 100 * frames, "executed": 25 * frames, "skipped": 75 * frames},
        "traffic_bits": {memory: {"read": bits, "write": bits} for memory in ("dram", "glb", "rf", "state_memory")},
        "noc_bit_hops": 1,
        "energy_pJ": {"total": energy, "by_component": {"dram": energy * 2 / 3, "pe": energy / 3, "clock": 0},
                      "by_data": {"weight": energy * 2 / 3, "state": energy / 3, "index": 0}},
        "state": {"footprint_bytes": 1024 if state else 0, "bytes_per_frame": 2048 if state else 0},
        "utilization": 0.5, "stall_lane_cycles": {"no_event": 50, "weights": 25, "drain": 0},
        "busy_cycles": {"array": 900 * frames, "noc": 100 * frames, "dram": 400 * frames, "delta_unit": 0},
        "bound_by": "array",
    }


def layer(index, frames, execution):
    row = figures(frames, execution == "delta")
    row.update(name=f"stage{index // 10}.block{index % 10}.conv", execution=execution, mapping="K1", mapping_candidates=3)
    row["cycles"] = (index * 7) % 12 * 1000 * frames
    row["time_s"] = 1e-7 * frames * (1 + index % 5)
    return row


def mode(name, frames, layers):
    keeps = name in ("delta", "selective")
    made = figures(frames, keeps)
    rows = [layer(i, frames, "delta" if name == "selective" else name) for i in range(layers)]
    made["streams"] = {"spatial": dict(figures(frames, keeps), weights="trained", layers=rows)}
    made["frame_figures"] = [{"stream": "spatial", "frame": t, "cycles": 1, "time_s": 1e-3, "macs_executed": 1,
                              "dram_bits": 8, "energy_pJ": 1e9, "state_bytes": 8} for t in range(frames)]
    made["dram"] = {"energy_model": "currents", "part": "a_part", "interface_model": "not_stated",
                    "energy_pJ": {"activate": 1e8, "precharge": 1e8, "read": 1e9, "write": 5e8, "refresh": 2e8,
                                  "active_standby": 3e8, "precharged_standby": 1e8, "self_refresh": 0.0},
                    "refresh_energy_share": 0.12, "refresh_time_share": 0.045}
    made["real_time"] = {"frame_rate_hz": 25.0, "frame_time_s": 0.04, "busy_s": 0.03, "idle_s": 0.0125, "met": False,
                         "worst_frame_s": 0.05, "missed_frames": 1, "idle_energy_pJ": {"leakage": 2e9, "dram": 1e9},
                         "energy_per_frame_pJ": 5e9, "average_power_W": 0.125}
    return made


def sites(count):
    found = [{"stream": "spatial", "site": f"stage{i}.relu", "elements": 64, "activation_sparsity": 0.5 + 0.4 * (i % 2),
              "temporal_sparsity": 0.9 - 0.2 * (i % 3), "unchanged_pixels": 1 / (i + 1)} for i in range(count)]
    return found


def machine(name):
    return {"name": name, "clock_hz": 1e9, "pes": 4, "peak_macs_per_s": 4e9, "dram_bytes_per_s": 1e9, "glb_bytes": 1024}


def entry(title, verified, share):
    return {"title": title, "source": "somebody", "verified": verified, "energy_pJ": share * 1e9, "share": share,
            "node_nm": 45.0, "voltage_V": None if verified else 0.9, "note": "a note"}


def result(frames=2, layers=3, modes=("dense", "delta")):
    """A result as `run` writes it, of made-up figures."""
    names = [f"stage{i // 10}.block{i % 10}.conv" for i in range(layers)]
    document = {
        "schema": "deltasim.result/1",
        "provenance": {"experiment": "made_up", "experiment_file": "made_up.yaml", "command": "deltasim run made_up.yaml",
                       "video": "clip.avi", "video_sha256": "ab" * 32, "frames": f"{frames} from 0 every 1",
                       "quantizer": "step:3", "accelerator": "small", "energy_table": "table",
                       "network_spatial": "resnet50", "weights_spatial": "trained",
                       "unverified_energy_share": 0.25, "notes": ["a note of the run"]},
        "claims": {"activation_sparsity": 0.5, "temporal_sparsity": 0.875, "ideal_reduction": 8.0,
                   **{key: None for key in REDUCTIONS}},
        "area": {"node_nm": 45.0, "total_mm2": 12.5, "by_component_mm2": {"pe": 2.5, "glb": 10.0}, "unverified_share": 0.5},
        "waterfall": [{"step": "ideal", "text": "ideal: 1 / density of the delta maps", "reduction": 8.0},
                      {"step": "energy", "text": "energy with state and indices", "reduction": 1.25}],
        "waterfall_against_spatial": [{"step": "ideal", "text": "ideal: density of activations / of deltas", "reduction": 4.0},
                                      {"step": "energy", "text": "energy with state and indices", "reduction": 0.75}],
        "energy_table": {"name": "table", "mode": "delta", "node_nm": 45.0, "unverified_share": 0.25,
                         "entries": [entry("alu add, 8 bit", True, 0.75), entry("sram read", False, 0.25)],
                         "as_zero": [{"title": "chip leak", "because": "not known"}], "notes": ["of the table"]},
        "state_place": "dram", "machine": machine("small"), "baseline_machine": machine("large"),
        "modes": {name: mode(name, frames, layers) for name in modes},
        "baseline": mode("dense", frames, layers), "sites": sites(8),
    }
    del document["baseline"]["real_time"]
    if "dense" not in modes or "delta" not in modes:
        document["waterfall"] = []
    else:
        document["claims"].update(REDUCTIONS)
        document["claims"]["by_mode"] = {"delta": {"against_dense": REDUCTIONS}}
    if "spatial" not in modes or "delta" not in modes:
        document["waterfall_against_spatial"] = []
    if "selective" in modes:
        document["selective_choices"] = [
            {"stream": "spatial", "layer": name, "chosen": "delta", "energy_pJ": {"dense": 3e9, "spatial": 2e9, "delta": 1e9}}
            for name in names]
    return document
