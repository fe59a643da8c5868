#include "sim/components/state_memory/state_memory_module.h"

#include "arch/errors.h"
#include "sim/components/module_tracks.h"

namespace deltasim {

StateMemoryModule::StateMemoryModule(sc_core::sc_module_name name)
    : sc_module(name), socket("socket") {
  socket.register_b_transport(this, &StateMemoryModule::b_transport);
}

void StateMemoryModule::start(const MemorySpec* spec, const StateMemoryTimes& times,
                              const ClockDomain& clock) {
  clock_ = clock;
  model_.reset();
  if (spec != nullptr) model_.emplace(*spec, times);
  activity_ = {};
  tracks_.reset();
}

void StateMemoryModule::observe(TimelineRecorder& recorder) {
  if (!model_) return;
  tracks_.emplace(recorder,
                  numbered_tracks(recorder, kStateMemoryPart, "bank", model_->banks(), "words"),
                  clock_.period_ps());
  model_->tell(&*tracks_);
}

void StateMemoryModule::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  DELTASIM_INVARIANT(model_.has_value(), "state goes to a memory only where there is one");
  TransferInfo& info = transfer_of(payload);
  const bool write = payload.is_write();
  if (tracks_) tracks_->set_label(label_of(info.kind, !write));
  const StateMemoryService service = model_->access(clock_.now(delay), info.ranges, write);
  // Whole words move; what is in them in vain counts as state.
  activity_.at(Component::kStateMemory, write ? Action::kWrite : Action::kRead, info.kind) +=
      service.words * model_->word_bits();
  info.accepted = clock_.until(service.accepted);
  delay = clock_.until(service.end);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

}  // namespace deltasim
