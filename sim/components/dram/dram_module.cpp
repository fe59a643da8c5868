#include "sim/components/dram/dram_module.h"

#include <utility>

namespace deltasim {

DramModule::DramModule(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
  socket.register_b_transport(this, &DramModule::b_transport);
}

void DramModule::start(const dram::DramModel& model) {
  model_.emplace(model);
  clock_ = ClockDomain(model.part().clock_period_ps);
  moved_ = {};
  tracks_.reset();
}

void DramModule::observe(TimelineRecorder& recorder) {
  model_->log_bus();
  tracks_.emplace(recorder, model_->channels(), model_->part().burst_clocks, clock_.period_ps());
}

void DramModule::draw_until_now() {
  if (!tracks_) return;
  for (int channel = 0; channel < model_->channels(); ++channel) {
    tracks_->draw(channel, model_->take_bus_log(channel));
    tracks_->draw_ahead(channel, model_->bus_log_until(channel, clock_.now()), clock_.now());
  }
}

void DramModule::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  TransferInfo& info = transfer_of(payload);
  const bool write = payload.is_write();
  const dram::Service service = model_->serve(info.ranges, write, clock_.now(delay), info.kind);
  count(info, write);
  if (tracks_) {
    for (int channel = 0; channel < model_->channels(); ++channel) {
      tracks_->draw(channel, model_->take_bus_log(channel));
    }
  }
  info.accepted = clock_.until(service.accepted);
  delay = clock_.until(service.completed);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void DramModule::count(const TransferInfo& info, bool write) {
  const std::int64_t burst_bytes = model_->part().organisation.burst_bytes();
  std::int64_t bits = 0;
  for (const dram::ByteRange& range : info.ranges) {
    bits += dram::bursts_of(range, burst_bytes) * burst_bytes * 8;
  }
  // Whole bursts move; what is in them in vain counts as data.
  const Action action = write ? Action::kWrite : Action::kRead;
  moved_.at(Component::kDram, action, info.kind) += bits - info.size.index_bits;
  moved_.at(Component::kDram, action, DataKind::kIndex) += info.size.index_bits;
}

Activity DramModule::activity() const {
  Activity activity = moved_;
  const dram::Counters counters = model_->counters(clock_.now());
  const std::pair<Action, std::int64_t> counted[] = {
      {Action::kRefresh, counters.refreshes},
      {Action::kRefreshBank, counters.bank_refreshes},
      {Action::kActiveStandby, counters.states.active_standby},
      {Action::kPrechargedStandby, counters.states.precharged_standby},
      {Action::kActivePowerDown, counters.states.active_power_down},
      {Action::kPrechargedPowerDown, counters.states.precharged_power_down}};
  for (const auto& [action, count] : counted) {
    activity.at(Component::kDram, action, DataKind::kActivation) += count;
  }
  // Index bits ride on a transaction of other data: it pays for their row.
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    activity.at(Component::kDram, Action::kActivate, static_cast<DataKind>(k)) +=
        counters.activates_for[k];
  }
  return activity;
}

std::int64_t DramModule::finish_ps() { return model_->finish() * clock_.period_ps(); }

}  // namespace deltasim
