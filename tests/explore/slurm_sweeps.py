"""Sweeps for the tests of --engine slurm."""

# Points that are simulated in a moment.
SMALL_SWEEP = """\
experiment: base.yaml
parameters:
  accelerator.pe_array.fifo_depth: [1, 2, 4, 8]
objectives:
  - {minimise: modes.delta.cycles, name: cycles}
"""
CLIPS = """\
experiment: clips.yaml
parameters:
  video.file: {clips: clips}
objectives:
  - {minimise: modes.delta.energy_pJ.total, name: energy}
"""
CLIP_EXPERIMENT = """\
network: {name: mobilenet_v2, sites: [features.4*]}
video: {file: clips/v_Run_g01_c01.npy, frames: "1:2"}
quantizer: {kind: fixed_point, bits: 6, calibration_clips: calibration.npy}
fidelity: false
modes: [delta]
"""
