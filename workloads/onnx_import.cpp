#include "workloads/onnx_import.h"

#include "workloads/onnx_reader/model.h"
#include "workloads/onnx_reader/translator.h"

namespace deltasim {

ImportedNetwork import_onnx(const std::filesystem::path& path) {
  const onnx::ModelProto model = read_onnx_model(path);
  return Translator(model, path).run();
}

}  // namespace deltasim
