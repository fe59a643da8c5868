#include "sim/components/glb/glb_module.h"

#include "sim/components/module_tracks.h"

namespace deltasim {

GlbModule::GlbModule(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
  socket.register_b_transport(this, &GlbModule::b_transport);
}

void GlbModule::start(const GlbSpec& spec, const ClockDomain& clock) {
  clock_ = clock;
  model_.emplace(spec);
  activity_ = {};
  tracks_.reset();
}

void GlbModule::observe(TimelineRecorder& recorder) {
  tracks_.emplace(recorder,
                  numbered_tracks(recorder, kGlobalBufferPart, "bank", model_->banks(), "words"),
                  clock_.period_ps());
  model_->tell(&*tracks_);
}

void GlbModule::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  TransferInfo& info = transfer_of(payload);
  if (tracks_) tracks_->set_label(label_of(info.kind, payload.is_read()));
  const Service service = model_->access(clock_.now(delay), info.address, info.size.total());
  count_transfer(activity_, Component::kGlb, payload.is_read() ? Action::kRead : Action::kWrite,
                 info.kind, info.size);
  info.first_arrival = clock_.until(service.begin + 1);
  delay = clock_.until(service.end);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

}  // namespace deltasim
