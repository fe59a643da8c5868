#pragma once
// Reads the key `dvfs` of an accelerator's description:
//
//   dvfs:
//     pairs: [{clock: 100 MHz, voltage: 0.82 V}, {clock: 200 MHz, voltage: 1 V}]
//     # or alpha_power: {threshold: 0.35 V, alpha: 1.4, clock: 500 MHz, voltage: 0.9 V,
//     #                  lowest: 0.55 V, highest: 1.1 V}, where the clock holds at the voltage
//     nominal_voltage: 1 V           # of the energy table's figures
//     nominal_temperature: 300 K     # of its leakage; 300 K where it is not given
//     temperature: 300 K             # of operation; 300 K where it is not given
//     leakage: {per_volt: 2, doubling: 10 K}  # optional; see energy/dvfs.h
//     source: where the relation is from
//     verified: true

#include "arch/config_reader.h"
#include "arch/dvfs_spec.h"

namespace deltasim {

/// Faults are collected in the node's document.
DvfsSpec read_dvfs(const ConfigNode& node);

}  // namespace deltasim
